"""What the register's dialog shows of a customer, in one request, and how it makes a new member."""

from dataclasses import replace

from odoo import models
from odoo.exceptions import UserError

from .club_refusal import Refusal
from .pos_tender import Asked

TEXTS = ("name", "phone", "email")


class PosConfig(models.Model):
    _inherit = "pos.config"

    # ------------------------------------------------------------------ public names, for the register
    def club_customer(self, told):
        """Everything of the order's customer: balances, vouchers, rewards.

        :param told: dict, see ``pos_tender.Asked``
        :return: dict, see ``_club_customer``; or ``refused``
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
            till._club_open_here()
            return till._club_customer(asked, till._club_partner(asked))
        except UserError as refusal:
            return {"refused": str(refusal)}

    def club_voucher_code(self, told, voucher_id):
        """The code of a voucher that the order's customer has, to put on the order.

        :return: dict ``code``; or ``refused``, a sentence
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
            return {"code": till._club_voucher_code(asked, voucher_id)}
        except UserError as refusal:
            return {"refused": str(refusal)}

    def club_buy_voucher(self, told, program_id, key):
        """Turn points of the order's customer into a voucher, now, and answer with its code.

        :param key: the register's own text for this touch: sent twice it buys once
        :return: dict ``code``; or ``refused``, a sentence: nothing was taken
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
            with self.env.cr.savepoint():
                return {"code": till._club_buy_voucher(asked, program_id, key)}
        except UserError as refusal:
            if isinstance(refusal, Refusal):
                till.env["club.refusal"]._keep(till, asked, refusal)
            return {"refused": str(refusal)}

    def club_enrol(self, told, values):
        """Make a member of a customer who agreed: of the order's, or of somebody new.

        However orders make members in this club, its staff do so by hand when the customer says yes.

        :param values: dict ``has_agreed`` and, for somebody new, ``name``, ``phone``, ``email``; ``is_other`` after
            the cashier was shown who has the same number or address
        :return: dict ``customer``; or ``several``; or ``refused`` with ``field``
        """
        till = self._club_till()
        try:
            asked = Asked.read(self.env, told)
            till._club_open_here()
            till._club_check_order(asked)
            if values.get("has_agreed") is not True:
                raise UserError(self.env._("Ask the customer first, then tick that they agree."))
            if asked.partner_id:
                return {"customer": till._club_join(asked, till._club_partner(asked), "name")}
            return till._club_enrol_new(asked, values)
        except (AttributeError, TypeError):
            return {"refused": self.env._("The register sent something that cannot be read. Reload it and try again.")}
        except UserError as refusal:
            return {"refused": str(refusal)}

    # ------------------------------------------------------------------ what is shown
    def _club_partner(self, asked):
        """The order's customer, of this company; none when nobody is chosen."""
        partner = self.env["res.partner"].browse(asked.partner_id).exists()
        if partner and not partner.filtered_domain(partner._check_company_domain(self.company_id)):
            raise self._club_refuse("other_company", partner.display_name)
        return partner

    def _club_customer(self, asked, partner):
        """The dialog's content.

        :return: dict ``partner_id``, ``name``, ``is_member``; of a member ``tier``, ``summary``, ``how``,
            ``proof``, ``units``, ``vouchers``, ``rewards``, ``refused``; else ``text``
        """
        club = self.club_outlet_id.club_id
        shown = {"partner_id": partner.id, "name": partner.display_name or "", "is_member": False}
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", partner.id)])
        if not partner or not member:
            return shown | {"text": self._club_stranger_text(partner)}
        member._bring_along()
        presence = self.env["club.presence"]._of(asked.order_uuid, member)
        if not presence:
            presence._note(asked.order_uuid, member, "name", self.display_name)
            presence = presence._of(asked.order_uuid, member)
        asked = replace(asked, partner_id=partner.id)
        units, refused = member._club_page_units(), self._club_why_not(asked)
        return shown | {
            "is_member": True,
            "tier": member.tier_id.name,
            "summary": f"{member.tier_id.name} · {units[0]['number']} {units[0]['name']}",
            "how": presence.how,
            "how_text": dict(presence._fields["how"]._description_selection(self.env))[presence.how],
            "proof": "" if not club.proof_above or presence._is_proof() else club.proof_text,
            "units": [self._club_shown_unit(unit) for unit in units],
            "vouchers": self._club_shown_vouchers(member),
            "rewards": self._club_shown_rewards(member, asked, is_open=not refused),
            "refused": refused,
        }

    def _club_why_not(self, asked):
        """Why nothing can be redeemed here now, as a sentence; "" when it can."""
        try:
            self._club_redeemer(asked)
        except UserError as refusal:
            return str(refusal)
        return ""

    def _club_shown_unit(self, unit):
        return {
            "id": unit["unit"].id,
            "text": f"{unit['number']} {unit['name']}",
            "worth": unit["worth"],
            "notes": [note for note in (unit["held"], *unit["inactive"], unit["debt"]) if note],
            "stamps": unit["stamps"],
        }

    def _club_shown_vouchers(self, member):
        """What the member has and can use. The codes stay here until one is chosen."""
        own = self.env["club.voucher"].search([("member_id", "=", member.id), ("state", "in", ["owned"])])
        shown = []
        for voucher in own:
            page = voucher._club_page_voucher()
            reason = voucher._refusal(member.partner_id, self.club_outlet_id)
            shown.append({
                "id": voucher.id,
                "name": page["name"],
                "text": page["text"],
                "until": page["until"] or "",
                "reason": reason,
            })  # fmt: skip
        return sorted(shown, key=lambda voucher: bool(voucher["reason"]))

    def _club_shown_rewards(self, member, asked, is_open):
        """What an order can have here, as the order itself or as a voucher: what it has, what is in reach, the
        others with what is missing."""
        picks = self._club_picks(asked.order_uuid).filtered(lambda pick: pick.member_id == member and pick._is_live())
        codes = {pick.program_id: pick.card_id.code for pick in picks}
        vouchers = self._club_sold_vouchers()
        found = list(member._club_order_rewards(self.club_outlet_id, self._club_open_rewards()))
        found += [pair for pair in member._club_rewards(self.club_outlet_id.pool_id.id) if pair[0] in vouchers]
        return [
            {
                "id": program.id,
                "name": program.name,
                "text": program._club_benefit(),
                "price": program.club_price_text,
                "icon": program._club_icon(),
                "code": codes.get(program, ""),
                "is_voucher": program in vouchers,
                "reason": "" if program in codes else program._club_reason(verdict),
                "is_open": is_open and (program in codes or not verdict.code),
            }
            for program, verdict in sorted(found, key=lambda pair: (pair[0] not in codes, bool(pair[1].code)))
        ]

    def _club_sold_vouchers(self):
        """Rewards that are had as a voucher alone, and count here: the host knows no delivery at a register."""
        outlet = self.club_outlet_id
        rewards = self.env["loyalty.program"]._club_on_sale(outlet.club_id)
        rewards = rewards.filtered(
            lambda program: program.club_offer == "voucher"
            and (not program.club_outlet_ids or outlet in program.club_outlet_ids)
            and "shipping" not in program.reward_ids.mapped("reward_type")
        )
        return rewards & self._get_program_ids() if rewards else rewards

    def _club_stranger_text(self, partner):
        _, club = self.env._, self.club_outlet_id.club_id
        if not partner:
            return ""
        if club.enrolment == "automatic":
            return _("%s is not a member yet. The first paid order changes that.", partner.display_name)
        return _("%s is not a member yet. Orders count once they agree to be one.", partner.display_name)

    # ------------------------------------------------------------------ a voucher
    def _club_voucher_code(self, asked, voucher_id):
        club, partner = self._club_open_here(), self._club_partner(asked)
        member = self.env["club.member"].search([("club_id", "=", club.id), ("partner_id", "=", partner.id)])
        voucher = self.env["club.voucher"].browse(voucher_id if type(voucher_id) is int else 0).exists()
        if not partner or not member or voucher.member_id != member or voucher.state != "owned":
            raise UserError(self.env._("This voucher is not there any more. Open the dialog again."))
        if refusal := voucher._refusal(partner, self.club_outlet_id):
            raise UserError(refusal)
        entry = voucher.entry_id
        self._club_check_order_proof(asked, member, entry.unit_id, voucher.price, bought=entry)
        return voucher.card_id.code

    def _club_check_purchase_proof(self, asked, member, program, key):
        """A request that comes again is counted once."""
        domain = [("member_id", "=", member.id), ("request_key", "=", key if isinstance(key, str) else "")]
        bought = self.env["club.voucher"].search(domain).entry_id
        self._club_check_order_proof(asked, member, program.club_unit_id, program.club_price, bought=bought)

    def _club_buy_voucher(self, asked, program_id, key):
        member = self._club_redeemer(asked)
        program = self._club_sold_vouchers().filtered(lambda program: program.id == program_id)
        if not program:
            raise UserError(self.env._("This reward is not offered here any more. Choose another one."))
        self._club_check_purchase_proof(asked, member, program, key)
        voucher = self.env["club.voucher"]._buy(member, program, key, outlet=self.club_outlet_id)
        return voucher.card_id.code

    # ------------------------------------------------------------------ a new member
    def _club_join(self, asked, partner, how):
        """The customer said yes to somebody of the staff."""
        club, members = self.club_outlet_id.club_id, self.env["club.member"]
        known = members.with_context(active_test=False).search(
            [("club_id", "=", club.id), ("partner_id", "=", partner.id)]
        )
        if not partner:
            raise self._club_refuse("no_customer")
        if known and not known.active:
            raise self._club_refuse("archived", partner.display_name)
        members._join(club, partner, "staff")
        return self._club_recognised(asked, partner, how)

    def _club_enrol_new(self, asked, values):
        """Nobody is made twice: who has the number or the address already is offered first."""
        typed = {name: str(values.get(name) or "").strip() for name in TEXTS}
        if fault := self._club_fault(typed):
            field, sentence = fault
            return {"refused": sentence, "field": field}
        self._club_count_try()
        partners, country = self.env["res.partner"], self.company_id.country_id
        if not values.get("is_other"):
            for kind, found in (
                ("phone", partners._club_by_phone(typed["phone"], country)),
                ("email", partners._club_by_email(typed["email"])),
            ):
                found = found.filtered_domain(partners._check_company_domain(self.company_id))
                if found:
                    several = [self._club_candidate(partner, kind) for partner in found[:10]]
                    return {"kind": kind, "value": typed[kind], "several": several}
        phone = typed["phone"]
        partner = partners.create({
            "name": typed["name"],
            "email": typed["email"] or False,
            "phone": phone and (partners._phone_format(number=phone, country=country, force_format="INTERNATIONAL")
                                or phone),
            "country_id": country.id,
            "lang": self.company_id.partner_id.lang or self.env.lang,
        })  # fmt: skip
        return {"customer": self._club_join(asked, partner, "phone" if phone else "email")}

    def _club_fault(self, typed):
        """(field, sentence) of what is missing or wrong; None when all is well."""
        members, _ = self.env["club.member"], self.env._
        name, fault = members._read_text(typed["name"])
        if fault or not name:
            return "name", fault or _("Enter the customer's name.")
        for field, read in (("phone", members._read_phone), ("email", members._read_email)):
            _value, fault = read(typed[field])
            if fault:
                return field, fault
        if not typed["phone"] and not typed["email"]:
            return "phone", _("Enter a phone number or an e-mail address, so that the customer is found again.")
        return None
