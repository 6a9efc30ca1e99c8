// What the server wrote is shown as it came: it is in the member's language already. A click leads to the inbox.

self.addEventListener("push", (event) => {
    let told = {};
    try {
        told = event.data.json();
    } catch {
        return; // not ours
    }
    event.waitUntil(self.registration.showNotification(String(told.title || ""), told.options));
});

/** The page that is open already, else a new one. */
async function show(address) {
    const windows = await self.clients.matchAll({ type: "window" });
    const open = windows.find((client) => new URL(client.url).pathname.startsWith(club.path));
    if (!open) {
        return self.clients.openWindow(address);
    }
    await open.focus();
    return open.navigate(address);
}

self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    const { url } = event.notification.data || {};
    const address = new URL(url || club.path, self.location.origin);
    if (address.origin === self.location.origin) {
        event.waitUntil(show(address.href));
    }
});
