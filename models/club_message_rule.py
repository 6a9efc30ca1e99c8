"""What members are told, of what, when and how: entered by merchants, checked before it is saved."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..engine import messages as engine
from .message_triggers import NAMES, TRIGGERS

MOST_DAYS = 3650
WORDS = ("name", "subject", "body")
SEARCH = ("trigger", "days", "units", "unit_id", "reward_id", "is_on", "club_id")


class ClubMessageRule(models.Model):
    """A message: of what members are told, in which words, by which way and when.

    Example: "20 Beans to the next tier: by e-mail and on the page, at 18:00 in the customer's zone, not between
    21:00 and 8:00, at most 3 in 7 days".

    Invariant: a member is told of one event once by one rule (``club.message``), and of nothing that was before
    it was switched on.
    """

    _name = "club.message.rule"
    _description = "Message to Members"
    _inherit = ["club.owned.mixin", "club.rule.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(
        required=True, translate=True, compute="_compute_name", store=True, readonly=False, precompute=True
    )
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(string="On", copy=False, help="Off: nobody is told of what happens from now on.")
    on_since = fields.Datetime(readonly=True, copy=False, help="Members are told of nothing that was before.")
    searched_at = fields.Datetime(readonly=True, copy=False, help="Until when events were looked for.")
    trigger = fields.Selection("_selection_trigger", required=True, default="reached", string="When")
    needs = fields.Char(compute="_compute_needs")  # names of fields, for the form
    days = fields.Integer(default=7)
    units = fields.Float(string="Amount", digits=(16, 6), min_display_digits=2, default=20.0)
    unit_id = fields.Many2one(
        "club.unit",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('club_id', '=', club_id)]",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    reward_id = fields.Many2one(
        "loyalty.program",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('club_id', '=', club_id), ('club_price', '>', 0)]",
    )
    bonus = fields.Float(
        digits=(16, 6), min_display_digits=2, help="Given with the message, once an absence. 0: the words alone."
    )

    subject = fields.Char(
        required=True, translate=True, compute="_compute_subject", store=True, readonly=False, precompute=True
    )
    body = fields.Text(
        required=True, translate=True, compute="_compute_body", store=True, readonly=False, precompute=True
    )
    placeholders = fields.Char(compute="_compute_needs", help="They are replaced by what is the member's own.")

    is_mail = fields.Boolean(string="By E-Mail", default=True)
    is_sms = fields.Boolean(string="By SMS", help="To members who said yes to it on their page. It costs money.")
    is_inbox = fields.Boolean(string="On the Customer's Page", default=True)
    is_agreed = fields.Boolean(
        string="Only Who Agreed",
        default=True,
        help="E-mails go to members who agreed to be one, or who ticked e-mails on their page. "
        "Whoever unsubscribed gets none in either case.",
    )
    is_at_hour = fields.Boolean(string="At a Set Hour", help="Otherwise within minutes of what happened.")
    hour = fields.Integer(default=18)
    zone = fields.Selection(
        [("customer", "The customer's own, else the outlet's"), ("outlet", "The outlet's")],
        string="Time Zone",
        required=True,
        default="customer",
    )
    quiet_from = fields.Integer(default=21)
    quiet_to = fields.Integer(default=8)
    cap_count = fields.Integer(string="At Most", default=3, help="0: as many as there are.")
    cap_days = fields.Integer(default=7)

    _sane = models.Constraint(
        f"CHECK (cap_count >= 0 AND cap_days BETWEEN 0 AND {MOST_DAYS} AND days BETWEEN 0 AND {MOST_DAYS}"
        " AND bonus >= 0 AND bonus <= 1000000000)",
        f"Counts are 0 or more, days 0 to {MOST_DAYS:,}.",
    )

    @api.model
    def _selection_trigger(self):
        return [(code, self._trigger_label(code)) for code in TRIGGERS]

    @api.model
    def _club_noted(self):
        return super()._club_noted() | {"on_since", "searched_at"}

    @api.depends("trigger")
    @api.depends_context("lang")
    def _compute_needs(self):
        for rule in self:
            rule.needs = " ".join(("trigger", *(TRIGGERS[rule.trigger].needs if rule.trigger else ())))
            rule.placeholders = " ".join(f"{{{name}}}" for name in rule._known())

    @api.depends("club_id")
    def _compute_unit_id(self):
        for rule in self:
            if rule.unit_id.club_id != rule.club_id:
                rule.unit_id = rule.club_id.tier_unit_id or rule.club_id.unit_ids[:1]

    @api.depends("trigger")
    def _compute_name(self):
        for rule in self:
            rule.name = self._trigger_label(rule.trigger) if rule.trigger else ""

    # Each by a method of its own: whoever writes one of them gets the other's words all the same.
    @api.depends("trigger")
    def _compute_subject(self):
        for rule in self:
            rule.subject = self._default_words(rule.trigger)[0] if rule.trigger else ""

    @api.depends("trigger")
    def _compute_body(self):
        for rule in self:
            rule.body = self._default_words(rule.trigger)[1] if rule.trigger else ""

    def _known(self):
        return (*NAMES, *TRIGGERS[self.trigger].names) if self.trigger else NAMES

    def _timing(self):
        return engine.Timing(
            hour=self.hour if self.is_at_hour else None, quiet_from=self.quiet_from, quiet_to=self.quiet_to
        )

    # ------------------------------------------------------------------ what people may enter
    @api.constrains("is_at_hour", "hour", "quiet_from", "quiet_to")
    def _check_timing(self):
        for rule in self:
            code = rule._timing().problem() or (not 0 <= rule.hour < engine.HOURS and "hour")
            if code == "hour":
                raise ValidationError(self.env._("An hour is a number from 0 to 23, such as 18 for the evening."))
            if code == "quiet":
                raise ValidationError(
                    self.env._(
                        "%(hour)s:00 is in the quiet hours, from %(from)s:00 to %(to)s:00. Choose another hour.",
                        hour=rule.hour,
                        **{"from": rule.quiet_from, "to": rule.quiet_to},
                    )
                )

    @api.constrains("subject", "body", "trigger")
    def _check_placeholders(self):
        for rule in self:
            for text in (rule.subject, rule.body):
                if not (text or "").strip():
                    raise ValidationError(self.env._("Write a subject and a text: what members read."))
                found = engine.problem(text, rule._known())
                if found and found[0] == "unknown":
                    raise ValidationError(
                        self.env._(
                            "{%(name)s} is no placeholder of this message. There are: %(known)s.",
                            name=found[1],
                            known=rule.placeholders,
                        )
                    )
                if found:
                    raise ValidationError(
                        self.env._("A placeholder is a name between { and }, such as {name}. One of them is missing.")
                    )

    @api.constrains("trigger", "days", "units", "unit_id", "reward_id", "bonus", "club_id")
    def _check_needs(self):
        for rule in self:
            _, needs = self.env._, TRIGGERS[rule.trigger].needs
            if "days" in needs and rule.days < 1:
                raise ValidationError(_("Say how many days: 1 or more."))
            # In what tiers go by, which may have more decimals than any unit, or none.
            is_figure = rule.trigger == "near" and rule.club_id.tier_metric != "points"
            if "units" in needs and (rule.club_id._tier_minor(rule.units) if is_figure else rule.units) <= 0:
                raise ValidationError(_("Say how many: an amount above 0."))
            if "reward_id" in needs and not rule.reward_id:
                raise ValidationError(_("Choose the reward that members are told of."))
            if (rule.unit_id.club_id | rule.reward_id.club_id) - rule.club_id:
                raise ValidationError(_("Choose a unit and a reward of the message's own club."))
            for amount in (0 if is_figure else rule.units, rule.bonus):
                try:
                    rule.unit_id._to_minor(amount or 0)
                except UserError as fault:
                    raise ValidationError(str(fault)) from fault

    @api.constrains("is_mail", "is_sms", "is_push", "is_inbox", "is_on")
    def _check_channels(self):
        for rule in self.filtered("is_on"):
            if not (rule.is_mail or rule.is_sms or rule.is_push or rule.is_inbox):
                raise ValidationError(self.env._("Choose how members are told: tick one of the ways."))
            if rule.is_sms:
                rule._check_sms()

    def _check_sms(self):
        """SMS cost money that somebody else bills: nothing is promised that could not be sent."""
        _ = self.env._
        self._ask_sms_provider()
        texts = {
            "none": _(
                "No SMS can be sent: no provider is set. Set one under Settings, General Settings, Send SMS; or "
                "untick SMS."
            ),
            "account": _(
                "No SMS can be sent: the SMS account is not registered yet. Register it under Settings, General "
                "Settings, Send SMS, Manage; or untick SMS."
            ),
            "credit": _(
                "No SMS can be sent: the SMS account has no credit. Buy some under Settings, General Settings, "
                "Send SMS; or untick SMS."
            ),
        }
        if fault := self._sms_fault():
            raise ValidationError(texts[fault])

    # ------------------------------------------------------------------ on and off
    @api.model_create_multi
    def create(self, vals_list):
        self = self._club_note_anew(vals_list)
        rules = super().create(vals_list)
        rules._begin(rules.filtered("is_on"))
        rules._translate_words()
        return rules

    def write(self, vals):
        begun = self.filtered(lambda rule: not rule.is_on) if vals.get("is_on") else self.browse()
        turned = self.filtered(lambda rule: rule.trigger != vals.get("trigger", rule.trigger))
        result = super().write(vals)
        self._begin(begun)
        turned._translate_words()
        if turned:
            # What waits is of another event: its words have nothing to say of it.
            waiting = [("rule_id", "in", turned.ids), ("state", "=", "waiting")]
            self.env["club.message"].sudo().search(waiting).write({"state": "skipped", "reason": "off"})
        if vals.keys() & set(SEARCH):
            self.sudo().searched_at = False
        return result

    def _begin(self, rules):
        if rules:
            rules.sudo().on_since = fields.Datetime.now()

    def _translate_words(self):
        """Words that nobody changed are the add-on's own in each language; others are the merchant's in all of them.

        What stood there for another event would name what this one has not.
        """
        here = self.env.lang or "en_US"
        others = [code for code, _name in self.env["res.lang"].get_installed() if code != here]
        for rule in self if others else ():
            own = dict(zip(WORDS, (rule.name, rule.subject, rule.body), strict=True))
            plain = dict(zip(WORDS, rule._plain_words(), strict=True))
            for code in others:
                said = rule.with_context(lang=code)
                theirs = dict(zip(WORDS, said._plain_words(), strict=True))
                said.write({name: theirs[name] if own[name] == plain[name] else own[name] for name in WORDS})

    def _plain_words(self):
        return self._trigger_label(self.trigger), *self._default_words(self.trigger)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        """Words in other languages come by a way of their own: they are checked all the same."""
        result = super()._update_field_translations(field_name, translations, digest, source_lang)
        if field_name in WORDS:
            for code, _name in self.env["res.lang"].get_installed():
                self.with_context(lang=code)._check_placeholders()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if self.env["club.message"].sudo().search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(self.env._("Members were sent this message: archive it, so that the log stays."))

    # ------------------------------------------------------------------ in words
    sentence = fields.Char(string="In Words", compute="_compute_sentence")
    note = fields.Char(compute="_compute_sentence")
    preview_lang = fields.Selection(
        "_selection_lang", string="Language", compute="_compute_preview_lang", readonly=False
    )
    preview_subject = fields.Char(compute="_compute_preview")
    preview_body = fields.Text(compute="_compute_preview")
    sent_count = fields.Integer(string="Sent", compute="_compute_counts")
    read_count = fields.Integer(string="Read", compute="_compute_counts")
    skipped_count = fields.Integer(string="Not Sent", compute="_compute_counts")

    @api.depends(
        "trigger", "days", "units", "unit_id", "reward_id", "bonus", "is_mail", "is_sms", "is_push", "is_inbox",
        "is_at_hour", "hour", "zone", "quiet_from", "quiet_to", "cap_count", "cap_days",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            what, *how = rule._sentence_parts() if rule.club_id else [""]
            rule.sentence = f"{what}: {', '.join(filter(None, how))}" if what else ""
            rule.note = rule._note_text() if rule.club_id else ""

    def _sentence_parts(self):
        _, unit, amount = self.env._, self.unit_id, self._amount_text()
        bonus = unit._format(round(self.bonus * 10**unit.decimals)) if unit and self.bonus else ""
        yield self._trigger_sentence(amount, self.days, self.reward_id.name or "")
        if self.trigger == "idle" and bonus:
            yield bonus
        ways = [
            (self.is_mail, _("e-mail")),
            (self.is_sms, _("SMS")),
            (self.is_push, _("on the phone")),
            (self.is_inbox, _("on the customer's page")),
        ]
        yield " + ".join(text for is_used, text in ways if is_used)
        yield _("at %s:00", self.hour) if self.is_at_hour else _("at once")
        if not self.is_at_hour and self.quiet_from != self.quiet_to:
            yield _("not between %(begin)s:00 and %(end)s:00", begin=self.quiet_from, end=self.quiet_to)
        if self.cap_count and self.cap_days and (self.is_mail or self.is_sms or self.is_push):
            yield _("at most %(count)s in %(days)s days", count=self.cap_count, days=self.cap_days)

    def _note_text(self):
        _, club = self.env._, self.club_id._origin
        if self.trigger == "voucher" and club.is_voucher_mailed and club.voucher_warn_days:
            return _("This takes the place of the reminder that vouchers have of their own: nobody gets both.")
        if self.trigger == "tier_ends" and club.tier_period != "year":
            return _("Tiers of this club are for good: nobody is about to lose one.")
        return ""

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    @api.depends_context("lang")
    def _compute_preview_lang(self):
        self.preview_lang = self.env.lang or "en_US"

    @api.depends(
        "subject", "body", "trigger", "units", "unit_id", "days", "reward_id", "bonus", "club_id", "preview_lang"
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        """As a member would read it, with made-up figures; in another language what is saved in it."""
        for rule in self:
            said = rule
            if rule.preview_lang and rule.preview_lang != self.env.lang and rule._origin:
                said = rule._origin.with_context(lang=rule.preview_lang)
            values = said._example() if said.club_id and said.trigger else {}
            rule.preview_subject = engine.fill(said.subject or "", values)
            rule.preview_body = engine.fill(said.body or "", values)

    def _compute_counts(self):
        counts = {}
        for rule, state, is_read, count in self.env["club.message"]._read_group(
            [("rule_id", "in", self.ids)], ["rule_id", "state", "is_read"], ["__count"]
        ):
            counts[rule.id, state, is_read] = count
        for rule in self:
            sent = [counts.get((rule.id, "sent", is_read), 0) for is_read in (False, True)]
            rule.sent_count, rule.read_count = sum(sent), sent[1]
            rule.skipped_count = sum(
                counts.get((rule.id, state, is_read), 0)
                for state in ("skipped", "failed")
                for is_read in (False, True)
            )

    def action_view_messages(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_message_action")
        return action | {"domain": [("rule_id", "=", self.id)]}


