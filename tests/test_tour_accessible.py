import json
from urllib.parse import urlsplit

from odoo.tests import tagged

from .common_guests import GuestCommon
from .common_walk import LARGE, SMALL, WalkCommon, axe_script

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The host's own header and footer, its editor, and its notices while they fade in.
OTHERS = ["header#top", "footer#bottom", "#oe_manipulators", ".o_notification_manager"]
ASK = """axe.run(%s, {runOnly: %s, resultTypes: ["violations"], preload: false}).then((found) =>
    found.violations.filter((fault) => ["serious", "critical"].includes(fault.impact)).flatMap((fault) =>
        fault.nodes.map((node) => `${fault.id}: ${node.target.join(" ")}: ${node.any.concat(node.all, node.none)
            .map((check) => check.message).join("; ")}`)))"""
MOVING = """document.getAnimations().filter((move) => move.playState === "running"
    && move.effect.target.closest("#wrap, .o_club_bar")).map((move) => move.effect.target.className)"""


# Where the keyboard is: what it is on, whether it can be seen to be there, and whether something is in front of it.
FOCUS = """(() => {
    const here = document.activeElement;
    const { left, top, width, height } = here.getBoundingClientRect();
    const style = getComputedStyle(here);
    const front = document.elementFromPoint(left + width / 2, top + height / 2);
    // Within a date it is the browser's own parts that are marked.
    const isMarked = here.type === "date" || style.outlineStyle !== "none" || style.boxShadow !== "none";
    return {
        isOurs: Boolean(here.closest("#wrap, .o_club_bar")),
        isInTheBar: Boolean(here.closest(".o_club_bar")),
        fault: !isMarked ? "is not marked" : front?.closest(".o_club_bar") && !here.closest(".o_club_bar")
            ? "is behind the bar" : "",
        words: `${here.tagName} ${here.id || here.textContent.trim().slice(0, 40)}`,
    };
})()"""
# Sections that the narrowest phone cuts off, in the language whose words are longest.
CUT = """(() => {
    const words = "Carte Récompenses Jeux Historique Profil".split(" ");
    const links = [...document.querySelectorAll(".o_club_bar .nav-link")];
    links.forEach((link, at) => { link.lastChild.textContent = words[at]; });
    const isCut = (link) => link.getBoundingClientRect().right > innerWidth || link.scrollWidth > link.clientWidth;
    return links.filter(isCut).map((link) => link.textContent.trim());
})()"""
START = "const start = document.querySelector('#wrap'); start.tabIndex = -1; start.focus()"
STOPS = 60


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourAccessible(WalkCommon):
    """Every page of a customer is one that everybody can use: WCAG 2.2 AA, as far as axe can tell."""

    def test_axe_finds_nothing_serious_on_any_page(self):
        self.furnish()
        code = self.receipt_code()
        self.faults = []
        self.axe = axe_script()
        with self.browser() as self.tab:
            self.is_still = True
            self.tab.keep_still(True)
            self.tab.size(*SMALL)
            self.walk_of_ada(code)
            self.walk_of_bob()
            self.walk_of_carol()
            self.walk_of_a_visitor()
            self.walk_to_the_till()
            self.is_still = False
            self.tab.keep_still(False)
            self.tab.size(*LARGE)
            self.walk_at_a_desk()
        self.assertFalse(self.faults, "\n".join(self.faults))

    # ------------------------------------------------------------------ what is asked of each page
    def look(self, path=None, ready="#wrap", inside=None, what=""):
        """Open a page and ask axe; nothing may stick out to the side."""
        if path:
            self.tab.open(path, ready)
        self.tab.stretch()
        self.tab.run(self.axe + ";true")
        context = {"include": [inside]} if inside else {"exclude": [*map(list, zip(OTHERS))]}
        where = f"{path or ''} {what}".strip()
        found = self.tab.run(ASK % (json.dumps(context), json.dumps(TAGS)))
        wide = self.tab.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"the page is {wide} px too wide")
        if self.is_still and (moving := self.tab.run(MOVING)):
            found.append(f"motion is off, and this moves: {moving}")
        self.faults += [f"{where}: {fault}" for fault in found]

    def by_keyboard(self, path):
        """From the first stop of the page to the bar: every stop is marked, and none is hidden."""
        self.tab.open(path)
        self.tab.run(START)
        for _stop in range(STOPS):
            self.tab.press("Tab", 9)
            here = self.tab.run(FOCUS)
            if here["isOurs"] and here["fault"]:
                self.faults.append(f"{path} by keyboard: {here['words']} {here['fault']}")
            if here["isInTheBar"]:
                return
        self.faults.append(f"{path} by keyboard: the bar is never reached")

    def bar_on_the_narrowest_phone(self):
        self.tab.size(320, 568)
        self.tab.open("/my/club", ".o_club_bar")
        self.faults += [f"{word} is cut off in the bar on 320 px" for word in self.tab.run(CUT)]
        self.tab.size(*SMALL)

    def by_keyboard_into_the_window(self):
        """The code opens, closes by Escape, and the keyboard is where it was."""
        self.tab.open("/my/club", ".o_club_pass_open")
        self.tab.run("document.querySelector('.o_club_pass_open').focus()")
        self.tab.press("Enter", 13)
        self.tab.wait("document.querySelector('.o_club_pass.show')?.contains(document.activeElement)")
        self.tab.press("Escape", 27)
        self.tab.wait("document.activeElement.matches('.o_club_pass_open')")

    def walk_of_ada(self, code):
        """With something of everything."""
        self.tab.sign_in("ada_signs_in")
        for path in ("/my/club", "/my/club/rewards", "/my/club/profile"):
            self.by_keyboard(path)
        self.by_keyboard_into_the_window()
        self.bar_on_the_narrowest_phone()
        self.look("/my", ".o_portal_my_home")
        self.look("/my/club", ".o_club_card")
        self.tab.run("document.querySelector('.o_club_install').classList.remove('d-none')")
        self.tab.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        self.look(what="all opened")
        self.tab.run("document.querySelector('.o_club_pass_open').click()")
        self.tab.wait("document.querySelector('.o_club_pass.show .o_club_pass_picture:not(.d-none)')")
        self.tab.wait("getComputedStyle(document.querySelector('.o_club_pass')).opacity === '1'")
        self.look(what="the code", inside="#club_pass_window")
        self.look("/my/club/history", ".o_club_line")
        self.tab.run("document.querySelectorAll('.accordion-button').forEach((button) => button.click())")
        self.tab.wait("!document.querySelector('.collapsing') && document.querySelector('.collapse.show')")
        self.look(what="history opened")
        self.look("/my/club/history?show=out", ".o_club_filter")
        self.look("/my/club/rewards", ".o_club_reward")
        self.look(f"/my/club/rewards/{self.ten.id}", ".o_club_confirm_reward")
        self.look(f"/my/club/vouchers/{self.voucher.id}")
        self.look("/my/club/credit", ".o_club_wallet")
        self.look(f"/my/club/credit/confirm?unit_id={self.unit.id}&amount=50", ".o_club_confirm_credit")
        self.look("/my/club/games", ".o_club_game")
        self.play()
        self.look("/my/club/messages", ".o_club_messages")
        self.look("/my/club/profile")
        self.look("/my/club/leave", ".o_club_leave")
        self.look("/club/claim", ".o_club_claim")
        self.look(f"/club/claim/{code}", ".o_club_claim")

    def play(self):
        self.tab.run("document.querySelector('.o_club_game_scratch .o_club_game_play').click()")
        self.tab.wait("document.querySelector('.o_club_game_scratch .o_club_game_uncover:not(.d-none)')")
        self.look(what="a card to scratch")
        self.tab.run("document.querySelector('.o_club_game_scratch .o_club_game_uncover').click()")
        self.tab.wait("document.querySelector('.o_club_game_scratch .o_club_game_result').textContent")
        self.look(what="a card uncovered")

    def walk_of_bob(self):
        """A member since a moment, with nothing yet; then of a club that is paused."""
        with self.between():
            self.enrol(self.bob)
        self.tab.sign_in("bob_signs_in")
        for part in ("", "/history", "/rewards", "/games", "/messages", "/profile"):
            self.look(f"/my/club{part}")
        with self.between():
            self.club.state = "suspended"
        self.look("/my/club", ".o_club_card", what="paused")
        with self.between():
            self.club.state = "on"

    def walk_of_carol(self):
        """No member, and one of two clubs."""
        self.tab.sign_in("carol_signs_in")
        self.look("/my/club", ".o_club_guest")
        with self.between():
            self.second_club(self.bob)
        self.tab.sign_in("bob_signs_in")
        self.look("/my/club", ".list-group", what="two clubs")

    def walk_of_a_visitor(self):
        with self.between():
            code, order = self.receipt_code(), GuestCommon.buy(self, self.guest())
            link = urlsplit(self.member()._unsubscribe_url())
        self.tab.sign_in(sale_last_order_id=order.id)
        self.look("/my/club", ".o_club_banner")
        self.look("/shop/confirmation", ".o_club_banner", inside=".o_club_banner")
        self.look(f"/club/claim/{code}", ".o_club_claim")
        self.look(f"{link.path}?{link.query}", ".o_club_unsubscribe")
        self.look("/club/unsubscribe", ".o_club_unsubscribe")

    def walk_to_the_till(self):
        """Cart, payment and confirmation: what the club shows there."""
        with self.between():
            unknown = self.cart(partner=self.env["res.partner"].create({"name": "A visitor"}))
            order, paid = self.cart(), self.cart()
            paid.action_confirm()
            self._pay_online(paid)
        self.tab.sign_in(sale_order_id=unknown.id)
        self.look("/shop/cart", ".o_club_shop", inside=".o_club_shop", what="visitor")
        self.tab.sign_in("ada_signs_in", sale_order_id=order.id, sale_last_order_id=paid.id)
        self.look("/shop/cart", ".o_club_shop_slider", inside=".o_club_shop")
        self.look("/shop/payment", ".o_club_shop", inside=".o_club_shop")
        self.look("/shop/confirmation", ".o_club_shop_confirmation", inside=".o_club_shop_confirmation")

    def walk_at_a_desk(self):
        with self.between():
            self.club.color = "#ffd43b"
        self.tab.sign_in("ada_signs_in")
        for part in ("", "/history", "/rewards", "/games", "/profile"):
            self.look(f"/my/club{part}", what="at a desk")
