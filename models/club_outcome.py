from odoo import api, fields, models
from odoo.tools import SQL


class ClubOutcome(models.Model):
    """Why a document earned or did not, one row a document; and what the nightly reconcile must repair."""

    _name = "club.outcome"
    _description = "What an Order Came To"
    _inherit = ["club.source.mixin"]
    _log_access = False
    _order = "checked_at desc, id desc"

    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", required=True, readonly=True)
    source_name = fields.Char(string="Document", readonly=True)
    club_id = fields.Many2one("club.club", ondelete="cascade", index=True, readonly=True)
    member_id = fields.Many2one("club.member", ondelete="set null", index="btree_not_null", readonly=True)
    code = fields.Selection("_selection_code", string="Outcome", required=True, readonly=True)
    detail = fields.Json(readonly=True)
    fault = fields.Text(readonly=True)
    checked_at = fields.Datetime(required=True, readonly=True)
    message = fields.Char(compute="_compute_message")

    _once = models.Constraint("UNIQUE (source_model, source_id)", "A document has one outcome.")
    _faults_idx = models.Index("(id) WHERE code = 'fault'")

    @api.model
    def _selection_code(self):
        return list(self._texts().items())

    @api.model
    def _texts(self):
        """Every outcome in a sentence that says what to do."""
        _ = self.env._
        return {
            "awarded": _("Points were credited."),
            "no_customer": _("Nobody was chosen on this order, so no points were added."),
            "kiosk_unknown": _("Nobody identified themselves at the kiosk, so no points were added."),
            "no_outlet": _("This register, website or team belongs to no outlet of the club."),
            "outlet_off": _("This outlet does not take part in the club."),
            "channel_off": _("Purchases of this kind earned nothing when this order was paid."),
            "other_currency": _(
                "This outlet sells in another currency than the club's, and no live program states a ratio for it."
            ),
            "club_off": _("The club was switched off when this order was paid."),
            "before_activation": _("This order was paid before the club was switched on here."),
            "not_paid": _("Points are added once the order is paid."),
            "settled_elsewhere": _("This order was settled at the register, which credited it."),
            "refund": _("This is a refund: it takes back what the refunded order earned."),
            "no_program": _("No live program applied to this member when the order was paid."),
            "no_real_money": _("Nothing of this order was paid in money, so there was nothing to earn on."),
            "nothing_eligible": _("No line of this order earns points."),
            "visited": _("Only one visit a day counts, and this was not the first."),
            "redemption_order": _("Orders paid partly in points earn nothing by the club's policy."),
            "below_one": _("The order was too small for a whole point."),
            "returned": _("Everything on this order was returned, so its points were taken back."),
            "consent": _(
                "The customer is not a member yet. Once they agree to join, on their page or by staff, it counts."
            ),
            "not_member": _("The customer is not a member, and this club makes nobody one by itself."),
            "no_points": _("This order is marked as earning no points."),
            "fault": _("Something went wrong while crediting. The nightly repair will do it."),
        }

    @api.depends("code")
    def _compute_message(self):
        texts = self._texts()
        for outcome in self:
            outcome.message = texts.get(outcome.code, "")

    @api.model
    def _record(self, rows):
        """Keep the latest outcome of documents.

        :param rows: dicts ``source_model``, ``source_id``, ``source_name``, ``club_id``, ``member_id``,
            ``code``, ``fault``
        """
        if not rows:
            return
        now = fields.Datetime.now()
        self.env.cr.execute_values(
            """INSERT INTO club_outcome
                      (source_model, source_id, source_name, club_id, member_id, code, fault, checked_at)
               VALUES %s
               ON CONFLICT (source_model, source_id) DO UPDATE
               SET code = EXCLUDED.code, fault = EXCLUDED.fault, checked_at = EXCLUDED.checked_at,
                   club_id = EXCLUDED.club_id, member_id = EXCLUDED.member_id,
                   source_name = EXCLUDED.source_name""",
            [
                (
                    row["source_model"],
                    row["source_id"],
                    row["source_name"],
                    row.get("club_id"),
                    row.get("member_id"),
                    row["code"],
                    row.get("fault"),
                    now,
                )
                for row in rows
            ],
        )
        self.invalidate_model(flush=False)

    @api.model
    def _move_member(self, gone, kept):
        self.env.cr.execute(SQL("UPDATE club_outcome SET member_id = %s WHERE member_id = %s", kept.id, gone.id))
        self.invalidate_model()

    @api.model
    def _forget_members(self, members):
        """What was noted of these members' orders beyond the code is gone."""
        self.env.cr.execute(
            SQL(
                "UPDATE club_outcome SET detail = NULL, fault = NULL WHERE member_id = ANY(%s)",
                list(members.ids),
            )
        )
        self.invalidate_model()
