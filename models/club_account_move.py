from odoo import models

from ..engine.values import Born, is_expired
from .ledger import Intent, Source
from .ledger_state import StateReader


class ClubAccountMove(models.Model):
    """A whole balance that goes into another one: of the same member's other pool, or of a merged membership.

    Dates of the points, what they were earned with, debts, the lifetime total and promises to open orders go
    along; a pointer stays, by which refunds of older orders find them.

    Invariant: what leaves one balance arrives in another, and a balance that has moved stays empty.
    """

    _inherit = "club.account"

    def _move_all(self, targets, kind, names):
        """Move these balances, all of them in a fixed number of statements. The members are locked.

        :param targets: dict account id → id of the account it goes to
        :param kind: "merge" or "pool": the entries are of kind ``<kind>_out`` and ``<kind>_in``
        :param names: dict account id → what the movement is called
        """
        moving = self.filtered(lambda account: targets[account.id] != account.id)
        if not moving:
            return
        lots = StateReader(self.env).lots(moving.ids)
        intents = []
        for account in moving:
            target_id, source = targets[account.id], Source(name=names[account.id])
            intents += account._move_intents(target_id, kind, source, lots.get(account.id, ()))
        self.env["club.entry"]._post(intents, is_locked=True)
        pairs = [(account.id, targets[account.id]) for account in moving]
        self._move_promises(pairs, kind)
        self._point(pairs)
        self.browse(dict.fromkeys(targets[account.id] for account in moving))._expire_overdue()

    def _move_intents(self, target_id, kind, source, lots):
        """What leaves this balance, and the same arriving there."""
        self.ensure_one()
        today = self.club_id._today()
        return [
            Intent(
                account_id=self.id,
                kind=f"{kind}_out",
                key=f"{kind}:{self.id}:out",
                amount=0,
                lifetime=-self.lifetime,
                source=source,
                data={"account": target_id},
            ),
            Intent(
                account_id=target_id,
                kind=f"{kind}_in",
                key=f"{kind}:{self.id}:in",
                amount=self.balance,
                lifetime=self.lifetime,
                source=source,
                data={"account": self.id},
                born=tuple(
                    Born(
                        amount=lot.left,
                        available_on=lot.available_on,
                        # What is over stays over; else they keep the day they were born with.
                        expires_on=lot.expires_on if is_expired(lot, today) else lot.written_until,
                        successor_of=lot.id,
                    )
                    for lot in lots
                ),
            ),
        ]

    def _move_promises(self, pairs, kind):
        """What was promised, and what was used and may come back, goes along; open promises pin the new lots."""
        for model in ("club.hold", "club.pin"):
            self.env[model].flush_model()
        self.env.cr.execute_values(
            """UPDATE club_pin pin SET lot_id = l.id
                 FROM (VALUES %s) v (source, target, key), club_entry e, club_lot l, club_hold h
                WHERE e.key = v.key AND l.entry_id = e.id AND l.successor_of_id = pin.lot_id
                  AND h.id = pin.hold_id AND h.account_id = v.source AND h.state IN ('held', 'lapsed')""",
            [(source, target, f"{kind}:{source}:in") for source, target in pairs],
            page_size=5000,
        )
        self.env.cr.execute_values(
            """UPDATE club_hold h SET account_id = a.id, member_id = a.member_id
                 FROM (VALUES %s) v (source, target), club_account a
                WHERE h.account_id = v.source AND a.id = v.target""",
            pairs,
            page_size=5000,
        )
        for model in ("club.hold", "club.pin"):
            self.env[model].invalidate_model()

    def _point(self, pairs):
        """Leave pointers, short ones: what pointed at a moved balance points at its target now."""
        self.env.cr.execute_values(
            """UPDATE club_account a SET merged_into_id = v.target FROM (VALUES %s) v (source, target)
                WHERE a.id = v.source OR a.merged_into_id = v.source""",
            pairs,
            page_size=5000,
        )
        for model in ("club.account", "club.member"):
            self.env[model].invalidate_model()

    def _bring_along(self):
        """Move those of these balances whose pool was merged into another. The members are locked."""
        moved = self.env["club.pool"]._forwarding()
        waiting = self.filtered(lambda account: not account.merged_into_id and account.pool_id.id in moved)
        if not waiting:
            return
        triples = {
            account.id: (account.member_id.id, account.unit_id.id, moved[account.pool_id.id]) for account in waiting
        }
        found = self._ensure(triples.values())
        names = {pool_id: self._move_name(pool_id, target) for pool_id, target in moved.items()}
        waiting._move_all(
            {account_id: found[triple] for account_id, triple in triples.items()},
            "pool",
            {account.id: names[account.pool_id.id] for account in waiting},
        )

    def _move_name(self, source_id, target_id):
        pools = self.env["club.pool"].browse([source_id, target_id])
        return self.env._("%(pool)s is now %(target)s", pool=pools[0].name, target=pools[1].name)
