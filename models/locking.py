"""Taking the members' rows, and the word for whoever tried in vain."""

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE
from psycopg2 import OperationalError
from psycopg2.errorcodes import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE

RETRIED = frozenset({SERIALIZATION_FAILURE, DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE})


def is_busy(error):
    """Somebody else was there first: the same work from the start will do."""
    return isinstance(error, ConcurrencyError) or getattr(error, "pgcode", None) in RETRIED


def take(env, query):
    """Run the statement that locks; raise for the host to repeat the request when somebody was first.

    The last of the host's tries raises a sentence instead of a database error. The count lives on the cursor:
    it survives the tries of one request and nothing else. Nothing is repeated in place, where the snapshot
    would stay stale.
    """
    cursor = env.cr
    collisions = getattr(cursor, "club_collisions", 0) + 1
    busy = None
    if collisions >= MAX_TRIES_ON_CONCURRENCY_FAILURE:
        busy = UserError(env._("This balance is in use right now. Nothing was changed: please try again."))
    try:
        cursor.execute(query, log_exceptions=False)
    except OperationalError as error:
        cursor.club_collisions = collisions
        if busy and is_busy(error):
            raise busy from error
        raise
    return cursor.fetchall()


def forget_collisions(env):
    """A scheduled job counts its own tries, batch by batch."""
    env.cr.club_collisions = 0
