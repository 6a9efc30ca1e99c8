"""A walk over the customer's pages in one browser, and a club in which each of them has something to show."""

import json
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from odoo.fields import Command
from odoo.tests.common import ChromeBrowser, _registry_test_lock

from ..engine import claims
from .common_credit import CreditCommon
from .common_games import GamesCommon
from .common_goals import GoalCommon
from .common_guests import GuestCommon
from .common_messages import MessagesCommon
from .common_shop import ShopCommon

SMALL, LARGE = (390, 844), (1280, 800)
READY = "document.readyState === 'complete' && document.body.getAttribute('is-ready') === 'true'"


class OneBrowser:
    """A browser for a whole test, and work of the server between two of its steps."""

    browser_size = "390x844"
    touch_enabled = True

    @contextmanager
    def between(self):
        """Work of the test itself while a browser is open: no request is served meanwhile, they share a transaction."""
        with _registry_test_lock:
            self.env.invalidate_all()
            yield
            self.env.flush_all()

    @contextmanager
    def browser(self):
        """One browser for all pages."""
        browser = ChromeBrowser(self, success_signal="test successful")
        with self.allow_requests(browser=browser):
            try:
                yield Tab(self, browser)
            finally:
                with suppress(Exception):
                    browser.navigate_to("about:blank", wait_stop=True)
                browser.stop()
                self._wait_remaining_requests()


