from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..engine.codes import is_ean13
from ..models.why_member import WhyCustomer, WhyMember
from ..models.why_order import Part, WhyOrder

LONGEST = 64
FEW = 5  # so many answers at once; more are named, to be asked for one by one
ENDING = 5  # so much of a receipt's number finds it by its end


class ClubWhy(models.TransientModel):
    """Support's question: why (not)? An order's number or a customer in, sentences out.

    Whoever asks sees orders of the own companies and members of the own clubs, and nothing of others.
    """

    _name = "club.why"
    _description = "Why?"
    _inherit = ["club.window.mixin"]

    question = fields.Char(string="Order or Customer")
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    def _compute_display_name(self):
        self.display_name = self.env._("Why?")

    @api.depends("question")
    def _compute_answer(self):
        for why in self:
            parts = why.ask(why.question) if (why.question or "").strip() else []
            why.answer = self.env["ir.qweb"]._render("loyalty_club.why_answer", {"parts": parts})

    def action_ask(self):
        """The button: the answer is computed with the question."""
        self.check_access("read")
        return False

    @api.model
    @api.readonly
    def ask(self, question):
        """Why an order has its points, or a customer the balance and tier.

        :param question: an order's number as on the receipt, or a name, phone number, e-mail address or card
        :return: list of ``{"title", "sentences", "rows": [{"name", "text", "amount"}], "total", "model", "id"}``
        """
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_user"):
            raise AccessError(self.env._("Only staff of the club do this."))
        text = " ".join(str(question or "").split())[:LONGEST]
        is_asked = any(letter.isalnum() for letter in text)  # wildcards alone would find everything
        parts = (self._why_orders(text) or self._why_customers(text)) if is_asked else []
        return [part.to_data() for part in parts or [self._unknown(text)]]

    def _unknown(self, text):
        _ = self.env._
        return Part(
            title=_("Nothing found"),
            said=[
                _("No order of your companies and no customer is known as “%s”.", text),
                _("Type the number as it is on the receipt, or a name, phone number, e-mail address or card number."),
            ],
        )

    # ------------------------------------------------------------------ orders
    def _why_orders(self, text):
        documents = self._documents(text)
        if len(documents) > FEW:
            names = ", ".join(f"{document.display_name} ({document.partner_id.display_name})" for document in documents)
            return [Part(title=self.env._("Several orders"), said=[self.env._("Ask for one of them: %s", names)])]
        return [part for document in documents for part in WhyOrder(document).parts()]

    def _documents(self, text):
        """Orders and invoices of the asker's companies by their number, with or without what stands before it."""
        number = text.lstrip("#").removeprefix("Order ").strip()
        if not number:
            return []
        same = [number, number.upper()]
        pos = Domain("pos_reference", "in", [*same, f"Order {number}"]) | Domain("name", "in", same)
        if len(number) >= ENDING:
            ending = number.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            pos |= Domain("pos_reference", "=like", f"%{ending}")
        sale = Domain("name", "in", same) | Domain("client_order_ref", "in", same)
        move = Domain("name", "in", same) | Domain("payment_reference", "in", same)
        move &= Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt"))
        own = Domain("company_id", "in", self.env.companies.ids)
        found = []
        for model, domain in (("pos.order", pos), ("sale.order", sale), ("account.move", move)):
            found += self.env[model].sudo().search(domain & own, limit=FEW + 1)
        return found

    # ------------------------------------------------------------------ customers
    def _why_customers(self, text):
        clubs = self.env["club.club"].search([("company_ids", "in", self.env.companies.ids)])
        members = self._members(clubs, text)
        if len(members) > FEW:
            return [self._several(members)]
        if members:
            return [part for member in members.sudo() for part in WhyMember(member).parts()]
        partners = self._partners(text)
        if len(partners) > FEW:
            return [self._several(partners)]
        return [part for partner in partners.sudo() for part in WhyCustomer(partner, clubs.sudo()).parts()]

    def _members(self, clubs, text):
        found = clubs.find_member(query=text)
        if is_ean13(text):
            found |= clubs.find_member(card=text)
        archived = self.env["club.member"].with_context(active_test=False)
        if not found:  # a membership that was put away still has its reasons
            found = archived.search(
                [("club_id", "in", clubs.ids), ("partner_id", "in", self._partners(text).ids)], limit=FEW + 1
            )
        return found.with_context(active_test=True)

    def _partners(self, text):
        partners = self.env["res.partner"]
        wanted = Domain("complete_name", "ilike", text) | Domain("email", "=ilike", text)
        if sum(letter.isdigit() for letter in text) >= ENDING:
            wanted |= Domain("phone_mobile_search", "ilike", text)
        companies = Domain("company_id", "in", [False, *self.env.companies.ids])
        return partners.with_context(active_test=False).search(wanted & companies, limit=FEW + 1)

    def _several(self, people):
        names = ", ".join(person.display_name for person in people)
        return Part(
            title=self.env._("Several customers"),
            said=[self.env._("Ask for one of them, by phone number, e-mail address or card: %s", names)],
        )
