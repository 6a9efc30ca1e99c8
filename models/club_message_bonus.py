"""What brings somebody back: points with the message that they are missed, once an absence."""

from odoo import models

from ..engine.lots import portions
from .ledger import Intent, Source


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    def _win_back(self, events):
        """Post the bonus of these (member id, key of the absence); their members are locked.

        Another rule may name the same absence: each gives its own. The key makes each of them happen once.
        """
        if not events:
            return
        members = self.env["club.member"].sudo().browse([member_id for member_id, _key in events])
        club, unit, amount = self.club_id, self.unit_id, self.unit_id._to_minor(self.bonus)
        homes = members._home_pools()
        wanted = {member.id: (member.id, unit.id, homes[member.id]._followed().id) for member in members}
        accounts = self.env["club.account"].sudo()._ensure(wanted.values())
        days, months = next((said for rule in (unit, club) if any(said := rule._validity())), (0, 0))
        born = portions(amount, 1, 0, club._today(), days, months)
        self.env["club.entry"].sudo()._post(
            [
                Intent(
                    account_id=accounts[wanted[member_id]],
                    kind="winback",
                    key=f"winback:{self.id}:{member_id}:{key}",
                    amount=amount,
                    source=Source(model=self._name, id=self.id, name=self.name),
                    born=born,
                    data={"away_days": self.days},
                )
                for member_id, key in events
            ],
            is_locked=True,
        )


class ClubEntry(models.Model):
    _inherit = "club.entry"

    def _club_sentences(self):
        said = super()._club_sentences()
        if days := (self.data or {}).get("away_days"):
            said.insert(0, self.env._("You had bought nothing for %s days: we would like to see you again.", days))
        return said
