"""screenshots.py URL FOLDER [NAME …]: pictures of the demo merchant, as each person meets it."""

import sys
from pathlib import Path

from browser import Browser

DESK, TILL, PHONE, KIOSK = (1366, 820), (1180, 820), (390, 844), (1080, 1920)
RECORD = ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"


class Shots:
    def __init__(self, browser, url, folder):
        self.browser, self.url, self.folder = browser, url, Path(folder)

    def login(self, user, size, is_phone=False):
        """Sign in from a page of the site itself, on a screen of that size."""
        self.browser.size(*size, is_phone=is_phone)
        self.browser.send("Network.clearBrowserCookies")
        self.browser.open(f"{self.url}/web/login", "form")
        database = self.browser.call("/web/database/list") or ["demo"]
        told = self.browser.call("/web/session/authenticate", db=database[0], login=user, password=user)
        if not told or told.get("username") != user:
            sys.exit(f"Cannot sign in as {user}: is this the demo database?")

    def method(self, model, name, arguments):
        kwargs = {"model": model, "method": name, "args": arguments, "kwargs": {}}
        return self.browser.call(f"/web/dataset/call_kw/{model}/{name}", **kwargs)

    def search(self, model, domain):
        return self.method(model, "search", [domain])

    def office(self, action, ready=RECORD):
        """A screen of the add-on's own menu, opened as its user."""
        self.login("admin", DESK)
        self.browser.open(f"{self.url}/odoo/action-loyalty_club.{action}", ready)

    def save(self, name):
        self.browser.shoot(self.folder / f"{name}.png")
        print(f"static/description/{name}.png")

    # ------------------------------------------------------------------ what is pictured
    def club(self):
        self.office("club_member_action")
        self.browser.click(".o_menu_sections button", "Configuration")
        self.browser.click(".o-dropdown--menu .dropdown-item", "Club")
        self.browser.wait_for(".o_form_view .o_notebook")

    def members(self):
        self.office("club_member_action")

    def member(self):
        self.office("club_member_action")
        self.browser.click(".o_data_row .o_data_cell, .o_kanban_record", "Ada")
        self.browser.wait_for(".o_form_view .o_notebook .o_data_row")

    def programmes(self):
        self.office("club_program_action")

    def dashboard(self):
        self.office("club_dashboard_action", ".o_club_dashboard canvas, .o_club_dashboard .card")

    def checklist(self):
        self.office("club_setup_action_own", ".o_form_view")

    def game(self):
        """A merchant looks at what a wheel costs."""
        self.office("club_game_action")
        self.browser.click(".o_data_row .o_data_cell, .o_kanban_record")
        self.browser.wait_for(".o_form_view .o_data_row")

    def message(self):
        self.office("club_message_rule_action")
        self.browser.click(".o_data_row .o_data_cell, .o_kanban_record")
        self.browser.wait_for(".o_form_view")

    def why(self):
        """The calculation behind an order, as support reads it."""
        self.office("club_entry_action")
        self.browser.click(".o_data_row .o_data_cell", "Earned")
        self.browser.wait_for(".o_form_view")

    def dialog(self):
        """All there is of Ada, on one touch."""
        self._ring_up()
        self.browser.click(".club-button", "Ada")
        self.browser.wait_for(".modal .club-balance")

    def register(self):
        """Ada is about to pay a part of her order with Beans."""
        self._ring_up()
        self.browser.click(".pay-order-button, .pay", "Payment")
        self.browser.click(".paymentmethod", "Loyalty")
        self.browser.wait_for(".modal .modal-body")

    def _devices(self, mode):
        return self.search("pos.config", [["club_outlet_id", "!=", False], ["self_ordering_mode", "=", mode]])

    def _ring_up(self):
        browser = self.browser
        self.login("barista", TILL)
        [register] = self._devices("nothing")
        browser.open(f"{self.url}/pos/ui/{register}/login", ".pos button")
        browser.click(".pos button", "Open Register")
        browser.wait_for(".modal .btn-primary, article.product")
        if browser.run("!!document.querySelector('.modal .btn-primary')"):
            browser.click(".modal .btn-primary", "Open Register")
        for product in ("House Beans 1 kg", "House Beans 1 kg", "Flat White"):
            browser.click("article.product", product)
        browser.click(".control-buttons .set-partner, button.set-partner", "Customer")
        browser.click(".partner-list .partner-line, tr.partner-info, .partner-line", "Ada Byron")

    def kiosk(self):
        """Whoever wants points says who they are, in one of three ways."""
        self.login("admin", KIOSK)
        [kiosk] = self._devices("kiosk")
        told = self.method("pos.config", "read", [[kiosk], ["access_token", "current_session_id"]])
        if not told[0]["current_session_id"]:
            self.method("pos.config", "open_ui", [[kiosk]])
            session = self.method("pos.config", "read", [[kiosk], ["current_session_id"]])[0]["current_session_id"][0]
            self.method("pos.session", "set_opening_control", [[session], 0, ""])
        address = f"{self.url}/pos-self/{kiosk}?access_token={told[0]['access_token']}"
        self.browser.open(address, ".club-open")
        self.browser.click(".club-open")
        self.browser.wait_for(".club-member-page")
        self.browser.wait("document.getAnimations().every((move) => move.playState === 'finished')")

    def shop(self):
        self.login("ada", DESK)
        self.browser.open(f"{self.url}/shop", "#products_grid")
        self.browser.click("a, .nav-link, label", "Bean & Brew")
        self.browser.wait("location.pathname.includes('bean-brew') && document.readyState === 'complete'")

    def page(self):
        self.login("ada", PHONE, is_phone=True)
        self.browser.open(f"{self.url}/my/club", ".o_club_balance")

    def code(self):
        """What Ada shows at the register."""
        self.login("ada", PHONE, is_phone=True)
        self.browser.open(f"{self.url}/my/club#code", ".o_club_pass_picture:not(.d-none)")

    def history(self):
        self.login("ada", PHONE, is_phone=True)
        self.browser.open(f"{self.url}/my/club/history", ".accordion-button")
        self.browser.click(".accordion-button")
        self.browser.wait_for(".accordion-collapse.show")

    def _phone(self, path, ready):
        self.login("ada", PHONE, is_phone=True)
        self.browser.open(f"{self.url}{path}", ready)

    def rewards(self):
        self._phone("/my/club/rewards", ".o_club_page, #wrap .card")

    def games(self):
        self._phone("/my/club/games", "#wrap .card, #wrap canvas, #wrap svg")

    def cart(self):
        """What Ada may use, in her cart."""
        self.shop()
        self.browser.click("#products_grid a", "House Beans 1 kg")
        self.browser.click("#add_to_cart")
        self.browser.wait("document.querySelector('.my_cart_quantity').textContent.trim() !== '0'")
        self.browser.open(f"{self.url}/shop/cart", ".o_club_points, [class*=o_club]")


ALL = (
    "dashboard", "checklist", "club", "members", "member", "programmes", "game", "message", "why",
    "register", "dialog", "kiosk",
    "shop", "cart", "page", "rewards", "games", "code", "history",
)  # fmt: skip


def main(url, folder, *names):
    Path(folder).mkdir(parents=True, exist_ok=True)
    if unknown := set(names) - set(ALL):
        sys.exit(f"There is no picture {unknown.pop()}, only {', '.join(ALL)}.")
    with Browser() as browser:
        shots = Shots(browser, url.rstrip("/"), folder)
        for name in names or ALL:
            getattr(shots, name)()
            shots.save(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
