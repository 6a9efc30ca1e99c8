import json
from base64 import urlsafe_b64encode
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..push import POINT, ROOM, SECRET, is_key, is_service, payload

REAL = (
    "https://fcm.googleapis.com/fcm/send/dGhpcyBpcyBub3QgYSBrZXk:APA91bF",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
    "https://web.push.apple.com/QOaKTH0J",
    "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD",
)


class TestAddress(TestCase):
    def test_services_of_the_browsers(self):
        for address in REAL:
            with self.subTest(address=address):
                self.assertTrue(is_service(address))

    def test_no_other_address_is_ever_asked(self):
        for address in (
            "http://fcm.googleapis.com/fcm/send/x",
            "https://fcm.googleapis.com.example.com/x",
            "https://evilfcm.googleapis.com/x",
            "https://fcm.googleapis.com@127.0.0.1/x",
            "https://127.0.0.1#@fcm.googleapis.com/x",
            "https://127.0.0.1\\@fcm.googleapis.com/x",
            "https://fcm.googleapis.com:8069/x",
            "https://fcm.googleapis.com:/x",
            "https://.notify.windows.com/x",
            "https://a..notify.windows.com/x",
            "https://127.0.0.1/.notify.windows.com",
            "https://127.0.0.1?.notify.windows.com",
            "https://user:pass@a.notify.windows.com/x",
            "https://[::1].notify.windows.com/x",
            "https://localhost/x",
            "https://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "//fcm.googleapis.com/x",
            "https://fcm.googleapis.com/a\r\nHost: 127.0.0.1",
            "https://fcm.googleapis.com/ x",
            "https://fcm。googleapis.com/x",
            "https://fcm.googleapis.com/" + "x" * 2000,
            "",
            None,
            7,
            ["https://fcm.googleapis.com/x"],
        ):
            with self.subTest(address=address):
                self.assertFalse(is_service(address))

    @given(st.text(max_size=30))
    def test_whatever_is_put_before_a_service_leads_nowhere_else(self, text):
        address = f"https://{text}.notify.windows.com/w"
        if is_service(address):
            self.assertNotRegex(text, r"[^A-Za-z0-9.-]")


class TestKey(TestCase):
    @given(st.binary(min_size=0, max_size=100))
    def test_so_many_bytes(self, raw):
        text = urlsafe_b64encode(raw).decode().rstrip("=")
        self.assertEqual(is_key(text, POINT), len(raw) == POINT)
        self.assertEqual(is_key(text, SECRET), len(raw) == SECRET)

    def test_what_is_no_text_is_no_key(self):
        for wrong in (None, 65, b"x" * 87, "x" * 10_000, "é" * 22, "a"):
            self.assertFalse(is_key(wrong, POINT))


class TestPayload(TestCase):
    def test_short_text_is_whole(self):
        told = json.loads(payload("Welcome", "Hello Ada", lang="en"))
        self.assertEqual(told, {"title": "Welcome", "options": {"body": "Hello Ada", "lang": "en"}})

    @given(st.text(max_size=200), st.text(min_size=0, max_size=20_000))
    def test_it_always_fits_and_begins_as_written(self, title, body):
        text = payload(title, body)
        self.assertLessEqual(len(text.encode("utf-8", "surrogatepass")), ROOM)
        said = json.loads(text)["options"]["body"]
        self.assertTrue(said == body or body.startswith(said.removesuffix("…")))
