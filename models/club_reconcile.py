from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .batches import in_batches, one_batch
from .document_mixin import FINAL

DAYS = 14  # how far back the nightly repair looks for paid documents that nobody judged
DOCUMENTS = ("pos.order", "sale.order", "account.move")


class ClubReconcile(models.Model):
    """The nightly repair: what failed while a sale went through is done again.

    A document that fails once more keeps its fault and waits for the next night; it never stops the others.
    """

    _inherit = "club.outcome"

    @api.model
    def _cron_reconcile(self, days=DAYS):
        since = fields.Datetime.now() - timedelta(days=days)
        for model in DOCUMENTS:
            documents = self.env[model]
            ids = documents._club_unsettled(since)
            done = in_batches(
                self.env,
                ids,
                lambda chunk, documents=documents: documents.browse(chunk)._club_sync(),
                rescue=lambda chunk, documents=documents: self._repair_singly(documents.browse(chunk)),
            )
            if done < len(ids):
                return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _repair_singly(self, documents):
        for document_id in documents.ids:
            one_batch(self.env, [document_id], lambda ids: documents.browse(ids)._club_sync_safely())
            self.env.cr.commit()  # pylint: disable=invalid-commit  # the next one may have to start anew


class ClubDocumentRepair(models.AbstractModel):
    _inherit = "club.document.mixin"

    def _club_unsettled_domain(self, since):
        """Documents that were paid since and may have been missed."""
        return Domain.FALSE

    @api.model
    def _club_unsettled(self, since):
        """Ids of what failed, and of what looks paid and was never judged for good."""
        query = self.with_context(active_test=False)._search(self._club_unsettled_domain(since), order="id")
        outcome = SQL("o.source_model = %s AND o.source_id = %s.id", self._name, SQL.identifier(self._table))
        query.add_where(
            SQL(
                "NOT EXISTS (SELECT FROM club_outcome o WHERE %s AND o.code = ANY(%s))",
                outcome,
                list(self._club_decided()),
            )
        )
        missed = [row[0] for row in self.env.execute_query(query.select())]
        failed = self.env.execute_query(
            SQL("SELECT source_id FROM club_outcome WHERE code = 'fault' AND source_model = %s", self._name)
        )
        known = self.browse(row[0] for row in failed).exists()
        return sorted({*missed, *known.ids})

    @api.model
    def _club_decided(self):
        """Outcomes that time alone does not change."""
        return FINAL | {"no_points", "returned", "refund", "settled_elsewhere", "kiosk_unknown", "fault"}


class PosOrderRepair(models.Model):
    _inherit = "pos.order"

    def _club_unsettled_domain(self, since):
        return Domain([
            ("state", "in", ("paid", "done")),
            ("partner_id", "!=", False),
            ("config_id.club_outlet_id.is_opted_in", "=", True),
            ("date_order", ">=", since),
        ])  # fmt: skip


class SaleOrderRepair(models.Model):
    _inherit = "sale.order"

    def _club_unsettled_domain(self, since):
        is_ours = Domain("website_id.club_outlet_id.is_opted_in", "=", True) | Domain(
            "team_id.club_outlet_id.is_opted_in", "=", True
        )
        moved = Domain.OR(
            Domain(path, ">=", since)
            for path in ("write_date", "transaction_ids.last_state_change", "invoice_ids.write_date")
        )
        return Domain("state", "=", "sale") & is_ours & moved


class AccountMoveRepair(models.Model):
    _inherit = "account.move"

    def _club_unsettled_domain(self, since):
        return Domain([
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("payment_state", "in", ("paid", "in_payment")),
            ("partner_id", "!=", False),
            ("team_id.club_outlet_id.is_opted_in", "=", True),
            ("write_date", ">=", since),
        ])  # fmt: skip
