"""The budgets of DESIGN section 7, measured: both sides in one run, printed as ratios.

``dev/bench`` gives two fresh copies of one host, ``CLUB_DB`` with the add-on and ``CLUB_DB_BARE`` without.
Absolute times depend on the machine; the ratios are what counts.
"""

import os
import sys

import backfill
import cart
import dashboard
import expiry
import kiosk
import lookup
import members
import messages
import sync
import tiers
import volume
import workers
from shop import Shop, boot

PARTS = {
    "sync": sync.measure,
    "workers": workers.measure,
    "cart": cart.measure,
    "kiosk": kiosk.measure,
    "members": members.measure,
    "lookup": lookup.measure,
    "volume": volume.measure,
    "expiry": expiry.measure,
    "backfill": backfill.measure,
    "tiers": tiers.measure,
    "messages": messages.measure,
    "dashboard": dashboard.measure,
}


def main(wanted):
    boot()
    unknown = set(wanted) - PARTS.keys()
    if unknown:
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
    club = Shop(os.environ["CLUB_DB"], "club")
    bare = Shop(os.environ["CLUB_DB_BARE"], "native")
    missed = []
    for name, measure in PARTS.items():
        if not wanted or name in wanted:
            print(f"\n## {name}", flush=True)
            for text, is_kept in measure(club, bare):
                print(("   " if is_kept else "!! ") + text, flush=True)
                missed += [] if is_kept else [text]
    print(f"\n{len(missed)} budgets missed" if missed else "\nEvery budget kept")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
