// Service worker of the member's page. `club` is written in front of it by the server: the path of the pages in
// this language, and the page for when there is no connection. It keeps nothing of what it fetches: on a phone that
// is shared, nobody can meet what somebody else has read.

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
    // The page is asked for while the worker still starts.
    const preload = self.registration.navigationPreload;
    event.waitUntil(Promise.all([preload && preload.enable(), self.clients.claim()]));
});

async function fromTheServer(event) {
    try {
        return (await event.preloadResponse) || (await fetch(event.request));
    } catch {
        const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
        return new Response(club.offlinePage, { status: 503, headers });
    }
}

self.addEventListener("fetch", (event) => {
    if (event.request.mode === "navigate" && event.request.method === "GET") {
        event.respondWith(fromTheServer(event));
    }
});
