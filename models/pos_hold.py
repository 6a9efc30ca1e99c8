import logging

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)


class ClubHold(models.Model):
    """Promises to orders of registers, found by the payment they were made for."""

    _inherit = "club.hold"

    @api.model
    def _of_payments(self, payment_keys):
        """The promises of these payments of registers, given by their uuid."""
        keys = [key for key in payment_keys if key and isinstance(key, str)]
        if not keys:
            return self.browse()
        domain = [("source_model", "=", "pos.order"), ("channel", "in", ("pos", "kiosk")), ("payment_key", "in", keys)]
        return self.search(domain)

    def _club_capture_for(self, order):
        """Capture for a register's order whose money has arrived.

        A fault beyond a refusal never stops such a sale: it is logged, the promise stays, and the next repair
        captures it.
        """
        self.ensure_one()
        if self.state == "captured":
            return
        try:
            with self.env.cr.savepoint():
                self._capture(order._club_source(), order._club_paid_at())
        except (UserError, OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.exception("Points of %s could not be taken; the next repair will do it", order)

    def _returned(self):
        """What was given back of this promise so far, less what was taken again."""
        return sum(self._corrections().mapped("amount"))

    @api.model
    def _cron_release(self):
        self.env["pos.payment"]._club_repair()
        return super()._cron_release()
