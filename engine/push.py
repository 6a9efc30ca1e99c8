"""Where a message to a phone may be posted to, and how much of it fits. What a browser says is a request."""

import json
from base64 import urlsafe_b64decode
from binascii import Error
from urllib.parse import urlsplit

LONGEST = 2000  # of an address; the services' own are 150 to 700 long
POINT, SECRET = 65, 16  # bytes of a browser's public key and of its secret
# The push services of Chromium, Edge, Firefox and Safari, and of whatever browser stands on one of them.
HOSTS = ("fcm.googleapis.com", "jmt17.google.com", "updates.push.services.mozilla.com", "web.push.apple.com")
DOMAINS = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
ROOM = 3000  # bytes of a payload: 4,096 less what encryption adds, with some to spare
MARK = "…"


def is_service(address):
    """Is it an address of a known push service? No other is ever asked for anything."""
    if not isinstance(address, str) or not 0 < len(address) <= LONGEST or not address.isascii():
        return False
    if not address.isprintable() or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.netloc
    # The host alone: with a name, a password or a port it is none of them.
    return parts.scheme == "https" and port is None and (host in HOSTS or host.endswith(DOMAINS)) and is_host(host)


def is_host(host):
    return all(part and all(sign.isalnum() or sign == "-" for sign in part) for part in host.split("."))


def is_key(text, size):
    """Is it so many bytes as browsers write them (base64 for addresses, without an end)?"""
    if not isinstance(text, str) or not text.isascii() or len(text) > 2 * size:
        return False
    try:
        return len(urlsafe_b64decode(text + "=" * (-len(text) % 4))) == size
    except (Error, ValueError):
        return False


def payload(title, body, **options):
    """What a browser shows, as JSON that fits into one message; a long text ends in "…"."""

    def written(words):
        return json.dumps({"title": title, "options": {"body": words, **options}}, ensure_ascii=False)

    if len(written(body).encode()) <= ROOM:
        return written(body)
    low, high = 0, len(body)
    while low < high:
        middle = (low + high + 1) // 2
        if len(written(body[:middle] + MARK).encode()) <= ROOM:
            low = middle
        else:
            high = middle - 1
    return written(body[:low].rstrip() + MARK)
