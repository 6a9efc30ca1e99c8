from odoo.tests import tagged

from .common_portal import PortalCommon
from .common_walk import OneBrowser

WORKER = """
const answer = await fetch("%s");
const script = await answer.text();
const handlers = {}, kept = [];
const worker = {
    addEventListener: (name, handler) => { handlers[name] = handler; },
    skipWaiting: () => {},
    clients: { claim: () => {} },
    registration: {},
};
const without = { get: () => { throw new Error("asked for a cache"); } };
const caches = new Proxy({}, without), indexedDB = new Proxy({}, without);
const run = (fetch) => new Function("self", "fetch", "caches", "indexedDB", script)(worker, fetch, caches, indexedDB);
const ask = (request) => new Promise((done) => {
    let answered = false;
    handlers.fetch({ request, respondWith: (promise) => { answered = true; promise.then(done); } });
    answered || done(null);
});
"""


@tagged("post_install", "-at_install", "loyalty_club", "loyalty_club_tour")
class TestTourApp(OneBrowser, PortalCommon):
    """The service worker of the member's page, in a browser."""

    def test_without_a_connection_the_worker_says_what_to_do_and_keeps_nothing(self):
        """The worker itself, run with a network that is there, then with none; a cache would be an error."""
        self.enrol(points=5)
        self.browser_js(
            "/my/club",
            f"""(async () => {{
                {WORKER % "/my/club/service-worker.js"}
                const page = {{ mode: "navigate", method: "GET" }};
                run(async () => new Response("from the server"));
                const there = await (await ask(page)).text();
                run(async () => {{ throw new TypeError("Failed to fetch"); }});
                const gone = await ask(page);
                const words = await gone.text();
                const registration = await navigator.serviceWorker.ready;
                const stored = (await caches_of_the_browser()).length;
                const post = await ask({{ mode: "navigate", method: "POST" }});
                const data = await ask({{ mode: "cors", method: "GET" }});
                const facts = [
                    there === "from the server",
                    gone.status === 503 && words.includes("There is no connection") && !words.includes("Ada"),
                    new URL(registration.scope).pathname === "/my/club",
                    stored === 0 && post === null && data === null,
                ];
                async function caches_of_the_browser() {{ return window.caches.keys(); }}
                console.log(facts.every(Boolean) ? "test successful" : "test failed " + facts);
            }})()""",
            ready="!!document.querySelector('.o_club_card')",
            login="ada_signs_in",
        )

    def test_going_back_shows_nothing_of_who_was_here_before(self):
        """Ada reads her page, hands the phone over, Bob signs in and goes back."""
        self.enrol(points=5)
        self.enrol(self.bob, points=7)
        with self.browser() as tab:
            tab.size(390, 844)
            tab.sign_in("ada_signs_in")
            tab.open("/my/club")
            tab.read("5 Beans", ".o_club_balance")
            tab.open("/my/club/history")
            tab.sign_in("bob_signs_in")
            tab.run("history.back()")
            tab.read("7 Beans", ".o_club_balance")
            self.assertNotIn("5 Beans", tab.run("document.body.textContent"))
            tab.sign_in()
            tab.run("location.reload()")
            tab.wait("location.pathname === '/web/login'")
