"""Eight workers at once: on one account each order earns exactly once; on eight accounts nobody waits."""

import multiprocessing
import os
from time import perf_counter

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.sql_db import close_all
from psycopg2 import OperationalError

WORKERS = 8
ORDERS = 12
WARM_UP = 2
ROUNDS = 2


def measure(club, bare):
    """Yield (line, kept) for eight workers of ``ORDERS`` orders each."""
    alone, spread = 0.0, 0.0
    for _round in range(ROUNDS):  # in turns: whatever else the machine does meets both sides
        bare.side = "bare"
        alone += _throughput(bare, lambda worker: bare.partners[worker]) / ROUNDS
        bare.side = "native"
        spread += _throughput(club, lambda worker: club.partners[worker]) / ROUNDS
    before = _balances(club)
    one = _throughput(club, lambda worker: club.partners[0])
    cores = os.cpu_count()
    yield f"{WORKERS} workers, {cores} cores, without loyalty: {alone:.1f} orders/s", True
    ratio = spread / alone
    yield f"on {WORKERS} accounts: {spread:.1f} orders/s, {ratio:.2f} of that, budget ≥ 0.8", ratio >= 0.8
    yield f"on one account: {one:.1f} orders/s, {one / alone:.2f} of that", True
    earned, expected = _balances(club) - before, WORKERS * (ORDERS + WARM_UP) * 60
    yield (
        f"on one account: {earned} points for {WORKERS * (ORDERS + WARM_UP)} orders, expected {expected}",
        earned == expected,
    )


def _balances(club):
    with club.registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        assert not env["club.club"].browse(club.club_id).prove()
        return sum(env["club.account"].search([("club_id", "=", club.club_id)]).mapped("balance"))


def _throughput(shop, partner_of):
    """Orders a second of eight processes, each with its own register and connection."""
    close_all()  # a connection must not be shared by processes
    context = multiprocessing.get_context("fork")
    barrier, done = context.Barrier(WORKERS + 1), context.Queue()
    processes = [
        context.Process(target=_work, args=(shop, worker, partner_of(worker), barrier, done))
        for worker in range(WORKERS)
    ]
    for process in processes:
        process.start()
    barrier.wait()
    start = perf_counter()
    orders = sum(done.get() for _process in processes)
    took = perf_counter() - start
    for process in processes:
        process.join()
    assert orders == WORKERS * ORDERS, f"{orders} orders of {WORKERS * ORDERS}"
    return orders / took


def _work(shop, worker, partner, barrier, done):
    shop.registry = Registry(shop.database)
    for _order in range(WARM_UP):
        _sync(shop, worker, partner)
    barrier.wait()
    for _order in range(ORDERS):
        _sync(shop, worker, partner)
    done.put(ORDERS)
    close_all()


def _sync(shop, worker, partner):
    """One order, sent again when the host's five tries are spent, as a register does."""
    while True:
        try:
            return shop.sync(register=worker, partner=partner)
        except (OperationalError, UserError):
            continue
