"""Why points could not be used: said to who is at the register or in the shop, and kept for who asks later."""

import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

KEPT_DAYS = 90


class Refusal(UserError):
    """A sentence for the person at hand; its code and figures are what is kept. Names of people are not."""

    context = {"exception_class": "odoo.exceptions.UserError"}  # by it the browser shows the sentence, not "Oops!"

    def __init__(self, text, code, figures):
        super().__init__(text)
        self.code, self.figures = code, figures


class ClubRefusal(models.Model):
    """One reason, one order: asked again, it is counted.

    The order may not exist yet when it is refused, so it is named by its uuid.
    """

    _name = "club.refusal"
    _description = "Why Points Could Not Be Used"
    _log_access = False
    _order = "refused_at desc, id desc"

    club_id = fields.Many2one("club.club", required=True, ondelete="cascade", index=True, readonly=True)
    member_id = fields.Many2one("club.member", ondelete="cascade", index="btree_not_null", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        ondelete="cascade",
        index="btree_not_null",
        readonly=True,
        help="Who asked without being a member.",
    )
    place = fields.Char(string="Where", readonly=True)
    source_model = fields.Char(readonly=True)
    source_key = fields.Char(required=True, readonly=True)
    source_name = fields.Char(string="Order", compute="_compute_source_name", search="_search_source_name")
    code = fields.Char(required=True, readonly=True)
    figures = fields.Json(readonly=True)
    times = fields.Integer(readonly=True)
    refused_at = fields.Datetime(string="Last", required=True, readonly=True)
    actor = fields.Char(string="By", readonly=True)
    message = fields.Char(string="Why", compute="_compute_message")

    _once = models.UniqueIndex(
        "(source_key, code, COALESCE(member_id, 0), COALESCE(partner_id, 0), club_id)", "This is noted already."
    )
    _refused_idx = models.Index("(refused_at)")

    @api.model
    def _texts(self):
        """Every reason in a sentence; ``who`` is the customer, the rest are figures and names of things."""
        _ = self.env._
        return self._card_texts() | {
            "no_outlet": _("This register belongs to no outlet of the club."),
            "outlet_off": _("%(outlet)s does not take part in the club at present. Points stay as they are."),
            "gate": _("Paying with points is switched off at the register. Points stay as they are."),
            "currency": _(
                "Points are worth %(currency)s, which this register does not take. Choose another way to pay."
            ),
            "paid": _("This order is paid already. Nothing was taken."),
            "no_customer": _("Choose the customer first: points belong to somebody."),
            "other_company": _("%(who)s is a customer of another company."),
            "archived": _("The membership of %(who)s is archived. A manager of the club can restore it."),
            "not_member": _("%(who)s is not a member yet. The first paid order changes that."),
            "other_order": _("This payment belongs to another order. Remove it and start again."),
            "nothing": _("%(who)s has nothing to pay with here."),
            "no_amount": _("Choose how many %(units)s to use."),
            "too_many": _("%(asked)s are too many. %(why)s"),
            "limit": "%(why)s",
            "minimum": _("Use at least %(least)s at once."),
            "others_points": _("This order uses the points of %(who)s. Take them off first."),
            "proof": _(
                "More than %(most)s takes proof of who it is: scan the card or the code on the customer's page, "
                "or ask for the PIN."
            ),
            "dust": _("%(amount)s are worth less than the smallest coin. Use more."),
            "whose": _("The points were promised by somebody else than the order's customer."),
            "sync": _("The order was not taken: %(why)s"),
            "other_place": _("This order belongs to no outlet of the club."),
            "gate_here": _("Paying with points is switched off here. Points stay as they are."),
            "order_currency": _(
                "Points are worth %(currency)s, which this order is not in. "
                "Choose another price list, or pay without points."
            ),
            "no_worth": _(
                "%(outlet)s sells in %(currency)s, and nobody said what points are worth there. "
                "Points stay as they are."
            ),
            "members_only": _("Points belong to members. The first paid order makes one."),
            "confirmed": _("This order is confirmed already. Nothing was changed."),
            "on_its_way": _("A payment of this order is on its way, so its points stay as they are."),
            "no_points": _("There are no points to use yet."),
            "no_number": _("Choose how many points to use, as a whole number."),
            "gone": _(
                "The points of this order are not promised to it any more. Take them off it, or choose them anew, "
                "and look at the total before you go on. Nothing was taken."
            ),
        }

    @api.model
    def _card_texts(self):
        """Those about vouchers, wallets and gift cards."""
        _ = self.env._
        return {
            "voucher_returned": _("This voucher was given back for points. It is worth nothing any more."),
            "voucher_used": _("This voucher has been used already."),
            "voucher_foreign": _("This voucher belongs to another customer, who alone can use it."),
            "voucher_nobody": _("This voucher belongs to a member. Choose the customer first."),
            "voucher_elsewhere": _("This voucher counts at %(outlets)s only."),
            "voucher_promised": _(
                "This voucher is on another order, whose payment was started. Finish or cancel that one, or pay here "
                "without the voucher."
            ),
            "wallet_promised": _(
                "Store credit of %(money)s is promised to %(order)s, which is being paid. Finish or cancel that "
                "payment, or open the cart again: it uses what is left."
            ),
            "wallet_short": _(
                "There are %(left)s on the wallet and the order takes %(used)s. Open the cart again: it uses what "
                "is left. Nothing was taken."
            ),
            "card_promised": _(
                "%(money)s of the gift card are promised to %(order)s, which is being paid. Finish or cancel that "
                "payment, or open the cart again: it uses what is left."
            ),
            "card_short": _(
                "There are %(left)s on the gift card and the order takes %(used)s. Open the cart again: it uses what "
                "is left. Nothing was taken."
            ),
        }

    @api.model
    def _because(self, code, who="", **figures):
        """The refusal to raise."""
        return Refusal(self._texts()[code] % (figures | {"who": who}), code, figures)

    @api.depends("code", "figures", "member_id", "partner_id")
    def _compute_message(self):
        texts = self._texts()
        for refusal in self:
            person = refusal.member_id.partner_id or refusal.partner_id
            who = person.sudo().display_name or self.env._("The customer")
            try:
                refusal.message = texts[refusal.code] % ((refusal.figures or {}) | {"who": who})
            except KeyError:  # noted by another version
                refusal.message = refusal.code

    @api.depends("source_model", "source_key")
    def _compute_source_name(self):
        orders = self.env["pos.order"].sudo().search([("uuid", "in", self.mapped("source_key"))])
        names = {("pos.order", order.uuid): order.pos_reference or order.name for order in orders}
        sold = self.filtered(lambda refusal: refusal.source_model == "sale.order").mapped("source_key")
        for order in self.env["sale.order"].sudo().browse(map(int, filter(str.isdecimal, sold))).exists():
            names["sale.order", str(order.id)] = order.name
        for refusal in self:
            refusal.source_name = names.get((refusal.source_model, refusal.source_key), "")

    def _search_source_name(self, operator, value):
        orders = self.env["pos.order"].sudo()
        found = orders.search(["|", ("pos_reference", operator, value), ("name", operator, value)], limit=100)
        sold = self.env["sale.order"].sudo().search([("name", operator, value)], limit=100)
        return [
            "|",
            "&", ("source_model", "=", "pos.order"), ("source_key", "in", found.mapped("uuid")),
            "&", ("source_model", "=", "sale.order"), ("source_key", "in", [str(order_id) for order_id in sold.ids]),
        ]  # fmt: skip

    # ------------------------------------------------------------------ keeping
    @api.model
    def _keep(self, till, asked, refusal):
        """Note why a register's customer could not pay with points; asked again, it is counted.

        :param till: ``pos.config`` in sudo
        :param asked: ``pos_tender.Asked``
        """
        club = till.club_outlet_id.club_id
        if not club or not isinstance(refusal, Refusal):
            return
        partner = till.env["res.partner"].browse(asked.partner_id).exists()
        self._keep_for(club, partner, till.display_name, ("pos.order", asked.order_uuid), refusal)

    @api.model
    def _keep_for(self, club, partner, place, source, refusal):
        """Note a refusal wherever it was said.

        :param club: ``club.club`` in sudo
        :param partner: who asked, as far as anybody is known
        :param source: (model name, key) of the order
        """
        if refusal.code in ("other_company", "no_customer"):
            partner = partner.browse()
        members = club.env["club.member"].with_context(active_test=False)
        member = members.browse()
        if partner:
            member = members.search([("club_id", "=", club.id), ("partner_id", "=", partner.id)], limit=1)
        source_model, source_key = source
        self.env.cr.execute(
            SQL(
                """INSERT INTO club_refusal (club_id, member_id, partner_id, place, source_model, source_key, code,
                                             figures, times, refused_at, actor)
                   VALUES (%(club)s, %(member)s, %(partner)s, %(place)s, %(model)s, %(key)s, %(code)s, %(figures)s,
                           1, %(now)s, %(actor)s)
                   ON CONFLICT (source_key, code, COALESCE(member_id, 0), COALESCE(partner_id, 0), club_id)
                   DO UPDATE SET times = club_refusal.times + 1, refused_at = EXCLUDED.refused_at,
                                 figures = EXCLUDED.figures, actor = EXCLUDED.actor""",
                club=club.id,
                member=member.id or None,
                partner=None if member else partner.id or None,
                place=place,
                model=source_model,
                key=str(source_key),
                code=refusal.code,
                figures=self._fields["figures"].convert_to_column_insert(refusal.figures, self),
                now=fields.Datetime.now(),
                actor=self.env["club.entry"]._actor(),
            )
        )
        self.env["club.refusal"].invalidate_model()

    @api.model
    def _keep_after_rollback(self, club, partner, place, source, refusal):
        """The refusal undoes all that this request wrote; its reason is noted once that is done.

        Not by another cursor at once: this request holds the member's row, which the note refers to.
        """
        if not club:
            return
        env, ids = self.env, (club.id, partner.id)

        def note():
            try:
                with env.registry.cursor() as cursor:
                    fresh = api.Environment(cursor, env.uid or SUPERUSER_ID, {}, su=True)
                    club_again = fresh["club.club"].browse(ids[0]).exists()
                    partner_again = fresh["res.partner"].browse(ids[1] or []).exists()
                    fresh["club.refusal"]._keep_for(club_again, partner_again, place, source, refusal)
            except Exception:
                _logger.exception("Why %s was refused could not be noted", source)

        env.cr.postrollback.add(note)

    @api.model
    def _move_member(self, gone, kept):
        """A merge: what both noted of one order is noted once."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM club_refusal old USING club_refusal new
                    WHERE old.member_id = %(gone)s AND new.member_id = %(kept)s
                      AND (old.source_key, old.code, old.club_id) = (new.source_key, new.code, new.club_id)""",
                gone=gone.id,
                kept=kept.id,
            )
        )
        self.env.cr.execute(SQL("UPDATE club_refusal SET member_id = %s WHERE member_id = %s", kept.id, gone.id))
        self.invalidate_model()

    @api.autovacuum
    def _gc_refusals(self):
        """What nobody asked about for so long is gone."""
        self.search([("refused_at", "<", fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS))]).unlink()


class PosConfig(models.Model):
    _inherit = "pos.config"

    def _club_refuse(self, code, who="", **figures):
        return self.env["club.refusal"]._because(code, who, **figures)
