import json
import os
import struct
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from unittest.mock import patch

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..models.club_device import PushSession
from .common_messages import MessagesCommon

SERVICE = "https://fcm.googleapis.com"


def encode(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Phone:
    """A browser's side of it: its keys, and how it reads what comes (RFC 8291)."""

    def __init__(self, name):
        self.endpoint = f"{SERVICE}/fcm/send/{name}"
        self.private, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.public = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": encode(self.public), "auth": encode(self.auth)}

    def read(self, sealed):
        salt, _size, length = struct.unpack("!16sLB", sealed[:21])
        sender, body = sealed[21 : 21 + length], sealed[21 + length :]
        secret = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        info = b"WebPush: info\x00" + self.public + sender
        common = HKDF(hashes.SHA256(), 32, self.auth, info).derive(secret)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(common)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(common)
        text = AESGCM(key).decrypt(nonce, body, None)
        return json.loads(text.rstrip(b"\x00").removesuffix(b"\x02"))


class PushCommon(MessagesCommon):
    """A push service on this machine, in place of those of the browsers' makers."""

    def setUp(self):
        super().setUp()
        self.letters, self.answers, test = [], {}, self

        class Service(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                test.letters.append((self.path, dict(self.headers), body))
                self.send_response(test.answers.get(self.path, 201))
                self.send_header("Location", "/followed")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                """Quiet."""

        server = HTTPServer(("127.0.0.1", 0), Service)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"

        class Detour(PushSession):
            def post(self, url, **kwargs):
                return super().post(url.replace(SERVICE, address), **kwargs)

        detour = patch.object(type(self.env["club.device"]), "_session", lambda _self: Detour())
        detour.start()
        self.addCleanup(detour.stop)
        self.key = self.env["club.device"]._public_key()

    def allow(self, name="phone", partner=None):
        phone = Phone(name)
        self.env["club.device"]._bind(self.member(partner).sudo(), phone.endpoint, phone.keys)
        return phone

    def push_rule(self, trigger="reached", **values):
        own = {"is_push": True, "is_mail": False, "is_inbox": False, "units": 10}
        return self.rule(trigger, **(own | values))

    def got(self, phone):
        """What this phone was told, as it reads it."""
        path = phone.endpoint.removeprefix(SERVICE)
        return [phone.read(body) for where, _headers, body in self.letters if where == path]

    def assertSigned(self, headers):
        """By the host's key, for the service that it goes to."""
        words = headers["Authorization"].removeprefix("vapid ").split(", ")
        token, key = (word[2:] for word in words)
        self.assertEqual(key, self.key)
        signed, signature = token.rsplit(".", 1)
        claims = json.loads(decode(signed.split(".")[1]))
        self.assertEqual(claims["aud"], SERVICE)
        raw = decode(signature)
        parts = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
        public.verify(utils.encode_dss_signature(*parts), signed.encode(), ec.ECDSA(hashes.SHA256()))
