from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.values import Born
from .ledger import SENTINEL, Intent, Source
from .ledger_state import StateReader


class ClubMemberMerge(models.Model):
    """Two memberships of one person become one: a + b, by entries.

    Example: 100 points and 200 points, 50 of them owed, become one balance of 250 with a debt of 50. Dates of
    the points, promises to open orders, the higher tier and the history of both stay.

    Invariant: what a merge moves leaves one balance and arrives in another by the same amount.
    """

    _inherit = "club.member"

    merged_into_id = fields.Many2one(
        "club.member", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )

    @api.model
    def _merge_partners(self, sources, target):
        """The contacts ``sources`` are about to become ``target``: so do their memberships, club by club."""
        members = (
            self.sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", (sources | target).ids)], order="id")
        )
        if not members:
            return
        members._lock()
        for club in members.club_id:
            group = members.filtered(lambda member, club=club: member.club_id == club)
            kept = group.filtered(lambda member: member.partner_id == target) or group[:1]
            for member in group - kept:
                member._merge_into(kept)
            kept.partner_id = target
        members.flush_recordset()

    def _merge_into(self, kept):
        """Move all this member has to another one. Both are locked."""
        self.ensure_one()
        mine = self.tier_id
        for account in self.account_ids.filtered(lambda account: not account.merged_into_id):
            account._merge_into_member(kept)
        if mine.threshold > kept.tier_id.threshold:
            self.env["club.move"]._record([(kept.id, kept.tier_id.id, mine.id, kept.lifetime)], "merge")
        kept.write({
            "active": kept.active or self.active,
            "is_guest": kept.is_guest and self.is_guest,
            "joined_at": min(kept.joined_at, self.joined_at),
            **self._club_first_consent(kept),
        })  # fmt: skip
        self.search([("merged_into_id", "=", self.id), ("active", "in", (True, False))]).merged_into_id = kept
        self.write({"partner_id": False, "active": False, "merged_into_id": kept.id})
        self.env["club.outcome"]._move_member(self, kept)
        self.env.flush_all()

    def _club_first_consent(self, other):
        """When and how the person agreed first."""
        agreed = (self | other).filtered("consent_at").sorted("consent_at")[:1]
        return {"consent_at": agreed.consent_at, "consent_source": agreed.consent_source}

    def _club_current(self):
        """The membership that a card or code of an earlier one stands for now."""
        return self.merged_into_id or self


class ClubAccountMerge(models.Model):
    _inherit = "club.account"

    def _merge_into_member(self, kept):
        """Move this balance to the member's own one of the same unit and pool, and leave a pointer."""
        self.ensure_one()
        triple = (kept.id, self.unit_id.id, self.pool_id.id)
        target = self.browse(self._ensure([triple])[triple])
        lots = StateReader(self.env).lots([self.id]).get(self.id, [])
        source = Source(
            name=self.env._("Memberships %(gone)s and %(kept)s merged", gone=self.member_id.id, kept=kept.id)
        )
        self.env["club.entry"]._post(
            [
                Intent(
                    account_id=self.id,
                    kind="merge_out",
                    key=f"merge:{self.id}:out",
                    amount=0,
                    lifetime=-self.lifetime,
                    source=source,
                    data={"account": target.id},
                ),
                Intent(
                    account_id=target.id,
                    kind="merge_in",
                    key=f"merge:{self.id}:in",
                    amount=self.balance,
                    lifetime=self.lifetime,
                    source=source,
                    data={"account": self.id},
                    born=tuple(
                        Born(
                            amount=lot.left,
                            available_on=lot.available_on,
                            expires_on=lot.expires_on,
                            successor_of=lot.id,
                        )
                        for lot in lots
                    ),
                ),
            ],
            is_locked=True,
        )
        self._move_holds(target)
        self.env.cr.execute(
            SQL(
                "UPDATE club_account SET merged_into_id = %s WHERE id = %s OR merged_into_id = %s",
                target.id,
                self.id,
                self.id,
            )
        )
        self.env["club.account"].invalidate_model()

    def _move_holds(self, target):
        """What was promised, and what was used and may come back, goes along; open promises pin the new lots."""
        holds = self.env["club.hold"].search([("account_id", "=", self.id)]).with_context(club_door=SENTINEL)
        holds.write({"account_id": target.id, "member_id": target.member_id.id})
        holds.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE club_pin pin SET lot_id = l.id FROM club_lot l
                    WHERE l.successor_of_id = pin.lot_id AND l.account_id = %s
                      AND l.entry_id IN (SELECT id FROM club_entry WHERE key = %s)
                      AND pin.hold_id = ANY(%s)""",
                target.id,
                f"merge:{self.id}:in",
                list(holds.ids),
            )
        )
        self.env["club.pin"].invalidate_model()
        target._expire_overdue()