class WalkCommon(OneBrowser, CreditCommon, GamesCommon, ShopCommon, GoalCommon, MessagesCommon, GuestCommon):
    """Ada has all there is, Bob became a member a moment ago, Carol is none, and there are visitors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carol = cls.env["res.partner"].create({"name": "Carol", "email": "carol@example.com"})
        cls.env["res.users"].create({
            "name": "Carol", "login": "carol_signs_in", "password": "carol_signs_in", "partner_id": cls.carol.id,
            "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
        })  # fmt: skip
        cls.env["loyalty.program"].search([("is_club_technical", "=", False), ("club_price", "=", 0)]).filtered(
            lambda program: program != cls.wallet
        ).active = False
        cls.env["payment.provider"].search([("is_published", "=", True)]).is_published = False
        cls.wire = cls.env.ref("payment.payment_provider_transfer")
        cls.wire.write({"state": "enabled", "is_published": True, "journal_id": cls.card.journal_id.id})
        cls.wire._transfer_ensure_pending_msg_is_set()
        cls.mug.is_published = True
        country = {"country_id": cls.env.ref("base.us").id, "state_id": cls.env.ref("base.state_us_39").id}
        (cls.ada | cls.bob).write({
            "street": "1 High Street", "city": "Scranton", "zip": "18503", "phone": "+1 555-555-5555", **country,
        })  # fmt: skip
        asked = cls.env["club.profile.field"].search([("code", "in", ("phone", "birthday"))])
        cls.club.write({"profile_field_ids": [Command.set(asked.ids)], "profile_bonus": 50})
        cls.club.is_claim_enabled = True
        cls.silver.description = "Free coffee on your birthday"
        cls.stamp = cls.env["club.unit"].create(
            {"club_id": cls.club.id, "name": "Stamp", "name_plural": "Stamps", "short_name": "S", "kind": "stamps"}
        )
        cls.ten = cls.reward(club_is_giftable=True)
        cls.dear = cls.reward("A hundred cups", 9000)
        cls.coffee_card = cls.reward(
            "A coffee", 10, {"reward_type": "product", "reward_product_id": cls.coffee.id}, club_unit_id=cls.stamp.id
        )
        cls.wheel = cls.game(price=20)
        cls.scratch = cls.plain_game()

    def furnish(self):
        """Something of everything for Ada."""
        reached = self.rule("reached", units=10)
        award = self.post("award", 1000, days_ago=40, born=[(700, -40, 20), (180, -40, 200), (120, 30, None)])
        self.post("spend", 80, days_ago=20)
        self.post("clawback", 100, days_ago=10, own_entry_ids=(award.id,), corrects_id=award.id)
        member = self.member()
        member.adjust(self.stamp.id, 7, "Seven cups")
        airport = self.env["club.pool"].create({"club_id": self.club.id, "name": "Airport"})
        member.adjust(self.unit.id, 7, "Found there", pool_id=airport.id)
        self.goal(name="Two orders a month", target=5)
        self.goal(name="A first order", target=1)
        self.sell([(self.coffee, 1), (self.cake, 2)], self.ada)
        self.voucher = self.buy_reward(self.ten)
        self.convert(100)
        for game in (self.wheel, self.scratch):
            self.give(game, 2)
        self.run_job()
        self.assertTrue(self.messages(reached))

    def buy_reward(self, program):
        return self.env["club.voucher"].sudo()._buy(self.member(), program, "walk")

    def receipt_code(self):
        """The code of a sale to nobody in particular."""
        order = self.sell([(self.cake, 2)])
        return claims.code(order.id, order._club_proof(claims.LONG))


class Tab:
    def __init__(self, case, browser):
        self.case, self.browser = case, browser

    def sign_in(self, login=None, **session):
        """As somebody, or as a visitor; ``session``: what the shop remembers of them."""
        with self.case.between():
            self.case.authenticate(login, login, browser=self.browser, session_extra=session)

    def size(self, width, height, is_kept=True):
        if is_kept:
            self.screen = width, height
        self.browser._websocket_request("Emulation.setDeviceMetricsOverride", params={
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 768,
        })  # fmt: skip

    def stretch(self):
        """As high as the page is: nothing is behind a bar that stays where it is."""
        height = self.run("document.documentElement.scrollHeight")
        self.size(self.screen[0], max(height, self.screen[1]), is_kept=False)

    def keep_still(self, is_wanted):
        """As somebody who asked the phone for less motion."""
        wish = {"name": "prefers-reduced-motion", "value": "reduce" if is_wanted else "no-preference"}
        self.browser._websocket_request("Emulation.setEmulatedMedia", params={"features": [wish]})

    def open(self, path, ready="#wrap"):
        self.size(*self.screen)
        self.browser.navigate_to(self.case.base_url() + path, wait_stop=True)
        self.wait(f"{READY} && !!document.querySelector({json.dumps(ready)})")

    def wait(self, condition, patience=20):
        """Until something holds."""
        until = time.monotonic() + patience
        while not self.run(f"Boolean({condition})"):
            if time.monotonic() > until:
                self.browser.take_screenshot(prefix="walk_")
                self.case.fail(f"{self.run('location.href')}: never there: {condition}")

    def click(self, selector, text="", then=""):
        """Click what is there with that text; ``then``: what has to be there afterwards."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find((node) => node.textContent.includes({json.dumps(text)}))"
        )
        self.wait(f"{READY} && {found} && ({found}.click(), true)")
        if then:
            self.read(then)

    def read(self, text, selector="#wrap"):
        """Wait for words, as they are read: on one line, without hard spaces."""
        words = f"document.querySelector({json.dumps(selector)})?.textContent.replace(/\\s+/g, ' ')"
        self.wait(f"({words} || '').includes({json.dumps(text)})")

    def fill(self, **values):
        """Type into fields, by their names."""
        for name, value in values.items():
            self.wait(f"document.querySelector('[name={name}]')")
            self.run(f"document.querySelector('[name={name}]').value = {json.dumps(value)}")

    def press(self, key, code):
        """A key of the keyboard."""
        for kind in ("keyDown", "keyUp"):
            self.browser._websocket_request("Input.dispatchKeyEvent", params={
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code,
                "text": "\r" if key == "Enter" and kind == "keyDown" else "",
            })  # fmt: skip

    def run(self, script):
        """The value of a script; a promise is awaited."""
        answer = self.browser._websocket_request(
            "Runtime.evaluate", params={"expression": script, "awaitPromise": True, "returnByValue": True}, timeout=60
        )
        if "exceptionDetails" in answer:
            self.case.fail(f"{script[:100]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")


def axe_script():
    """axe-core, which dev/test installs into the cache beside the tools of the lint."""
    cache = os.environ.get("CLUB_CACHE") or Path.home() / ".cache" / "loyalty_club"
    return (Path(cache) / "node" / "node_modules" / "axe-core" / "axe.min.js").read_text()
