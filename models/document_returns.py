from odoo import models

from ..engine import clawback, earning
from ..engine.values import exact
from .ledger import Intent


class ClubDocumentMixin(models.AbstractModel):
    """What refunds take back of an award, by its own record, and what withdrawn refunds give back.

    Example: 20 % refunded twice of 100 leaves 60; all of it leaves 0; cancelling the second refund leaves 80.
    """

    _inherit = "club.document.mixin"

    def _club_take_back(self, cases):
        """Take back what refunds by now ask for, or give back what a withdrawn refund took too much."""
        awarded = [case for case in cases if case.awards]
        if not awarded:
            return
        returned = self.browse(case.document.id for case in awarded)._club_returned()
        intents = []
        for case in awarded:
            gone = self._club_recorded_lines(case) - case.document._club_line_keys()
            if case.document.club_no_points:
                gone = self._club_recorded_lines(case)
            came, gone = returned.get(case.document.id, {}), dict.fromkeys(gone, 1)
            shares = came | gone
            if not shares and not case.takings:
                continue
            for award in case.awards:
                gifts = earning.Recorded.from_data(award["data"]["award"]).gift_keys
                own = case.document._club_returned_beside(came, gifts)
                intents += self._club_taking(case, award, own | gone)
            if shares and all(shares.get(line, 0) >= 1 for line in self._club_recorded_lines(case)):
                case.code = "no_points" if case.document.club_no_points else "returned"
        self.env["club.entry"]._post(intents, is_locked=True)

    def _club_returned_beside(self, returned, gifts):
        """What came back, to an award that had left out what these reward lines gave.

        :param returned: dict as ``_club_returned``, of this document
        """
        return returned

    def _club_recorded_lines(self, case):
        return {key for award in case.awards for key in earning.Recorded.from_data(award["data"]["award"]).lines}

    def _club_scaled(self, shares, parts):
        """Shares of the lines as shares of what they were awarded on, where that was a part of them."""
        return {key: share / (exact(parts.get(key, 1)) or 1) for key, share in shares.items()}

    def _club_taking(self, case, award, shares):
        """The movement that brings one award to what it should be by now, if any."""
        own = [row for row in case.takings if row["corrects_id"] == award["id"]]
        gone = sum((row["data"] or {}).get("absorbed", 0) + (row["data"] or {}).get("borne", 0) for row in own)
        already = gone - sum(row["amount"] for row in own)
        shares = self._club_scaled(shares, award["data"].get("parts") or {})
        target = clawback.due(earning.Recorded.from_data(award["data"]["award"]), shares, 0)
        rules = self.env["club.club"].browse(award["club_id"])._rulebook()
        common = {
            "account_id": award["account_id"],
            "key": f"{case.document._name}:{case.document.id}:taking:{award['id']}:{len(own) + 1}",
            "source": case.document._club_source(),
            "corrects_id": award["id"],
        }
        if target > already:
            return [Intent(
                kind="clawback", amount=target - already, own_entry_ids=(award["id"],),
                own_expired=sum((row["data"] or {}).get("absorbed", 0) for row in own),
                is_shop_bearing=rules.is_shop_bearing,
                data={"returned": {key: str(share) for key, share in shares.items()}}, **common,
            )]  # fmt: skip
        if target < already:
            moved = -sum(row["amount"] for row in own)
            back = min(already - target, moved)
            return [Intent(
                kind="correction", amount=back, own_entry_ids=tuple(r["id"] for r in own),
                grace_days=rules.grace_days,
                data={"corrects_kind": "clawback", "absorbed": back - (already - target)}, **common,
            )]  # fmt: skip
        return []
