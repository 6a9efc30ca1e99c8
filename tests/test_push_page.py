import json
from concurrent.futures import Future
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser

from .common_portal import PortalCommon
from .common_push import Phone, PushCommon

READY = "!!document.querySelector('.o_club_push:not(.d-none)') && !!navigator.serviceWorker"
SWITCH = """(async () => {
    const asked = [];
    let kept = null;
    const found = (what) => document.querySelector(what);
    const until = async (holds) => {
        const since = Date.now();
        while (!(await holds())) {
            if (Date.now() - since > 15000) {
                throw new Error(`never: ${holds} (${found(".o_club_push_says").textContent})`);
            }
            await new Promise((done) => setTimeout(done, 20));
        }
    };
    const shown = (what) => !found(what).classList.contains("d-none");
    const says = (words) => until(() => found(".o_club_push_says").textContent.includes(words));
    // The browser's maker is asked for an address here: it cannot be reached, so this much is played.
    PushManager.prototype.subscribe = async (options) => {
        asked.push(options);
        kept = { ...PHONE, toJSON: () => PHONE, unsubscribe: async () => { kept = null; return true; } };
        return kept;
    };
    PushManager.prototype.getSubscription = async () => kept;
    await until(() => shown(".o_club_push_on"));
    found(".o_club_push_on").click();
    await says("shows your messages");
    await until(() => shown(".o_club_push_off"));
    const isKey = asked.length === 1 && asked[0].userVisibleOnly && asked[0].applicationServerKey.length === 65;
    found(".o_club_push_off").click();
    await says("no more messages");
    const isOff = kept === null && shown(".o_club_push_on");
    found(".o_club_push_on").click();
    await says("shows your messages");
    // What comes to the worker is shown as it was written.
    const worker = await navigator.serviceWorker.ready;
    await until(async () => (await worker.getNotifications()).length);
    const [told] = await worker.getNotifications();
    const isTold = told.title === TOLD.title && told.body === TOLD.options.body && told.lang === "en-US"
        && told.tag === TOLD.options.tag && told.data.url === "/my/club/messages";
    // A click, by the worker's own script: its page that is open, else a new one, and nowhere else.
    const script = await (await fetch("/my/club/service-worker.js")).text();
    const handlers = {}, went = [];
    let windows = [];
    const self = {
        addEventListener: (name, handler) => { handlers[name] = handler; },
        location: window.location,
        registration: {},
        clients: {
            matchAll: async () => windows,
            openWindow: async (address) => { went.push("open " + address); },
        },
    };
    new Function("self", script)(self);
    const click = async (data) => {
        let done, isClosed = false;
        handlers.notificationclick({
            notification: { data, close: () => { isClosed = true; } },
            waitUntil: (promise) => { done = promise; },
        });
        await done;
        return isClosed;
    };
    const page = (url) => ({ url, focus: async () => { went.push("focus"); },
                             navigate: async (address) => { went.push("go " + address); } });
    const here = window.location.origin;
    const closed = [await click({ url: "/my/club/messages" })];
    windows = [page(here + "/shop"), page(here + "/my/club/history")];
    closed.push(await click({ url: "/my/club/messages" }));
    closed.push(await click({ url: "https://example.com/" }));
    const wanted = ["open " + here + "/my/club/messages", "focus", "go " + here + "/my/club/messages"];
    const isLed = JSON.stringify(went) === JSON.stringify(wanted) && closed.every(Boolean);
    const facts = { isKey, isOff, isTold, isLed };
    console.log(Object.values(facts).every(Boolean) ? "test successful" : "test failed " + JSON.stringify(facts));
})()"""


