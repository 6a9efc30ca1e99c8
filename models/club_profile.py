"""The profile bonus: what the club wants to know of a customer, and what it gives for it, once.

Only what customers save on their own page brings it: not what staff type, nor an import.
"""

import re
from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mail import single_email_re

from ..engine.lots import portions
from .ledger import Intent, Source
from .res_partner_birthday import FIRST

# What may be asked for → the contact's fields that hold it. Nothing else is written from the page.
WHICH = {
    "phone": ("phone",),
    "email": ("email",),
    "birthday": ("club_birthday",),
    "address": ("street", "zip", "city", "country_id"),
}
# How a browser shows each of them, and what it may fill in by itself.
INPUTS = {
    "phone": ("tel", "tel"),
    "email": ("email", "email"),
    "club_birthday": ("date", "bday"),
    "street": ("text", "street-address"),
    "zip": ("text", "postal-code"),
    "city": ("text", "address-level2"),
    "country_id": ("select", "country"),
}
LONGEST = 128
PHONE = re.compile(r"[-+()./ 0-9]{5,32}")
DIGITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What saving a profile came to: faults by field (then nothing was saved), or the bonus entry, if any."""

    faults: dict
    entry: object = None


class ClubProfileField(models.Model):
    _name = "club.profile.field"
    _description = "What a Profile Asks For"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection([(code, code) for code in WHICH], required=True)
    sequence = fields.Integer(default=10)

    _code_once = models.Constraint("UNIQUE (code)", "A profile asks for everything once.")


class ClubClub(models.Model):
    _inherit = "club.club"

    profile_field_ids = fields.Many2many(
        "club.profile.field",
        string="Customers Fill In",
        help="What members are asked for on their own page. Whoever fills in all of it gets the bonus, once.",
    )
    profile_bonus = fields.Float(
        digits=(16, 6),
        min_display_digits=2,
        tracking=True,
        help="Given once to members who fill all of it in on their own page. Not for what staff fill in.",
    )
    profile_text = fields.Char(compute="_compute_profile_text")

    _profile_bonus_sane = models.Constraint(
        "CHECK (profile_bonus >= 0 AND profile_bonus <= 1000000000)", "A profile bonus is 0 or more."
    )

    @api.constrains("profile_bonus", "profile_field_ids", "tier_unit_id")
    def _check_profile_bonus(self):
        for club in self.filtered("profile_bonus"):
            if not club.profile_field_ids:
                raise ValidationError(
                    self.env._("Choose what customers fill in for the profile bonus, or set the bonus to 0.")
                )
            try:
                club.tier_unit_id._to_minor(club.profile_bonus)
            except UserError as fault:
                raise ValidationError(str(fault)) from fault

    @api.depends("profile_bonus", "profile_field_ids", "unit_name", "unit_plural")
    def _compute_profile_text(self):
        for club in self:
            unit = club.tier_unit_id._origin
            names = ", ".join(club.profile_field_ids.mapped("name"))
            if not names:
                club.profile_text = self.env._("Customers are asked for nothing.")
            elif not club.profile_bonus or not unit:
                club.profile_text = self.env._("Customers see what is missing on their page: %s.", names)
            else:
                name = club.unit_name if club.profile_bonus == 1 else club.unit_plural
                club.profile_text = self.env._(
                    "Members who fill in %(names)s on their page get %(amount)s, once.",
                    names=names,
                    amount=f"{self.env['club.explanation']._spoken(club.profile_bonus)} {name}",
                )


class ClubMember(models.Model):
    _inherit = "club.member"

    # ------------------------------------------------------------------ what the page shows
    def _club_profile(self, told=None, faults=None):
        """The form: dicts of texts and values that a template only lays out.

        :param told: what was typed and refused, by name of the field
        """
        self.ensure_one()
        partner, club, _ = self.partner_id, self.club_id, self.env._
        missing = [asked.name for asked in self._club_asked() if not self._is_filled_in(asked.code)]
        is_used = self._profile_used()
        bonus = "" if is_used or not self._profile_amount() else club.tier_unit_id._format(self._profile_amount())
        if bonus and missing:
            text = _("Fill in what is missing and save: you get %s.", bonus)
        elif bonus:
            text = _("Everything is there. Save to confirm it: you get %s.", bonus)
        elif missing:
            text = _("Some of it is missing.")
        else:
            text = _("Everything is there.")
        if is_used:
            text += " " + _("You have had the bonus for it.")
        return {
            "text": text,
            "missing": missing,
            "inputs": [
                self._profile_input(name, told, faults or {}, partner)
                for asked in self._club_asked()
                for name in WHICH[asked.code]
            ],
        }

    def _club_asked(self):
        """What this customer can be asked for: an employee's address is the company's."""
        asked, partner = self.club_id.profile_field_ids, self.partner_id
        if partner.parent_id and partner.type == "contact":
            asked = asked.filtered(lambda field: field.code != "address")
        return asked

    def _is_filled_in(self, code):
        return all(self.partner_id[name] or not self._is_needed(name) for name in WHICH[code])

    def _is_needed(self, name):
        country = self.partner_id.country_id
        return name != "zip" or not country or country.zip_required

    def _is_locked(self, name):
        """What a customer may not change here: who they are to others, and where they are taxed."""
        partner = self.partner_id
        return bool(partner[name]) and (name == "email" or (name == "country_id" and not partner._can_edit_country()))

    def _profile_input(self, name, told, faults, partner):
        value = partner[name]
        if told is not None and name in told:
            value = told[name]
        elif name == "country_id":
            value = str(value.id or "")
        elif name == "club_birthday":
            value = value.isoformat() if value else ""
        return {
            "name": name,
            "label": self._profile_labels()[name],
            "type": INPUTS[name][0],
            "autocomplete": INPUTS[name][1],
            "value": value or "",
            "text": partner.country_id.name if name == "country_id" else "",
            "is_locked": self._is_locked(name),
            "is_missing": not partner[name] and self._is_needed(name),
            "fault": faults.get(name, ""),
            "hint": self._profile_hint(name),
            "options": [(str(country.id), country.name) for country in self.env["res.country"].search([])]
            if name == "country_id"
            else [],
        }

    @api.model
    def _profile_labels(self):
        _ = self.env._
        return {
            "phone": _("Phone"),
            "email": _("E-mail"),
            "club_birthday": _("Birthday"),
            "street": _("Street and number"),
            "zip": _("Postcode"),
            "city": _("City"),
            "country_id": _("Country"),
        }

    def _profile_hint(self, name):
        if name == "club_birthday" and self.partner_id._club_birthday_on(self.club_id._today()):
            return self.env._("A changed date counts from next year.")
        if self._is_locked(name):
            return self.env._("Ask us to change it.")
        return ""

    # ------------------------------------------------------------------ saving
    def _club_save_profile(self, told):
        """Write what the customer typed into the own contact, and give the bonus when all is filled in.

        :param told: dict of strings from the page; only what the club asks for is looked at
        :return: ``Saved``
        """
        self.ensure_one()
        values, faults = {}, {}
        for asked in self._club_asked():
            for name in WHICH[asked.code]:
                if isinstance(told.get(name), str) and not self._is_locked(name):
                    value, fault = getattr(self, f"_read_{name}", self._read_text)(told[name].strip())
                    if fault:
                        faults[name] = fault
                    else:
                        values[name] = value
        if faults:
            return Saved(faults=faults)
        self._write_profile(values)
        return Saved(faults={}, entry=self._give_profile_bonus())

    def _write_profile(self, values):
        """Only what changes; an emptied field keeps what was there."""
        partner = self.partner_id.sudo()
        changed = {
            name: value
            for name, value in values.items()
            if value and value != (partner[name].id if name == "country_id" else partner[name])
        }
        if changed.get("country_id") and partner.state_id.country_id.id != changed["country_id"]:
            changed["state_id"] = False
        if changed:
            partner.write(changed)

    def _read_text(self, text):
        signs = (" " if sign.isspace() else sign for sign in text)  # one that does not break is no printable one
        text = "".join(sign for sign in signs if sign.isprintable())
        if len(text) > LONGEST:
            return None, self.env._("That is too long. Shorten it and save again.")
        return text, ""

    def _read_phone(self, text):
        is_phone = PHONE.fullmatch(text) and sum(letter.isdigit() for letter in text) >= DIGITS
        if text and not is_phone:
            return None, self.env._("That is no phone number. Use digits, like +32 470 12 34 56.")
        return text, ""

    def _read_email(self, text):
        if text and (len(text) > LONGEST or not single_email_re.fullmatch(text)):
            return None, self.env._("That is no e-mail address. It reads like name@example.com.")
        return text, ""

    def _read_club_birthday(self, text):
        if not text:
            return False, ""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if not day or not FIRST <= day <= self.club_id._today():
            return None, self.env._("A birthday is a day in the past, after 1900. Choose it again.")
        return day, ""

    def _read_country_id(self, text):
        if not text:
            return False, ""
        country = self.env["res.country"].sudo().browse(int(text) if text.isdecimal() and len(text) < 8 else 0)
        if not country.exists():
            return None, self.env._("Choose a country of the list.")
        return country.id, ""

    # ------------------------------------------------------------------ the bonus
    def _profile_amount(self):
        """The bonus in the minor unit; 0 while there is none to be had."""
        club = self.club_id
        if club.state != "on" or not club.profile_bonus or not self._club_asked():
            return 0
        return club.tier_unit_id._to_minor(club.profile_bonus)

    def _profile_used(self):
        """Given once, to this membership or to one that was merged into it."""
        merged = self.sudo().with_context(active_test=False).search([("merged_into_id", "=", self.id)])
        return bool(self.env["club.entry"]._posted([f"profile:{member.id}" for member in self | merged]))

    def _give_profile_bonus(self):
        """Post it, once for good. None where there is nothing to give."""
        member, amount = self.sudo(), self._profile_amount()
        if not amount or not all(self._is_filled_in(asked.code) for asked in self._club_asked()):
            return None
        member._lock()
        if member._profile_used():
            return None
        club, unit = member.club_id, member.club_id.tier_unit_id
        pool = member._club_pool()
        [account_id] = self.env["club.account"].sudo()._ensure([(member.id, unit.id, pool.id)]).values()
        days, months = next((said for rule in (unit, club) if any(said := rule._validity())), (0, 0))
        intent = Intent(
            account_id=account_id,
            kind="bonus",
            key=f"profile:{member.id}",
            amount=amount,
            source=Source(name=self.env._("Profile")),
            born=portions(amount, 1, 0, club._today(), days, months),
            data={"profile": self._club_asked().mapped("code")},
        )
        return self.env["club.entry"].sudo()._post([intent], is_locked=True)


class ClubEntry(models.Model):
    _inherit = "club.entry"

    def _club_sentences(self):
        said = super()._club_sentences()
        if asked := (self.data or {}).get("profile"):
            names = self.env["club.profile.field"].sudo().search([("code", "in", asked)]).mapped("name")
            said.insert(0, self.env._("For filling in your profile: %s.", ", ".join(names)))
        return said
