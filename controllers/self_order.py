from odoo.addons.point_of_sale.controllers.main import PosController
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.pos_self_order.controllers.orders import PosSelfOrderController
from odoo.http import request, route
from werkzeug.urls import url_encode

from ..models.pos_self_paid import own_contacts
from .told import text

MOST_KEPT = 20  # contacts and orders that a session remembers as its own


class Settled(Exception):
    """The order was placed and paid before."""


def _remember(name, value):
    """The session's own, newest last."""
    kept = [own for own in request.session.get(name, ()) if own != value]
    request.session[name] = [*kept, value][-MOST_KEPT:]


class ClubSelfOrder(PosSelfOrderController):
    """Kiosks and tables: the browser says what was scanned or typed, and sends a token back; see ``club.visit``."""

    def _verify_pos_config(self, access_token, check_active_session=True):
        """Looked up once a request, whoever asks."""
        known = request.__dict__.setdefault("club_configs", {})
        access_token = text(access_token)
        key = access_token, check_active_session
        if key not in known:
            known[key] = super()._verify_pos_config(access_token, check_active_session)
        return known[key]

    # ------------------------------------------------------------------ who it is
    @route("/club/self/identify", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_identify(self, access_token, scanned="", phone="", consent=False, pin="", token="", **_kwargs):
        """Recognise a customer.

        :return: dict, see ``club.visit._identify``
        """
        config = self._verify_pos_config(access_token)
        return config.env["club.visit"]._identify(
            config,
            scanned=scanned,
            phone=phone,
            consent=consent is True,
            pin=pin,
            token=token,
            address=request.httprequest.remote_addr,
        )

    @route("/club/self/forget", type="jsonrpc", auth="public", website=True, methods=["POST"])
    def club_self_forget(self, access_token, token="", is_mistake=False, **_kwargs):
        """The token says nothing any more; ``is_mistake``: it was somebody else, and so is the order."""
        config = self._verify_pos_config(access_token)
        config.env["club.visit"]._of(token, config)._forget(is_mistake=is_mistake is True)
        return {}

    # ------------------------------------------------------------------ the order
    @route()
    def process_order(self, order, access_token, table_identifier, device_type):
        """Nothing that a browser claims of a customer counts: the server says whose order it is."""
        token = order.pop("club_visit", None)
        request.env["pos.order"]._club_self_clean(order, own_contacts())
        request.club_visit = request.env["club.visit"]
        if token:
            config = self._verify_pos_config(access_token)
            request.club_visit = config.env["club.visit"]._of(token, config)._bind(order)
            if request.club_visit and device_type != "kiosk":
                _remember("club_orders", request.club_visit.order_uuid)
        config = self._verify_pos_config(access_token)
        session = config.current_session_id
        request.club_self_here = {"session_id": session.id, "config_id": config.id, "company_id": config.company_id.id}
        request.club_self_new, uuid = False, order.get("uuid")
        try:
            result = super().process_order(order, access_token, table_identifier, device_type)
        except Settled as settled:
            order, config = settled.args
            return self._generate_return_values(order, config)
        if request.club_self_new and device_type != "kiosk":
            _remember("club_sent", uuid)
        return result

    def _verify_line_price(self, lines, pos_config, preset_id):
        """The order is on the server, its total not counted yet: its own prices, and what the customer chose.

        :raise Settled: it is paid or cancelled, and nothing of it changes any more
        """
        order = lines.order_id
        if order and any(own.state != "draft" for own in order):
            raise Settled(order, pos_config)
        super()._verify_line_price(lines, pos_config, preset_id)
        visit = getattr(request, "club_visit", None) or order.sudo()._club_self_owner()
        if visit:
            order.sudo()._club_self_reprice(visit, self._compute_combo_price)
        if visit or lines.coupon_id:
            # At a table another phone may add to an order: what its customer chose stays.
            order.sudo()._club_apply_choice(visit or order.sudo().club_visit_id)

    def _generate_return_values(self, order, config):
        """No contact but those that this browser has typed itself."""
        return order._club_self_mask(super()._generate_return_values(order, config), own_contacts())

    @route()
    def validate_partner(
        self, access_token, name, phone, street, zip, city, country_id, state_id=None, partner_id=None, email=None
    ):
        """A contact that somebody else typed is nobody's to read by its number."""
        if partner_id not in own_contacts():
            partner_id = None
        request.club_is_typed = True
        told = super().validate_partner(
            access_token, name, phone, street, zip, city, country_id, state_id, partner_id, email
        )
        _remember("club_contacts", told["res.partner"][0]["id"])
        return told


class ClubTicket(PosController):
    @route()
    def show_ticket_validation_screen(self, access_token="", **kwargs):
        """Who has the token of a self-order is not its customer yet: that takes signing in."""
        order = request.env["pos.order"].sudo().search([("access_token", "=", access_token)]) if access_token else None
        if order and order._club_self_is_closed_to(request.env.user):
            if not request.env.user._is_public():
                raise request.not_found()
            target = "/pos/ticket/validate?" + url_encode({"access_token": access_token})
            return request.redirect("/web/login?" + url_encode({"redirect": target}))
        return super().show_ticket_validation_screen(access_token, **kwargs)


class ClubPayPage(CustomerPortal):
    def _document_check_access(self, model_name, document_id, access_token=None):
        """Paying online with the token of a self-order shows and takes nothing of its customer's."""
        document = super()._document_check_access(model_name, document_id, access_token)
        if model_name == "pos.order":
            document._club_self_hide(request.env.user)
        return document
