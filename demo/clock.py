"""A clock for telling the demo's past through the same doors as any sale."""

from contextlib import ExitStack, contextmanager
from datetime import datetime
from threading import get_ident
from unittest.mock import patch

from odoo import fields

# Fields whose default is the clock itself, taken along when their class was made.
STAMPED = (("account.payment", "date"), ("sale.order", "date_order"), ("mail.message", "date"))


@contextmanager
def at(env, moment):
    """Within the block it is ``moment`` (naive UTC) for whoever asks ``fields`` in this thread.

    Other threads of the server keep their own time: they may be serving somebody meanwhile.
    """
    thread, own_now, own_context_today = get_ident(), fields.Datetime.now, fields.Date.context_today

    def now(*_args):
        return moment if get_ident() == thread else own_now()

    def context_today(record, timestamp=None):
        return own_context_today(record, timestamp or (moment if get_ident() == thread else None))

    def today(*_args):
        return now().date() if get_ident() == thread else datetime.now().date()

    stamp = env.cr.now()
    with ExitStack() as patches:
        patches.enter_context(patch.object(fields.Datetime, "now", staticmethod(now)))
        patches.enter_context(patch.object(fields.Date, "context_today", staticmethod(context_today)))
        patches.enter_context(patch.object(fields.Date, "today", staticmethod(today)))
        for model, name in STAMPED:
            field = env[model]._fields[name]
            clock = context_today if field.type == "date" else now
            patches.enter_context(patch.object(field, "default", clock))
        env.cr._now = moment  # what records are stamped with
        try:
            yield
            env.flush_all()
        finally:
            env.cr._now = stamp
