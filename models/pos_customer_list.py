"""Who is a member, and what they have, beside the names in a register's list of customers."""

from odoo import api, models

MOST = 100  # a list shows no more at once, and nobody reads the whole club with it


class PosConfig(models.Model):
    _inherit = "pos.config"

    @api.readonly
    def club_standings(self, partner_ids):
        """"Gold · 487 Beans" of those among these contacts who are members, with what they can use here today.

        The register starts without it and asks for the names that it shows; the queries do not grow with them.

        :param partner_ids: ids of contacts; only the first 100 are looked at
        :return: dict id of the contact, as text → text; empty where the club is not shown
        """
        till = self._club_till()
        outlet = till.club_outlet_id
        if not isinstance(partner_ids, list) or not outlet._is_shown():
            return {}
        ids = [number for number in partner_ids[:MOST] if type(number) is int]
        company = till.env["res.partner"]._check_company_domain(till.company_id)
        partners = till.env["res.partner"].search([("id", "in", ids), *company])
        members = till.env["club.member"].search([
            ("club_id", "=", outlet.club_id.id), ("partner_id", "in", partners.ids), ("is_guest", "=", False),
        ])  # fmt: skip
        return members._club_standings(outlet.pool_id)


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_standings(self, pool):
        """dict id of the contact, as text → tier and balances in this pool, stamps apart."""
        accounts = self.account_ids.filtered(
            lambda own: own.pool_id == pool and not own.merged_into_id and own.unit_id.kind != "stamps"
        )
        portfolio, balances = accounts._portfolio(), {}
        for account in accounts:
            free = account.unit_id._format(portfolio[account.id]["active"] - account.debt)
            balances.setdefault(account.member_id, []).append(free)
        return {
            str(member.partner_id.id): " · ".join([member.tier_id.name, *balances.get(member, ())]) for member in self
        }
