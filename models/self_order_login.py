"""Customers who order on a phone of their own are recognised by having signed in on it."""

from odoo import api, fields, models

MOST_BY_USER = 120


class ClubVisit(models.Model):
    _inherit = "club.visit"

    partner_id = fields.Many2one(
        "res.partner",
        string="Signed In",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        help="A customer who is no member yet, and becomes one as customers of this club do.",
    )

    @api.model
    def _me(self, config, user, token=""):
        """Who orders on this phone: of an open visit its customer, else who is signed in.

        :param config: the ``pos.config`` whose access token was checked; {} for a kiosk, where whoever is signed in
            is not who stands there
        :return: dict, see ``_answer``; {} for nobody
        """
        config = config.sudo()
        if config.self_ordering_mode != "mobile" or not config._club_self_is_on():
            return {}
        visit = self._of(token, config)
        if visit and not visit._is_over():
            visit.expires_at = self._good_until()
            return visit._answer(token)
        return self.sudo()._identify_by_login(config, config.club_outlet_id.club_id, user)

    @api.model
    def _identify_by_login(self, config, club, user):
        partner = user.sudo().partner_id
        if user._is_public() or not partner.filtered_domain(partner._check_company_domain(config.company_id)):
            return {}
        if not self.env["club.attempt"]._take("self", {f"user:{user.id}": MOST_BY_USER}):
            return {}
        members = self.env["club.member"].with_context(active_test=False)
        own = [("club_id", "=", club.id), ("partner_id", "=", partner.id)]
        member = members.search(own, order="active desc, id", limit=1)
        if member:
            # Who left the club does not come back by ordering.
            is_open = member.active
            return self._open(config, club, "login", member=member, is_shown=True, is_proven=True) if is_open else {}
        if club.enrolment == "off" or not user.share:
            return {}
        answer = self._open(config, club, "login")
        self._of(answer["token"], config).partner_id = partner
        if club.enrolment == "ask":
            answer["text"] = self.env._("Your points wait until you join on your page.")
        return answer

    def _is_over(self):
        """Is the order paid or cancelled that this visit was for? The next one takes a new one."""
        order = self.env["pos.order"].search([("uuid", "=", self.order_uuid)], limit=1) if self.order_uuid else None
        return bool(order) and order.state != "draft"

    def _customer(self):
        return super()._customer() or self.partner_id

    def _who(self):
        return (*super()._who(), self.partner_id)

    def _attach(self, access_token):
        """Make an order this visit's that is on the server and nobody's.

        :param access_token: the order's own, which only those have who sent it
        :return: whether it is
        """
        orders = self.env["pos.order"].sudo()
        if not self or not isinstance(access_token, str) or not access_token or not access_token.isprintable():
            return False
        order = orders.search([("access_token", "=", access_token), ("config_id", "=", self.config_id.id)], limit=1)
        told = {"uuid": order.uuid, "state": order.state}
        if not order or not self._bind(told):
            return False
        order.write({"partner_id": told.get("partner_id", order.partner_id.id), "club_is_known": True})
        order.config_id.notify_synchronisation(order.session_id.id, 0)
        return True
