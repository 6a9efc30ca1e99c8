"""Orders that customers ring up themselves: what their browser may say, and whose they are."""

from dataclasses import replace

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.http import request

from ..engine.people import LEAST_WHOLE, significant

SELF = frozenset({"kiosk", "mobile"})
# In a sync from a browser nothing is this very object: what says "known" came from the server itself.
KNOWN = object()
MOST_BY_DEVICE = {"kiosk": 300, "mobile": 1200}
MOST_BY_ADDRESS = {"kiosk": 900, "mobile": 120}

CONTACT = ("email", "mobile")
# What the host and the tier's prices ask of a customer, read at once.
CUSTOMER = ("email", "phone", "country_id", "company_id", "active", "specific_property_product_pricelist")


def noted(name):
    """What was noted for this very request; None outside of one."""
    return getattr(request, name, None) if request else None


class PosOrder(models.Model):
    _inherit = "pos.order"

    club_is_known = fields.Boolean(
        readonly=True,
        copy=False,
        help="Of a self-order: its customer was recognised by the server or chosen by staff, not named by a browser.",
    )

    # ------------------------------------------------------------------ whose it is
    @api.model
    def _process_order(self, order, existing_order):
        """Whose a self-order is, only the server's own word says."""
        is_known = order.pop("club_is_known", None) is KNOWN
        seen = order.pop("club_self_seen", None)
        if existing_order and seen and not order.get("partner_id"):
            existing_order.sudo()._club_self_drop(seen)
        if self.env.su and order.get("source") in SELF:
            if existing_order and existing_order._club_self_has_customer() and not is_known:
                existing_order._club_self_keep(order)
            else:
                order["club_is_known"] = is_known
            lines = existing_order.lines if existing_order else self.env["pos.order.line"]
            own = {line.id: line.uuid for line in lines if not line._club_is_made_by_server()}
            order["lines"] = [told for told in order.get("lines") or () if told[0] == 0 or told[1] in own]
            self._club_self_keep_inside(order, own)
            if request and not existing_order:
                order |= noted("club_self_here") or {}
                request.club_self_new = True
        # The server's own word needs no second look at whether there is such a contact.
        partner_id = order.pop("partner_id") if is_known and order.get("partner_id") else None
        order_id = super()._process_order(order, existing_order)
        if partner_id:
            self.browse(order_id).partner_id = partner_id
        return order_id

    @api.model
    def _get_open_order(self, order):
        """Looked up once for a visit and for the host."""
        found = noted("club_open_order")
        if not found or found[0] != order.get("uuid"):
            return super()._get_open_order(order)
        request.club_open_order = None
        return self.browse(found[1])

    def write(self, vals):
        """Whom staff puts on a self-order, at the register or in the back office, is its customer."""
        if "partner_id" in vals and "club_is_known" not in vals and not self.env.su:
            changed = self.filtered(lambda order: order.source in SELF and order.partner_id.id != vals["partner_id"])
            changed.sudo()._club_self_by_staff(vals["partner_id"])
        return super().write(vals)

    # ------------------------------------------------------------------ what a browser learns
    @api.model
    def _club_self_mask(self, told, contact_ids=()):
        """Take every customer out of what goes to a self-order's browser.

        :param told: dict model → rows
        :param contact_ids: contacts that this browser has typed itself
        """
        for row in (*told.get("pos.order", ()), *told.get("pos.payment", ())):
            if row.get("partner_id") and row["partner_id"] not in contact_ids:
                row |= {"partner_id": False} | {name: False for name in CONTACT if name in row}
        if "res.partner" in told:
            told["res.partner"] = [row for row in told["res.partner"] if row["id"] in contact_ids]
        return told

    # ------------------------------------------------------------------ hooks
    def _club_paid_online_at(self):
        """A self-order is paid when the money comes, not when it was placed."""
        return self.payment_ids.mapped("payment_date") if self.source in SELF else super()._club_paid_online_at()

    def _club_lines(self):
        """Nobody's self-order has its browser's prices: what was lowered counts as so much less of it.

        Where less than half of it is left, it is nothing: a bonus once an order is not had for a cent.
        """
        sold = super()._club_lines()
        if self._club_channel() != "kiosk" or self.club_is_known:
            return sold
        if self.lines._club_self_is_cheap(sum(own.gross for own in sold)):
            return [replace(own, quantity=0, net=0, gross=0) for own in sold]
        lines = {str(line.id): line for line in self.lines}
        return [replace(own, quantity=own.quantity * lines[own.key]._club_self_share(own.gross)) for own in sold]

    def _club_apply_choice(self, visit):
        """Put what the customer chose to redeem on this order; without a visit, take off what is there."""

    def _club_member_partner(self):
        """What a browser names as a customer is nobody to us."""
        if self._club_channel() == "kiosk" and not self.club_is_known:
            return self.env["res.partner"]
        return super()._club_member_partner()

    def _club_nobody(self):
        return "kiosk_unknown" if self._club_channel() == "kiosk" else super()._club_nobody()


