"""Customers of the webshop without an account, and those who have one."""

import re

from .common_portal import PortalCommon
from .common_sale import OnlinePayments


class GuestCommon(PortalCommon, OnlinePayments):
    """Orders in the webshop without an account; Ada and Bob have one, and the address to it is not proven."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        cls.website.auth_signup_uninvited = "b2c"

    def guest(self, email="ada@example.com", name="A guest"):
        return self.env["res.partner"].create({"name": name, "email": email})

    def buy(self, partner, cakes=1):
        """A paid order of the webshop, 10 points a cake."""
        order = self.quotation([(self.cake, cakes)], partner, website_id=self.website.id)
        order.action_confirm()
        self._pay_online(order)
        return order

    def link(self):
        """The token of the link that was mailed last."""
        mail = self.env["mail.mail"].sudo().search([("model", "=", "club.proof")], order="id desc", limit=1)
        return re.search(r"/club/confirm/([\w-]+)", mail.body_html)[1]

    def ask(self, user=None, address="192.0.2.1"):
        return self.env["club.proof"]._send(user or self.ada_user, "https://shop.example", address)

    def confirm(self, user=None, token=None):
        user = user or self.ada_user
        if token is None:
            self.ask(user)
            token = self.link()
        answer = self.env["club.proof"]._confirm(token, user)
        self.env.invalidate_all()
        return answer

    def press(self, action, path="/my/club", login="ada_signs_in", **values):
        """Press a button of a page, with what a browser adds to it."""
        root, _text = self.page(path, login=login)
        [form] = root.xpath(f"//form[@action='{action}']")
        hidden = {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")}
        return self.url_open(action, data=hidden | values)
