"""Chromium without a window, driven over its own protocol: just enough for taking pictures of pages."""

import base64
import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import websocket

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PATIENCE_MS = 90_000
SEEN = """[...document.images].every((image) =>
    image.complete || image.getBoundingClientRect().top > innerHeight || !image.offsetParent)"""
DRAWN = """document.fonts.ready.then(() => new Promise((done) =>
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""


class Browser:
    """One tab; as a context manager it takes its profile with it when it goes."""

    def __enter__(self):
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if not program:
            sys.exit("A browser is needed: install the package 'chromium'.")
        self.profile = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--lang=en-US",
             "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.profile}"],
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        line = next(line for line in self.process.stderr if "DevTools listening on" in line)
        port = line.rsplit(":", 1)[1].split("/")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            address = next(tab["webSocketDebuggerUrl"] for tab in json.load(answer) if tab["type"] == "page")
        self.socket, self.number = websocket.create_connection(address, timeout=PATIENCE_MS / 500), 0
        self.send("Page.enable")
        return self

    def __exit__(self, *_error):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, **params):
        """Call a method of the protocol and return its result; events on the way are passed over."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def size(self, width, height, is_phone=False):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if is_phone else 1,
            mobile=is_phone,
        )

    def run(self, script):
        """The value of a script; a promise is awaited."""
        answer = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script[:100]}: {answer['exceptionDetails']['exception'].get('description')}")
        return answer["result"].get("value")

    def call(self, route, **params):
        """The result of one of the site's own JSON routes, asked from the page that is open."""
        body = json.dumps(json.dumps({"jsonrpc": "2.0", "params": params}))
        headers = '{"Content-Type": "application/json"}'
        return self.run(
            f"""fetch("{route}", {{method: "POST", headers: {headers}, body: {body}}})
                .then((answer) => answer.json()).then((answer) => answer.result)"""
        )

    def open(self, address, ready):
        """Go to a page and wait until the selector ``ready`` is there."""
        self.send("Page.navigate", url=address)
        self.wait_for(ready)

    def wait_for(self, selector):
        self.wait(f"!!document.querySelector({json.dumps(selector)})", selector)

    def wait(self, condition, what=""):
        """Wait until a condition holds; a page that is replaced meanwhile is asked again."""
        script = f"""new Promise((done, fail) => {{
            const since = Date.now();
            const look = () => {{
                if ({condition}) {{ done(true); }}
                else if (Date.now() - since > {PATIENCE_MS}) {{ fail(new Error("never there")); }}
                else {{ setTimeout(look, 100); }}
            }};
            look();
        }})"""
        for _attempt in range(20):
            try:
                return self.run(script)
            except RuntimeError as error:
                if "never there" in str(error):
                    raise RuntimeError(f"{what or condition}: never there") from None
        raise RuntimeError(f"{what or condition}: the page does not settle")

    def click(self, selector, text=""):
        """Click the first element of that selector that holds the text, once it is there."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find((node) => node.textContent.includes({json.dumps(text)}))"
        )
        self.wait(f"!!{found}", f"{selector} {text}")
        self.run(f"{found}.click()")

    def shoot(self, path):
        """Save what is seen, once all of it is."""
        self.wait(SEEN, "all pictures")
        self.run(DRAWN)
        Path(path).write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))
