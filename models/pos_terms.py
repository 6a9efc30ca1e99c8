"""What a customer has by the tier at a register, and what the display beside it says of that."""

from odoo import api, fields, models


class ClubClub(models.Model):
    """A display is read by whoever stands near: what it says of a customer is the merchant's choice."""

    _inherit = "club.club"

    is_display_tier = fields.Boolean(
        string="Greeting with Tier", default=True, tracking=True, help="\"Welcome back · Silver\""
    )
    is_display_name = fields.Boolean(
        string="With First Name", tracking=True, help="Whoever stands near can read it. \"Welcome back, Ada · Silver\""
    )
    is_display_balance = fields.Boolean(
        string="Points", default=True, tracking=True, help="What the customer has, and after payment what it brought."
    )


class PosConfig(models.Model):
    _inherit = "pos.config"

    @api.model
    def _load_pos_data_read(self, records, config):
        """Tell the register whether it has to ask for a customer's terms."""
        read = super()._load_pos_data_read(records, config)
        if read:
            club = config.sudo().club_outlet_id.club_id
            read[0]["_club_priority"] = bool(club) and self.env["club.tier"]._club_has_priority()
            read[0]["_club_prices"] = bool(self.env["club.tier"]._club_prices(config.company_id.id))
            is_shown = config.sudo().club_outlet_id._is_shown()
            read[0]["_club_display"] = is_shown and (club.is_display_tier or club.is_display_balance)
        return read

    def club_terms(self, partner_id):
        """What a customer has by the tier at this register, as it is now.

        :param partner_id: id of the contact on the order; False for none
        :return: dict of ``program_ids`` (reserved promotions that are open), ``pricelist_id`` (or False),
            ``is_priority`` (the order comes first) and ``display`` (phrases for the customer display, in the
            customer's language)
        """
        programs = self.club_open_programs(partner_id)
        partner = self.env["res.partner"].sudo().browse(partner_id if type(partner_id) is int else ()).exists()
        first = self.env["club.member"].sudo()._club_first(partner)
        pricelist = partner.with_company(self.company_id).property_product_pricelist
        return {
            "program_ids": programs,
            "pricelist_id": pricelist.id,
            "is_priority": self.company_id.id in first.get(partner.id, ()),
            "display": self.sudo()._club_display(partner),
        }

    def _club_display(self, partner):
        """[greeting, balance] of a member, as far as the club shows them; nothing of anybody else."""
        outlet = self.club_outlet_id
        if not partner or not outlet._is_shown():
            return []
        member = self.env["club.member"].search([
            ("club_id", "=", outlet.club_id.id), ("partner_id", "=", partner.id), ("is_guest", "=", False),
        ])  # fmt: skip
        if not member:
            return []
        member = member.with_context(lang=partner.lang or self.env.lang)
        return [part for part in (member._club_greeting(), member._club_display_balance(outlet)) if part]


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_greeting(self):
        _, club, name = self.env._, self.club_id, self.partner_id.name or ""
        if not club.is_display_tier:
            return ""
        words = {"name": name.split()[0] if name.split() else "", "tier": self.tier_id.name}
        if club.is_display_name and words["name"]:
            return _("Welcome back, %(name)s · %(tier)s", **words)
        return _("Welcome back · %(tier)s", **words)

    def _club_display_balance(self, outlet):
        """What can be used now of points and cashback."""
        if not self.club_id.is_display_balance:
            return ""
        accounts = self.account_ids.filtered(
            lambda own: own.pool_id == outlet.pool_id and not own.merged_into_id and own.unit_id.kind != "stamps"
        )
        portfolio = accounts._portfolio()
        return " · ".join(
            own.unit_id.with_env(self.env)._format(portfolio[own.id]["active"] - own.debt) for own in accounts
        )
