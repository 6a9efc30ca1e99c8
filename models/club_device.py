"""Phones and browsers that members let show messages: registered by the member, posted to after the job's commit."""

import json
import logging
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor

from cryptography.hazmat.primitives.asymmetric import ec
from odoo import api, fields, models
from odoo.addons.mail.tools.web_push import DeviceUnreachableError, push_to_end_point
from odoo.exceptions import UserError
from odoo.tools import SQL
from requests import RequestException, Session

from ..engine import push as engine
from .batches import in_batches

_logger = logging.getLogger(__name__)

MOST = 5  # devices of a member: the one that was registered first makes way
BATCH = 100
HANDS = 8  # posts on their way at a time
GOOD_FOR = "86400"  # seconds that a service keeps it for a phone that is off; the host's own are for calls
FRESH_HOURS = 1  # what is older is read on the page
UNKNOWN = 410
GONE = frozenset({UNKNOWN, 401, 403})  # no such phone, or registered with keys that are no longer the host's
TAKEN = range(200, 300)


class PushSession(Session):
    """Posts as the host does, but keeps a message for a day, and follows nobody to another address."""

    def post(self, url, *, headers, **kwargs):
        self.answer = super().post(url, headers=headers | {"TTL": GOOD_FOR}, allow_redirects=False, **kwargs)
        return self.answer


