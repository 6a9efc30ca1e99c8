"""What the checks on databases of their own (``*_check.py``) say and listen to."""

import logging
import sys


class Check:
    """Says and counts what holds and what does not."""

    def __init__(self):
        self.failed = 0

    def __call__(self, what, is_true, *details):
        self.failed += not is_true
        sys.stdout.write(f"ok   {what}\n" if is_true else f"FAIL {what} {details or ''}\n")
        sys.stdout.flush()


class Complaints(logging.Handler):
    """What anybody logs as an error meanwhile."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage().splitlines()[0])
