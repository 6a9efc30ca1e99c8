"""Long work in small commits: what a scheduled job does between two heartbeats."""

import logging
import random
import time

from odoo.exceptions import ConcurrencyError
from odoo.tools import split_every
from psycopg2 import OperationalError

from .locking import forget_collisions, is_busy

_logger = logging.getLogger(__name__)

BATCH = 200  # members at most that one transaction holds
TRIES = 8
FIRST_WAIT = 0.02  # seconds; doubles with every try


def in_batches(env, ids, work, size=BATCH, rescue=None):
    """Do ``work(ids)`` for a few ids at a time, each in a transaction of its own, until time is up.

    The host does not repeat a scheduled job that met somebody at the same balance: a batch repeats itself.
    What was committed stays done, so an interrupted run resumes where it stopped.

    :param rescue: called with the ids of a batch that failed for another reason, instead of giving up
    :return: how many of the ids are done
    """
    ids = list(ids)
    env["ir.cron"]._commit_progress(remaining=len(ids))
    done = 0
    for chunk in split_every(size, ids, list):
        one_batch(env, chunk, work, rescue)
        done += len(chunk)
        if not env["ir.cron"]._commit_progress(len(chunk)):
            break
    return done


def one_batch(env, chunk, work, rescue=None):
    """``work(chunk)``, repeated while others are at the same balances; the caller commits."""
    for attempt in range(1, TRIES + 1):
        forget_collisions(env)
        try:
            work(chunk)
            env.cr.flush()
            return
        except (OperationalError, ConcurrencyError) as error:
            env.cr.rollback()
            env.transaction.reset()
            if not is_busy(error) or attempt == TRIES:
                raise
            time.sleep(random.uniform(0, FIRST_WAIT * 2**attempt))
        except Exception:
            if rescue is None:
                raise
            env.cr.rollback()
            env.transaction.reset()
            _logger.info("A batch of %s failed; doing it one by one", len(chunk))
            rescue(chunk)
            return
