"""What changes the figures of months long over without a date of its own."""

from odoo import api, models


class ClubMember(models.Model):
    _inherit = "club.member"

    @api.model
    def _merge_partners(self, sources, target):
        self.env["club.count"]._add_partners(sources | target)
        return super()._merge_partners(sources, target)

    def _erase(self):
        self.env["club.count"]._add_partners(self.sudo().partner_id)
        return super()._erase()


class ClubClub(models.Model):
    _inherit = "club.club"

    def write(self, vals):
        """In another zone every order may be on another day."""
        moved = self.filtered(lambda club: club.tz != vals["tz"]) if "tz" in vals else self.browse()
        result = super().write(vals)
        if moved:
            self.env["club.count"]._add(moved)
        return result


class ClubVault(models.Model):
    _inherit = "club.vault"

    def _run(self):
        """Members of a file joined long before they came here."""
        result = super()._run()
        if self.state == "done":
            self.env["club.count"]._add(self.club_ids)
        return result


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def write(self, vals):
        if not vals.keys().isdisjoint(("state", "date_order", "team_id", "website_id")):
            sold = self.filtered(lambda order: order.state == "sale")
            sold and self.env["club.count"]._add_documents(sold)
        return super().write(vals)


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        if not vals.keys().isdisjoint(("state", "invoice_date", "team_id")):
            sold = self.filtered(lambda move: move.state == "posted" and move.team_id and move.is_sale_document())
            sold and self.env["club.count"]._add_documents(sold)
        return super().write(vals)


class PosConfig(models.Model):
    _inherit = "pos.config"

    def write(self, vals):
        return self.env["club.outlet"]._counting_again(self, vals, super().write)


class Website(models.Model):
    _inherit = "website"

    def write(self, vals):
        return self.env["club.outlet"]._counting_again(self, vals, super().write)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def write(self, vals):
        return self.env["club.outlet"]._counting_again(self, vals, super().write)


class ClubOutlet(models.Model):
    _inherit = "club.outlet"

    @api.model
    def _counting_again(self, places, vals, write):
        """Run ``write(vals)``; where places to buy change their outlet, their sales are another outlet's."""
        if "club_outlet_id" not in vals:
            return write(vals)
        moved = places.sudo().filtered(lambda place: place.club_outlet_id.id != (vals["club_outlet_id"] or False))
        clubs = moved.club_outlet_id.club_id
        result = write(vals)
        clubs |= moved.club_outlet_id.club_id
        if clubs:
            self.env["club.count"]._add(clubs)
        return result
