from odoo import api, models

from ..engine.values import exact


class ClubClub(models.Model):
    """What a visitor may read of a club: whether to join, and how points are collected."""

    _inherit = "club.club"

    @api.model
    def _club_inviting(self, website):
        """The club that a visitor of this website could join: none where its outlet does not take part."""
        outlet = website.sudo().club_outlet_id
        if outlet:
            return outlet.club_id.filtered(lambda club: club.state == "on" and outlet.is_opted_in and outlet.active)
        company = website.company_id or self.env.company
        return self.sudo().search([("state", "=", "on"), ("company_ids", "in", company.ids)], limit=1)

    def _club_page_name(self, members):
        """The page's title; with the club's name where the customer has several pages."""
        if len(members) < 2 or self.name == self.page_title:
            return self.page_title
        return f"{self.page_title} · {self.name}"

    def _club_page_programs(self, tier_id=None):
        """The live programs of a tier (by default the lowest), each with what it pays in words."""
        rules = self._rulebook()
        now = self.env.cr.now()
        tier = rules.tier(tier_id)
        ids = []
        for unit_id in rules.units:
            for outlet_id in self.outlet_ids.filtered("is_opted_in").ids or [0]:
                rule = rules.program_for(unit_id, tier.id, outlet_id, now)
                if rule and rule.id not in ids:
                    ids.append(rule.id)
        programs = self.env["club.program"].browse(ids)
        return [{"program": program, "text": program._club_page_text(tier.multiplier)} for program in programs]


class ClubProgram(models.Model):
    _inherit = "club.program"

    def _club_page_text(self, multiplier=1):
        """ "2 Beans for every $ 1.00 you spend" for a tier that collects twice as fast."""
        self.ensure_one()
        unit = self.unit_id
        if unit.kind != "points":
            return self._earning_text()
        amount = exact(multiplier) * 10**unit.decimals
        if amount.denominator == 1:
            words = unit._format(int(amount))
        else:
            words = f"{self.env['club.explanation']._spoken(multiplier)} {unit._name_for(multiplier)}"
        return self.env._(
            "%(amount)s for every %(money)s you spend",
            amount=words,
            money=self.currency_id.format(self.ratio),
        )
