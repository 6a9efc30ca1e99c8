"""POS sync of an order: what an award adds, against what native loyalty adds for its own."""

from statistics import median
from time import perf_counter

ROUNDS = 30
WARM_UP = 4


def measure(club, bare):
    """Yield (line, kept). The same five-line order: nobody, native award, our award, in turns."""
    nobody_club = lambda: club.sync()  # noqa: E731
    sides = {
        "nobody, bare host": lambda: bare.sync(),
        "customer, bare host": lambda: _without_award(bare),
        "customer, native award": lambda: bare.sync(partner=bare.partners[0]),
        "nobody, with the club": nobody_club,
        "customer, with the club": lambda: club.sync(partner=club.partners[0]),
    }
    times, queries = {name: [] for name in sides}, {}
    for number in range(WARM_UP + ROUNDS):
        for name, call in sides.items():
            start = perf_counter()
            queries[name] = call()
            if number >= WARM_UP:
                times[name].append(perf_counter() - start)
    took = {name: 1000 * median(values) for name, values in times.items()}
    for name in sides:
        yield f"{name:26} {took[name]:7.1f} ms {queries[name]:4d} queries", True
    base = took["customer, bare host"]
    native, ours = took["customer, native award"] - base, took["customer, with the club"] - base
    yield (
        f"time added, ours ÷ native: {ours / native:.2f} ({ours:.1f} ms ÷ {native:.1f} ms), budget ≤ 1",
        ours <= native,
    )
    extra = queries["customer, with the club"] - queries["customer, bare host"]
    yield f"queries added for a customer: {extra}, budget ≤ 15", extra <= 15
    none = queries["nobody, with the club"] - queries["nobody, bare host"]
    yield f"queries added without a customer: {none}, budget 0", none <= 0


def _without_award(shop):
    """The same customer on the same host when no loyalty answers: one request."""
    side, shop.side = shop.side, "bare"
    try:
        return shop.sync(partner=shop.partners[0])
    finally:
        shop.side = side