@tagged("post_install", "-at_install", "loyalty_club")
class TestPushPage(PortalCommon, PushCommon):
    """The switch on the member's page, and what a browser may say of itself."""

    def setUp(self):
        super().setUp()
        self.enrol()
        self.enrol(self.bob)
        self.reached = self.push_rule()
        self.authenticate("ada_signs_in", "ada_signs_in")

    def ask(self, what, **params):
        return self.make_jsonrpc_request(f"/my/club/push/{what}", params)

    def test_phone_is_registered_known_and_forgotten_by_its_own_member(self):
        phone = Phone("adas")
        self.assertEqual(self.ask("key"), self.key)
        self.assertFalse(self.ask("known", endpoint=phone.endpoint))
        self.assertEqual(self.ask("register", endpoint=phone.endpoint, keys=phone.keys), "")
        self.assertTrue(self.ask("known", endpoint=phone.endpoint))
        self.assertEqual(self.member().device_count, 1)
        self.authenticate("bob_signs_in", "bob_signs_in")
        self.assertFalse(self.ask("known", endpoint=phone.endpoint))
        self.ask("forget", endpoint=phone.endpoint)
        self.assertEqual(self.member().device_count, 1)
        self.authenticate("ada_signs_in", "ada_signs_in")
        self.ask("forget", endpoint=phone.endpoint)
        self.assertFalse(self.member().device_count)

    def test_wrong_words_are_answered_by_a_sentence(self):
        for params in (
            {}, {"endpoint": 5}, {"endpoint": "https://localhost/", "keys": {}}, {"endpoint": ["x"], "keys": "x"},
            {"member_id": self.member(self.bob).id, "endpoint": "http://a", "keys": Phone("x").keys},
        ):  # fmt: skip
            with self.subTest(params=params):
                self.assertIn("cannot be told anything", self.ask("register", **params))
                self.assertFalse(self.ask("known", **params))
                self.assertTrue(self.ask("forget", **params))

    def test_switch_is_there_where_the_merchant_offers_it(self):
        self.assertIn("On this device", self.page("/my/club/messages")[1])
        self.reached.write({"is_push": False, "is_inbox": True})
        self.assertNotIn("On this device", self.page("/my/club/messages")[1])
        phone = Phone("adas")
        self.ask("register", endpoint=phone.endpoint, keys=phone.keys)
        self.assertFalse(self.member().device_count)

    def test_visitors_and_other_users_register_nothing(self):
        self.authenticate(None, None)
        answer = self.url_open(
            "/my/club/push/register", json={"params": {"endpoint": Phone("x").endpoint, "keys": Phone("x").keys}}
        )
        self.assertIn("error", answer.json())
        self.assertFalse(self.env["club.device"].sudo().search([("club_id", "=", self.club.id)]))


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestPushBrowser(PortalCommon, PushCommon):
    """In a real browser: the switch, a message that its own worker shows, and where a click leads."""

    def setUp(self):
        super().setUp()
        self.ada.lang = "en_US"
        self.enrol()
        self.push_rule()
        self.browser_size, self.touch_enabled = "390x844", True

    def test_phone_is_switched_on_shows_what_comes_and_leads_to_it(self):
        phone = Phone("adas")
        pocket = self.allow("pocket")
        self.collect(10)
        self.run_job()
        [told] = self.got(pocket)
        letter = json.dumps(told)
        code = f"const PHONE = {json.dumps({'endpoint': phone.endpoint, 'keys': phone.keys})}, TOLD = {letter};"
        wait = ChromeBrowser._wait_code_ok

        def deliver(browser, script, timeout, error_checker=None):
            """The browser itself is told that its push service has something for this worker."""
            registration = Future()

            def updated(registrations):
                if registrations and not registration.done():
                    registration.set_result(registrations[0]["registrationId"])

            browser._handlers["ServiceWorker.workerRegistrationUpdated"] = updated
            origin = self.base_url()
            browser._websocket_request(
                "Browser.grantPermissions", params={"origin": origin, "permissions": ["notifications"]}
            )
            browser._websocket_request("ServiceWorker.enable")
            ready = {"expression": "navigator.serviceWorker.ready.then(() => true)", "awaitPromise": True}
            browser._websocket_request("Runtime.evaluate", params=ready)
            params = {"origin": origin, "registrationId": registration.result(10), "data": letter}
            browser._websocket_request("ServiceWorker.deliverPushMessage", params=params)
            return wait(browser, script, timeout, error_checker)

        self.env["club.device"].sudo().search([("club_id", "=", self.club.id)]).unlink()
        with patch.object(ChromeBrowser, "_wait_code_ok", deliver):
            self.browser_js("/my/club/messages", code + SWITCH, ready=READY, login="ada_signs_in")
        [device] = self.env["club.device"].sudo().search([("club_id", "=", self.club.id)])
        self.assertEqual((device.member_id, device.endpoint), (self.member(), phone.endpoint))
