"""Ada at the kiosk, recognised by her code, with something to spend."""

from odoo.fields import Command

from .common_kiosk import KioskCommon
from .common_reward import RewardCommon


class SpendCommon(RewardCommon, KioskCommon):
    """Ada has 487 Beans (4.87) and a cart of one coffee at 121.00; orders from 100.00 on take 250 Beans, from 50.00 on
    100, from 10.00 on 50. "Ten percent" costs 80.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["club.condition"].create(
            [
                {"club_id": cls.club.id, "minimum_total": minimum, "maximum": maximum}
                for minimum, maximum in ((10, 50), (50, 100), (100, 250))
            ]
        )
        cls.ten = cls.reward()
        (cls.coffee | cls.cake).write({"self_order_available": True})

    def setUp(self):
        super().setUp()
        self.token = self.recognise()
        self.cart = self.told([(self.coffee, 1)], token=self.token)

    # ------------------------------------------------------------------ what the screen asks
    def told_cart(self, cart=None):
        cart = cart or self.cart
        lines = [values for command, _id, values in cart["lines"] if command == Command.CREATE]
        return {
            "uuid": cart["uuid"],
            "lines": [{name: line[name] for name in ("product_id", "qty", "price_unit")} for line in lines],
        }

    def offer(self, cart=None, token=None):
        return self.post("/club/self/offer", token=token or self.token, order=self.told_cart(cart))

    def choose(self, points=0, rewards=(), vouchers=(), code="", cart=None, token=None, unit=None):
        choice = {
            "rewards": [reward if isinstance(reward, dict) else {"id": reward.id} for reward in rewards],
            "vouchers": [voucher.id for voucher in vouchers],
            "code": code,
            "points": {"unit_id": (unit or self.unit).id, "amount": points},
        }
        return self.post(
            "/club/self/choose", token=token or self.token, order=self.told_cart(cart), choice=choice
        )

    def place(self, cart=None):
        """Send the cart as it is: the stored order."""
        cart = cart or self.cart
        self.send({**cart, "lines": [list(command) for command in cart["lines"]]})
        return self.stored(cart)

    # ------------------------------------------------------------------ what became of it
    def holds(self, cart=None):
        return self.env["club.hold"].search([("source_key", "=", (cart or self.cart)["uuid"])], order="id")

    def live(self, cart=None):
        return self.holds(cart).filtered(lambda hold: hold.state == "held")

    def club_lines(self, order):
        return order.lines.filtered("coupon_id")
