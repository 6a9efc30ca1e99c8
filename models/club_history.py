from collections import defaultdict

from odoo import fields, models
from odoo.tools import format_date


class ClubEntry(models.Model):
    """How movements read: to integrators as plain values, to people as sentences.

    Works on many entries at once, with a number of queries that does not grow with them.
    """

    _inherit = "club.entry"

    def _club_history_values(self):
        """These movements as dicts, in their order.

        :return: list of ``{"id", "date", "kind", "label", "text", "document", "unit", "amount",
            "available_on", "expires_on", "portions": [{"amount", "available_on", "expires_on"}],
            "rows": [{"name", "text", "amount"}]}``;
            amounts are decimal strings in the unit, dates ISO. ``date`` is the club's calendar day;
            ``available_on`` and ``expires_on`` are the first of the portions' dates.
        """
        labels, portions = self._kind_labels(), self._club_portions()
        result = []
        for entry in self:
            text, own = entry.unit_id._to_decimal_string, portions[entry.id]
            expiring = [expires_on for _amount, _available_on, expires_on in own if expires_on]
            result.append({
                "id": entry.id,
                "date": entry.club_id._today(entry.business_at).isoformat(),
                "kind": entry.kind,
                "label": labels.get(entry.kind, entry.kind),
                "text": " ".join(entry._club_sentences()),
                "document": entry.source_name or "",
                "unit": entry.unit_id.name_plural,
                "amount": text(entry.amount),
                "available_on": own[0][1].isoformat() if own else False,
                "expires_on": min(expiring).isoformat() if expiring else False,
                "portions": [
                    {
                        "amount": text(amount),
                        "available_on": available_on.isoformat(),
                        "expires_on": expires_on.isoformat() if expires_on else False,
                    }
                    for amount, available_on, expires_on in own
                ],
                "rows": entry._explain(),
            })  # fmt: skip
        return result

    def _club_portions(self):
        """What each entry brought or gave back, by its dates: entry id → [(amount, available, expires)]."""
        result = defaultdict(lambda: defaultdict(int))
        days = (self.lot_ids | self.take_ids.lot_id)._good_until()
        for lot in self.lot_ids:
            result[lot.entry_id.id][lot.available_on, days[lot.id]] += lot.amount
        for take in self.take_ids:
            if take.amount < 0:
                lot = take.lot_id
                result[take.entry_id.id][lot.available_on, days[lot.id]] -= take.amount
        return defaultdict(list) | {
            entry_id: [(amount, *dates) for dates, amount in sorted(by_dates.items(), key=lambda item: str(item[0]))]
            for entry_id, by_dates in result.items()
        }

    def _club_sentences(self):
        """What there is to say about one movement besides its figures."""
        self.ensure_one()
        _, data, words = self.env._, self.data or {}, self.unit_id._format
        said = []
        if award := data.get("award"):
            said.append(_("%(program)s, as %(tier)s.", program=award["program"], tier=award["tier"]))
        if reward := data.get("reward"):
            said.append(_("For the reward %s.", reward))
        said += [remark.text for remark in self.remark_ids]
        if self.kind == "expire":
            if months := data.get("idle_months"):
                said.append(_("Nothing was bought for %s months.", months))
            days = sorted(take.lot_id.expires_on for take in self.take_ids if take.lot_id.expires_on)
            if last_day := fields.Date.to_date(data.get("last_day")) or (days and days[-1]):
                said.append(_("The last day to use them was %s.", self._club_day(last_day)))
        if absorbed := max(data.get("absorbed", 0), 0):
            said.append(_("%s had expired before and were not taken again.", words(absorbed)))
        if borne := max(data.get("borne", 0), 0):
            said.append(_("%s had been used before; the shop bears them.", words(borne)))
        if self.debt_delta > 0:
            said.append(_("%s had been used before, so the next ones earned pay for them.", words(self.debt_delta)))
        if self.debt_delta < 0:
            said.append(_("%s of them paid what was owed.", words(-self.debt_delta)))
        return said

    def _club_day(self, day, date_format="long"):
        return format_date(self.env, day, date_format=date_format)