class PosConfig(models.Model):
    _inherit = "pos.config"

    club_self = fields.Json(compute="_compute_club_self", compute_sudo=True)

    def _compute_club_self(self):
        """All that a self-order device knows of the club; {} where nothing of it is to be seen."""
        for config in self:
            config.club_self = config._club_self_terms() if config.self_ordering_mode in SELF else {}

    def _club_self_terms(self):
        club = self.club_outlet_id.club_id
        if not self._club_self_is_on():
            frozen = self.club_outlet_id._is_shown() and self.company_id in club.company_ids
            text = club._club_frozen_text() if frozen else ""
            return {"is_on": False, "frozen": text} if text else {}
        code = self.company_id.country_id.phone_code
        return {
            "is_on": True,
            "is_earn": club.is_earn_kiosk,
            "is_redeem": club.is_redeem_allowed and club.is_redeem_kiosk,
            "join": club.enrolment != "off",
            "club": club.name,
            "title": club.page_title,
            "units": (club.tier_unit_id | club.unit_ids).mapped("name_plural"),
            "prefix": f"+{code}" if code else "",
        }

    def write(self, vals):
        result = super().write(vals)
        if {"club_outlet_id", "company_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    @tools.ormcache("self.id")
    def _club_self_is_on(self):
        """Do customers see anything of the club at this device?"""
        outlet = self.sudo().club_outlet_id
        club = outlet.club_id
        if not outlet._is_shown() or club.state != "on" or self.company_id not in club.company_ids:
            return False
        return club.is_earn_kiosk or (club.is_redeem_allowed and club.is_redeem_kiosk)

    # ------------------------------------------------------------------ who it is
    def _club_read_phone(self, phone):
        """A whole phone number; its form alone says whether it is one.

        :raise UserError: it is none
        """
        number = phone.strip() if isinstance(phone, str) else ""
        country = self.company_id.country_id
        spelt = self.env["res.partner"]._phone_format(number=number, country=country, force_format="INTERNATIONAL")
        if len(number) > 32 or len(significant(number)) < LEAST_WHOLE or (country and not spelt):
            raise UserError(self.env._("Type the whole phone number."))
        return spelt or number

    def _club_partners_by_phone(self, number):
        partners = self.env["res.partner"]._club_by_phone(number, self.company_id.country_id)
        return partners.filtered_domain(partners._check_company_domain(self.company_id))

    def _club_member_by_phone(self, club, number):
        """Who has this number; of several who share it, who bought last."""
        partners = self._club_partners_by_phone(number)
        domain = [("club_id", "=", club.id), ("partner_id", "in", partners.ids)]
        return self.env["club.member"].search(domain, order="last_paid_at desc, id", limit=1)


class ClubVisit(models.Model):
    _inherit = "club.visit"

    @api.model
    def _limits(self, config, address):
        mode = config.self_ordering_mode
        return {f"device:{config.id}": MOST_BY_DEVICE[mode], f"address:{mode}:{address}": MOST_BY_ADDRESS[mode]}

    @api.model
    def _count_try(self, config, address):
        """Numbers and codes are not to be tried out: so many an hour, by device and by address."""
        if not self.env["club.attempt"]._take("self", self._limits(config, address)):
            raise UserError(self.env._("Too many tries. Order without points, or ask at the counter."))

    @api.model
    def _count_back(self, config, address):
        """A code that is good once was shown: nothing can be learnt by that."""
        self.env["club.attempt"]._give_back("self", self._limits(config, address))

    def _bind(self, order):
        """This visit is for this order from now on: put its customer on it.

        :param order: what the browser sent, changed in place
        :return: the visit, or none where the order or the visit is another's
        """
        uuid, config, orders = order.get("uuid"), self.config_id, self.env["pos.order"]
        if not self or not isinstance(uuid, str) or not uuid:
            return self.browse()
        here = {
            "session_id": config.current_session_id.id,
            "config_id": config.id,
            "company_id": config.company_id.id,
        }  # fmt: skip
        existing = orders._get_open_order(order | here)
        if request:
            request.club_open_order = uuid, existing.ids
        uuid = existing.uuid or uuid
        if existing and (existing.config_id != config or existing.state != "draft"):
            return self.browse()
        if self.order_uuid and self.order_uuid != uuid:
            before = orders.search([("uuid", "=", self.order_uuid)], limit=1)
            if before and before.state != "cancel":
                return self.browse()
        if existing and not self._may_have(existing):
            return self.browse()
        self.write({"order_uuid": uuid, "expires_at": self._good_until()})
        partner = self._customer()
        if partner and self.is_proven:
            partner.with_company(config.company_id).fetch(CUSTOMER)
        if partner and order.get("partner_id"):
            order["general_customer_note"] = self._note_address(order)
        order.update(here | {"partner_id": partner.id if self.is_proven else False, "club_is_known": KNOWN})
        return self

    def _note_presence(self):
        """A register asks how the customer of this order was recognised."""
        if member := self.member_id._club_current():
            how = self.how if self.is_proven else "phone"
            self.env["club.presence"]._note(self.order_uuid, member, how, self.config_id.display_name)
        return member

    def _note_address(self, order):
        """Where a recognised customer wants it: what was typed for this order stays on it, in words."""
        typed = self.env["res.partner"].browse(order["partner_id"])
        words = ", ".join(filter(None, (typed.name, typed.phone, typed._display_address(without_company=True))))
        words, note = words.replace("\n", ", "), order.get("general_customer_note") or ""
        return note if words in note else "\n".join(filter(None, (note, words)))


class ClubPresence(models.Model):
    _inherit = "club.presence"

    @api.model
    def _of(self, order_uuid, member=None):
        """Whom a kiosk recognised is noted when a register asks: most of its orders never come to one."""
        found = super()._of(order_uuid, member)
        visits = self.env["club.visit"].sudo()
        visit = visits if found else visits.search([("order_uuid", "=", order_uuid)], order="id desc", limit=1)
        if visit and visit._note_presence() in (member or visit.member_id._club_current()):
            found = super()._of(order_uuid, member)
        return found


class ClubMember(models.Model):
    _inherit = "club.member"

    def _club_self_balances(self, outlet):
        """What can be used now, in words: points and cashback first."""
        pool = outlet.pool_id._followed()
        accounts = self.account_ids.filtered(
            lambda own: not own.merged_into_id and own.pool_id._followed() == pool
        ).sorted(lambda own: (own.unit_id.kind == "stamps", own.unit_id.sequence, own.unit_id.id))
        portfolio = accounts._portfolio()
        return [
            own.unit_id.with_env(self.env)._format(max(portfolio[own.id]["active"] - own.debt, 0)) for own in accounts
        ]


class ClubClub(models.Model):
    _inherit = "club.club"

    self_proof = fields.Selection(
        [
            ("code", "Only the code on the customer's page"),
            ("pin", "That code, or the card with the PIN"),
            ("card", "That code, or the card alone"),
        ],
        string="Proof at the Kiosk",
        required=True,
        default="pin",
        tracking=True,
        help="What it takes to use points where no staff is. Numbers of cards follow one another: the card alone "
        "is for shops where nobody would try somebody else's.",
    )