class ClubDevice(models.Model):
    """A browser of a member. What it said of itself is a request: it is posted to at known services alone."""

    _name = "club.device"
    _description = "Phone That Shows Messages"
    _order = "id desc"
    _log_access = False
    _rec_name = "member_id"

    member_id = fields.Many2one("club.member", required=True, ondelete="cascade", index=True, readonly=True)
    club_id = fields.Many2one(related="member_id.club_id")
    # Whoever has these can post to the phone.
    endpoint = fields.Char(required=True, readonly=True, groups="base.group_system")
    keys = fields.Char(required=True, readonly=True, groups="base.group_system")
    registered_at = fields.Datetime(required=True, readonly=True)

    _once = models.Constraint("UNIQUE (endpoint, member_id)", "This device is registered already.")

    # ------------------------------------------------------------------ registering
    @api.model
    def _public_key(self):
        """The host's own, by which a service knows who posts."""
        return self.env["mail.push.device"].sudo().get_web_push_vapid_public_key()

    @api.model
    def _bind(self, member, endpoint, keys):
        """Let this browser show the member's messages; whoever had it before has it no more.

        :raise UserError: it is no browser that we could post to
        """
        own = keys if isinstance(keys, dict) else {}
        p256dh, auth = own.get("p256dh"), own.get("auth")
        is_sound = engine.is_key(p256dh, engine.POINT) and engine.is_key(auth, engine.SECRET)
        if not (engine.is_service(endpoint) and is_sound and self._is_point(p256dh)):
            raise UserError(self.env._("This browser cannot be told anything. Try another one."))
        member._lock()
        devices = self.sudo()
        same = devices.search([("endpoint", "=", endpoint)])
        same.filtered(lambda device: device.member_id.partner_id != member.partner_id).unlink()
        devices.search([("member_id", "=", member.id), ("endpoint", "=", endpoint)]).unlink()
        devices.search([("member_id", "=", member.id)], order="id desc", offset=MOST - 1).unlink()
        return devices.create({
            "member_id": member.id,
            "endpoint": endpoint,
            "keys": json.dumps({"p256dh": p256dh, "auth": auth}),
            "registered_at": fields.Datetime.now(),
        })  # fmt: skip

    @api.model
    def _is_point(self, p256dh):
        try:
            raw = urlsafe_b64decode(p256dh + "=" * (-len(p256dh) % 4))
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        except ValueError:
            return False
        return True

    @api.model
    def _of(self, members, endpoint):
        """This browser, as these members registered it; of others' nothing is said."""
        if not isinstance(endpoint, str):
            return self.browse()
        return self.sudo().search([("member_id", "in", members.ids), ("endpoint", "=", endpoint)])

    # ------------------------------------------------------------------ posting
    @api.model
    def _post_due(self):
        """What members were told and their phones were not: in small commits, after that of what they were told."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL("SELECT id FROM club_message WHERE is_push_waiting ORDER BY id"))
        if rows:
            in_batches(self.env, [row[0] for row in rows], self._post_batch, size=BATCH)

    @api.model
    def _post_batch(self, ids):
        """Claimed and committed before anything is posted: who dies in between posts nothing a second time."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE club_message SET is_push_waiting = FALSE
                    WHERE id IN (SELECT id FROM club_message WHERE id = ANY(%s) AND is_push_waiting
                                  ORDER BY id FOR UPDATE SKIP LOCKED)
                RETURNING id, sent_at > %s""",
                list(ids),
                fields.Datetime.subtract(fields.Datetime.now(), hours=FRESH_HOURS),
            )
        )
        messages = self.env["club.message"].sudo()
        messages.invalidate_model(flush=False)
        letters = self._letters(messages.browse([row[0] for row in rows if row[1]]))
        self.env["ir.cron"]._commit_progress()
        gone, reached = self._post(letters)
        self.sudo().search([("id", "in", list(gone))]).unlink()
        messages.browse([row[0] for row in rows if row[0] not in reached])._note_failed("phone")

    @api.model
    def _letters(self, messages):
        """(device id, message id, what the host's sender takes) for each phone of each message."""
        params = self.env["ir.config_parameter"].sudo()
        private, public = (params.get_param(f"mail.web_push_vapid_{name}_key") for name in ("private", "public"))
        if not (private and public):
            return []
        devices = self.sudo().search([("member_id", "in", messages.member_id.ids)]).grouped("member_id")
        return [
            (
                device.id,
                message.id,
                {
                    "base_url": message.club_id.company_ids[:1].get_base_url(),
                    "device": {"id": device.id, "endpoint": device.endpoint, "keys": device.keys},
                    "payload": message._push_payload(),
                    "vapid_private_key": private,
                    "vapid_public_key": public,
                },
            )
            for message in messages
            for device in devices.get(message.member_id, ())
        ]

    @api.model
    def _post(self, letters):
        """Post them side by side.

        :return: ids of devices that are there no more, ids of messages that a phone has got
        """
        silent, piles = set(), [pile for start in range(HANDS) if (pile := letters[start::HANDS])]
        with ThreadPoolExecutor(HANDS) as pool:
            found = pool.map(_post_pile, piles, [self._session() for _pile in piles], [silent] * len(piles))
            answers = [answer for pile in found for answer in pile]
        return (
            {device_id for device_id, _message_id, status in answers if status in GONE},
            {message_id for _device_id, message_id, status in answers if status in TAKEN},
        )

    @api.model
    def _session(self):
        return PushSession()


def _post_pile(letters, session, silent):
    """(device id, message id, what the service answered) of each. Runs beside others, so it touches no record.

    :param silent: services that do not answer: they are asked once
    """
    with session:
        return [(device_id, message_id, _status(told, session, silent)) for device_id, message_id, told in letters]


def _status(told, session, silent):
    """Post it: what the service answered, 0 where it did not."""
    endpoint = told["device"]["endpoint"]
    service = endpoint.split("/")[2]
    if service in silent or not engine.is_service(endpoint):
        return 0
    try:
        push_to_end_point(session=session, **told)
        return session.answer.status_code
    except DeviceUnreachableError:
        return UNKNOWN
    except RequestException as error:
        silent.add(service)
        _logger.info("%s cannot be reached: %s", service, error)
    except Exception:
        _logger.info("A phone could not be told anything", exc_info=True)
    return 0


class ClubMessageRule(models.Model):
    _inherit = "club.message.rule"

    is_push = fields.Boolean(
        string="On the Customer's Phone",
        help="To members who switched it on on their page: the phone shows it though the page is closed.",
    )


class ClubMessage(models.Model):
    _inherit = "club.message"

    is_pushed = fields.Boolean(string="Phone", readonly=True)
    is_push_waiting = fields.Boolean(readonly=True)

    _push_idx = models.Index("(id) WHERE is_push_waiting")

    def _push_reasons(self):
        told = self.filtered("rule_id.is_push")
        if not told:
            return {}
        groups = self.env["club.device"].sudo()._read_group([("member_id", "in", told.member_id.ids)], ["member_id"])
        having = {member.id for [member] in groups}
        return {
            message.id: None if message.member_id.id in having and not message.member_id.leave_asked_at else "choice"
            for message in told
        }

    def _push_payload(self):
        """In the words that were written when it was sent."""
        self.ensure_one()
        lines = [line.strip() for line in (self.body or "").splitlines()]
        return engine.payload(
            (self.subject or "")[:200],
            "\n".join(filter(None, lines)),
            icon="/my/club/icon/192",
            tag=f"club-{self.id}",
            lang=(self.member_id.partner_id.lang or "en_US").replace("_", "-"),
            data={"url": "/my/club/messages"},
        )

    @api.model
    def _send_due(self):
        super()._send_due()
        self.env["club.device"]._post_due()

    @api.model
    def _move_member(self, gone, kept):
        super()._move_member(gone, kept)
        devices = self.env["club.device"].sudo()
        known = set(devices.search([("member_id", "=", kept.id)]).mapped("endpoint"))
        theirs = devices.search([("member_id", "=", gone.id)])
        theirs.filtered(lambda device: device.endpoint not in known).write({"member_id": kept.id})
        theirs.filtered(lambda device: device.member_id == gone).unlink()

    @api.model
    def _forget_members(self, members):
        super()._forget_members(members)
        self.env["club.device"].sudo().search([("member_id", "in", members.ids)]).unlink()
        self.sudo().search([("member_id", "in", members.ids), ("is_push_waiting", "=", True)]).write(
            {"is_push_waiting": False}
        )


class ClubMember(models.Model):
    _inherit = "club.member"

    device_count = fields.Integer(string="Phones", compute="_compute_device_count")

    def _compute_device_count(self):
        counts = dict(
            self.env["club.device"].sudo()._read_group([("member_id", "in", self.ids)], ["member_id"], ["__count"])
        )
        for member in self:
            member.device_count = counts.get(member, 0)

    def _club_has_push(self):
        """Is there anything that a phone of this member could show?"""
        domain = [("club_id", "in", self.club_id.ids), ("is_push", "=", True), ("is_on", "=", True)]
        return bool(self.env["club.message.rule"].sudo().search_count(domain, limit=1))

    def _club_push_register(self, endpoint, keys):
        """The member's browser may show messages of these memberships from now on."""
        for member in self.filtered(lambda own: own._club_has_push()):
            self.env["club.device"]._bind(member, endpoint, keys)
