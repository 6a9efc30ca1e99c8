from odoo import models

# What is named in the reader's language, rather than as it was called when the movement was made.
NAMED = {"loyalty.program": "name", "club.goal": "name", "club.tier": "name", "club.play": "game_id.name"}


class ClubEntry(models.Model):
    """How a member reads an own movement: as texts that a template only lays out."""

    _inherit = "club.entry"

    def _club_page_lines(self):
        """These movements as the member reads them: dicts of formatted texts, in their order."""
        labels, portions, links = self._kind_labels(), self._club_portions(), self._club_links()
        lines, spoken, names = [], self.env["club.explanation"]._spoken, self._club_document_names()
        for entry in self:
            day = entry.club_id._today(entry.business_at)
            own = portions[entry.id]
            lines.append({
                "id": entry.id,
                "month": self._club_day(day, "LLLL y"),
                "day": self._club_day(day, "medium"),
                "label": labels.get(entry.kind, entry.kind),
                "document": names.get((entry.source_model, entry.source_id))
                or (entry.source_model and entry.source_name)
                or "",
                "url": links.get((entry.source_model, entry.source_id)),
                "amount": entry.amount_text,
                "is_credit": entry.amount > 0,
                "hint": entry._club_hint(own),
                "sentences": entry._club_sentences(),
                "dates": [entry._club_portion_text(*portion) for portion in own],
                "rows": [row | {"amount": spoken(row["amount"])} for row in entry._explain()],
            })  # fmt: skip
        return lines

    def _club_document_names(self):
        """(model, id) → name of what has one in each language."""
        names = {}
        for model, path in NAMED.items():
            ids = {entry.source_id for entry in self if entry.source_model == model}
            found = self.env[model].sudo().browse(ids).exists() if ids else ()
            names.update({(model, record.id): record.mapped(path)[0] for record in found})
        return names

    def _club_links(self):
        """(model, id) → address of the documents that the reader may open."""
        ids = [entry.source_id for entry in self if entry.source_model == "sale.order"]
        readable = self.env["sale.order"].sudo(False).search([("id", "in", ids)]) if ids else ()
        return {("sale.order", order.id): f"/my/orders/{order.id}" for order in readable}

    def _club_hint(self, portions):
        """The date that matters most of a movement that brought something."""
        if not portions:
            return ""
        today = self.club_id._today()
        waiting = [available_on for _amount, available_on, _expires_on in portions if available_on > today]
        if waiting:
            return self.env._("available on %s", self._club_day(min(waiting), "medium"))
        ends = [expires_on for _amount, _available_on, expires_on in portions if expires_on]
        if not ends:
            return ""
        if max(ends) < today:
            return self.env._("could be used until %s", self._club_day(max(ends), "medium"))
        return self.env._("use by %s", self._club_day(min(end for end in ends if end >= today), "medium"))

    def _club_portion_text(self, amount, available_on, expires_on):
        """ "40 Beans: available on 3 March 2026, use by 3 March 2027"."""
        _, today = self.env._, self.club_id._today()
        values = {
            "amount": self.unit_id._format(amount),
            "start": self._club_day(available_on),
            "end": self._club_day(expires_on) if expires_on else "",
        }
        if available_on > today:
            if expires_on:
                return _("%(amount)s: will be available on %(start)s, to use by %(end)s", **values)
            return _("%(amount)s: will be available on %(start)s", **values)
        if not expires_on:
            return _("%(amount)s: available since %(start)s, they do not expire", **values)
        if expires_on < today:
            return _("%(amount)s: available since %(start)s, could be used until %(end)s", **values)
        return _("%(amount)s: available since %(start)s, to use by %(end)s", **values)
