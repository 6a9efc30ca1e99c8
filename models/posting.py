"""One batch through the ledger's door: read the accounts, ask the engine, write the rows.

The engine says what an intent means for an account's lots and debt; this turns a list of intents into a fixed
number of statements, whatever its length.
"""

from collections import defaultdict
from dataclasses import replace

from odoo import fields
from odoo.tools import SQL

from ..engine import posting as engine
from ..engine.kinds import lifetime_delta
from ..engine.lots import give_back
from ..engine.values import Born
from .ledger_state import StateReader

# What each kind of entry does to an account. A new kind is a row here and in engine.kinds.
HOW = {
    "award": "credit",
    "bonus": "credit",
    "goal": "credit",
    "game": "credit",
    "backfill": "credit",
    "winback": "credit",
    "adjust_in": "credit",
    "import": "credit",
    "move_in": "receive",
    "convert_in": "credit",
    "merge_in": "receive",
    "pool_in": "receive",
    "spend": "debit",
    "voucher": "debit",
    "play": "debit",
    "adjust_out": "debit",
    "convert_out": "debit",
    "merge_out": "empty",
    "pool_out": "empty",
    "clawback": "claw",
    "settle": "settle",
    "spend_return": "restore",
    "correction": "restore",
    "expire": "expire",
}
# Which of them must see the lots; a credit only asks for the debt.
SEES_LOTS = frozenset({"debit", "claw", "restore", "expire", "empty", "settle"})
# Where nothing is left to move, these leave no entry.
OPTIONAL = frozenset({"expire", "settle", "merge_in", "merge_out", "pool_in", "pool_out"})
PROVISIONAL = 1 << 60  # ids of lots that are born in this batch, until the database numbers them


class Batch:
    """The intents of one ``_post`` call, none of them posted before, their members locked."""

    def __init__(self, env, intents):
        self.env = env
        self.now = fields.Datetime.now()
        self.actor = env["club.entry"]._actor()
        self.next_id = PROVISIONAL
        self.origins = {}  # lot id → the entry it was first earned by
        self.earned = {}  # lot id → when it was first earned
        self.given = defaultdict(lambda: defaultdict(int))  # own entries → lot id → given back in this batch
        self._read(intents)
        self.rows = [row for intent in intents if (row := self._judge(intent))]

    def write(self):
        """Post all of it; return key → entry id. What would move nothing has none."""
        if not self.rows:
            return {}
        ids = self._insert_entries()
        real = self._insert_lots(ids)
        self._write_takes(ids, real)
        # Before what follows: an award is told before the tier that it reaches.
        self.env["club.event"]._note(self.env["club.entry"].browse(ids))
        self._update_accounts()
        self._forget()
        return {intent.key: entry_id for (intent, _posting, _lifetime), entry_id in zip(self.rows, ids, strict=True)}

    # ------------------------------------------------------------------ reading
    def _read(self, intents):
        ids = list({intent.account_id for intent in intents})
        rows = self.env.execute_query(
            SQL(
                """SELECT id, club_id, unit_id, member_id, debt, merged_into_id
                     FROM club_account WHERE id = ANY(%s)""",
                ids,
            )
        )
        if merged := [row[0] for row in rows if row[5]]:
            raise ValueError(f"balances {merged} were merged into others, which take their movements")
        self.accounts = {row[0]: row[1:4] for row in rows}
        clubs = {club_id for club_id, _unit, _member in self.accounts.values()}
        self.todays = {club.id: club._today(self.now) for club in self.env["club.club"].browse(clubs)}
        self.seeing = seeing = {i.account_id for i in intents if HOW[i.kind] in SEES_LOTS}
        returning = self._own(intents, "restore")
        self.restorable = self._read_restorable(returning)
        self.expired = self._read_expired(self._own(intents, "claw"))
        lots = StateReader(self.env).lots(seeing, returning) if seeing else {}
        self.known = {lot.id: lot for owned in lots.values() for lot in owned}
        self.origins.update((lot.id, lot.entry_id) for lot in self.known.values())
        self.earned.update((lot.id, lot.earned_at) for lot in self.known.values())
        self.states = {row[0]: engine.State(debt=row[4], lots=tuple(lots.get(row[0], ()))) for row in rows}

    def _own(self, intents, how):
        return [entry_id for intent in intents if HOW[intent.kind] == how for entry_id in intent.own_entry_ids]

    def _read_expired(self, award_ids):
        """Award → what of it has expired, whichever account its points were in by then."""
        if not award_ids:
            return {}
        return dict(self.env.execute_query(
            SQL(
                """SELECT COALESCE(l.origin_entry_id, l.entry_id), SUM(t.amount)::bigint FROM club_lot l
                     JOIN club_take t ON t.lot_id = l.id
                     JOIN club_entry e ON e.id = t.entry_id AND e.kind = 'expire'
                    WHERE l.origin_entry_id = ANY(%(ids)s) OR l.entry_id = ANY(%(ids)s) GROUP BY 1""",
                ids=award_ids,
            )
        ))  # fmt: skip

    def _read_restorable(self, entry_ids):
        """Entry → lot id → what it took from the lot and nobody has given back."""
        restorable = defaultdict(dict)
        if entry_ids:
            rows = self.env.execute_query(
                SQL(
                    """SELECT root, lot_id, SUM(amount)::bigint FROM (
                           SELECT CASE WHEN e.id = ANY(%(ids)s) THEN e.id ELSE e.corrects_id END AS root,
                                  t.lot_id, t.amount
                             FROM club_entry e JOIN club_take t ON t.entry_id = e.id
                            WHERE e.id = ANY(%(ids)s) OR e.corrects_id = ANY(%(ids)s)
                            UNION ALL
                           SELECT CASE WHEN e.id = ANY(%(ids)s) THEN e.id ELSE e.corrects_id END,
                                  l.successor_of_id, -l.amount
                             FROM club_entry e JOIN club_lot l ON l.entry_id = e.id
                            WHERE (e.id = ANY(%(ids)s) OR e.corrects_id = ANY(%(ids)s))
                              AND l.successor_of_id IS NOT NULL
                       ) moved GROUP BY 1, 2""",
                    ids=entry_ids,
                )
            )
            for root, lot_id, amount in rows:
                restorable[root][lot_id] = amount
        return restorable

    # ------------------------------------------------------------------ judging
    def _judge(self, intent):
        """(intent, posting, lifetime), or None where nothing would move."""
        state = self.states[intent.account_id]
        club_id = self.accounts[intent.account_id][0]
        posting = getattr(self, f"_{HOW[intent.kind]}")(intent, state, self.todays[club_id])
        if posting.shortfall:
            self.env["club.entry"]._refuse_shortfall(intent.account_id, posting.shortfall)
        lifetime = self._lifetime(intent, posting)
        if intent.kind in OPTIONAL and not any((posting.amount, posting.debt_delta, posting.takes, lifetime)):
            return None
        self.states[intent.account_id] = self._after(intent, state, posting)
        for index, born in enumerate(posting.born):
            self.origins[self.next_id + index] = self.origins.get(born.successor_of)
        self.next_id += len(posting.born)
        return intent, posting, lifetime

    def _after(self, intent, state, posting):
        """The account after this movement; where nobody in the batch looks at its lots, only what it owes."""
        if intent.account_id not in self.seeing:
            return engine.State(debt=state.debt + posting.debt_delta)
        return engine.apply(
            state,
            posting,
            self.next_id,
            earned_at=intent.business_at or self.now,
            unpin=self._unpinned(intent, state),
        )

    def _unpinned(self, intent, state):
        """The pins that this movement frees: its own hold's, or all of an account that is emptied for good."""
        if HOW[intent.kind] == "empty":
            return {lot.id: lot.pinned for lot in state.lots}
        return {lot.id: min(intent.pins[lot.id], lot.pinned) for lot in state.lots if lot.id in intent.pins}

    def _lifetime(self, intent, posting):
        return lifetime_delta(
            intent.kind,
            posting.amount,
            forgone=posting.absorbed + posting.borne + intent.data.get("absorbed", 0),
            stated=intent.lifetime,
            corrects=intent.data.get("corrects_kind"),
        )

    def _credit(self, intent, state, today):
        whole = (Born(amount=intent.amount, available_on=today),) if intent.amount else ()
        return engine.credit(state, intent.born or whole)

    def _debit(self, intent, state, today):
        return engine.debit(state, intent.amount, today, pins=intent.pins, allow_debt=intent.allow_debt)

    def _claw(self, intent, state, today):
        own = frozenset(lot.id for lot in state.lots if self.origins.get(lot.id) in intent.own_entry_ids)
        # What of the award has expired, less what earlier claw-backs already left alone.
        expired = sum(self.expired.get(entry_id, 0) for entry_id in intent.own_entry_ids) - intent.own_expired
        return engine.claw(state, own, intent.amount, today, own_expired=expired, bear=intent.is_shop_bearing)

    def _restore(self, intent, state, today):
        own, home, foreign = {lot.id: lot for lot in state.lots}, [], []
        given = self.given[intent.own_entry_ids]
        for lot_id, amount in self._taken(intent).items():
            if amount - given[lot_id] <= 0:
                continue
            if lot_id in own:
                home.append((own[lot_id], amount - given[lot_id]))
            elif lot_id in self.known:
                foreign.append((self.known[lot_id], amount - given[lot_id]))
        posting = engine.restore(state, home, intent.amount, today, intent.grace_days)
        if foreign:
            posting = self._move_home(posting, foreign, today, intent.grace_days)
        for take in posting.takes:
            given[take.lot_id] -= take.amount
        for born in posting.born:
            given[born.successor_of] += born.amount
        return posting

    def _taken(self, intent):
        """Lot id → what the intent's own entries took from it, less what has come back since."""
        taken = defaultdict(int)
        for entry_id in intent.own_entry_ids:
            for lot_id, amount in self.restorable[entry_id].items():
                taken[lot_id] += amount
        return taken

    def _move_home(self, posting, foreign, today, grace_days):
        """Points spent before a merge come back to the surviving account with the dates they had."""
        loose = [born for born in posting.born if born.successor_of is None]
        amount = sum(born.amount for born in loose)
        takes, successors = give_back(foreign, amount, today, grace_days)
        lots = {lot.id: lot for lot, _restorable in foreign}
        kept = [
            Born(
                amount=-take.amount,
                available_on=lots[take.lot_id].available_on,
                expires_on=lots[take.lot_id].written_until,
                successor_of=take.lot_id,
            )
            for take in takes
        ]
        rest = amount - sum(born.amount for born in kept) - sum(born.amount for born in successors)
        others = [born for born in posting.born if born.successor_of is not None]
        if rest:
            others.append(Born(amount=rest, available_on=today))
        return replace(posting, born=(*others, *kept, *successors))

    def _expire(self, intent, state, today):
        return engine.expire(state, today)

    def _settle(self, intent, state, today):
        return engine.settle(state, today)

    def _empty(self, intent, state, today):
        """All an account has and owes leaves it, pinned parts too: their holds move along."""
        takes = tuple(engine.Take(lot_id=lot.id, amount=lot.left) for lot in state.lots if lot.left)
        return engine.Posting(
            amount=state.debt - sum(take.amount for take in takes), debt_delta=-state.debt, takes=takes
        )

    def _receive(self, intent, state, today):
        """What a merged or moved account brings: its lots with their dates, and its debt."""
        moved = sum(born.amount for born in intent.born)
        return engine.Posting(amount=intent.amount, debt_delta=moved - intent.amount, born=intent.born)

    # ------------------------------------------------------------------ writing
    def _insert_entries(self):
        rows = []
        for intent, posting, lifetime in self.rows:
            data = dict(intent.data)
            if posting.absorbed:
                data["absorbed"] = posting.absorbed
            if posting.borne:
                data["borne"] = posting.borne
            rows.append({
                "account_id": intent.account_id,
                "kind": intent.kind,
                "amount": posting.amount,
                "debt_delta": posting.debt_delta,
                "lifetime_delta": lifetime,
                "key": intent.key,
                "source_model": intent.source.model or None,
                "source_id": intent.source.id or None,
                "source_name": intent.source.name or None,
                "business_at": intent.business_at or self.now,
                "created_at": self.now,
                "corrects_id": intent.corrects_id or None,
                "actor": self.actor,
                "data": data or None,
            })  # fmt: skip
        return self.env["club.entry"]._club_insert(rows).ids

    def _insert_lots(self, entry_ids):
        """Write the born lots; return provisional id → real id."""
        rows, provisional, counter = [], [], PROVISIONAL
        for (intent, posting, _lifetime), entry_id in zip(self.rows, entry_ids, strict=True):
            for born in posting.born:
                rows.append({
                    "account_id": intent.account_id,
                    "entry_id": entry_id,
                    "origin_entry_id": self.origins.get(counter) or entry_id,
                    "amount": born.amount,
                    "left_amount": born.amount,
                    "available_on": born.available_on,
                    "expires_on": born.expires_on or None,
                    "earned_at": self.earned.get(born.successor_of) or intent.business_at or self.now,
                    "portion": born.portion,
                    "successor_of_id": born.successor_of or None,
                })  # fmt: skip
                provisional.append(counter)
                counter += 1
        ids = self.env["club.lot"]._club_insert(rows).ids if rows else []
        return dict(zip(provisional, ids, strict=True))

    def _write_takes(self, entry_ids, real):
        rows, deltas = [], defaultdict(int)
        for (_intent, posting, _lifetime), entry_id in zip(self.rows, entry_ids, strict=True):
            for take in posting.takes:
                lot_id = real.get(take.lot_id, take.lot_id)
                rows.append({"entry_id": entry_id, "lot_id": lot_id, "amount": take.amount})
                deltas[lot_id] += take.amount
        if not rows:
            return
        self.env["club.take"]._club_insert(rows)
        self.env.cr.execute_values(
            "UPDATE club_lot l SET left_amount = l.left_amount - v.taken"
            " FROM (VALUES %s) v (id, taken) WHERE l.id = v.id",
            sorted(deltas.items()),
            page_size=5000,
        )

    def _update_accounts(self):
        totals = defaultdict(lambda: [0, 0, 0])
        for intent, posting, lifetime in self.rows:
            total = totals[intent.account_id]
            total[0] += posting.amount
            total[1] += posting.debt_delta
            total[2] += lifetime
        self.env.cr.execute_values(
            """UPDATE club_account a SET balance = a.balance + v.amount, debt = a.debt + v.debt,
                      lifetime = a.lifetime + v.lifetime
                 FROM (VALUES %s) v (id, amount, debt, lifetime) WHERE a.id = v.id""",
            [(account_id, *total) for account_id, total in sorted(totals.items())],
            page_size=5000,
        )
        self._raise_members(totals)

    def _raise_members(self, totals):
        """A member's lifetime is the tier unit's over all pools; a new figure may mean a new tier."""
        deltas = defaultdict(int)
        for account_id, (_amount, _debt, lifetime) in totals.items():
            club_id, unit_id, member_id = self.accounts[account_id]
            if lifetime and unit_id == self.env["club.club"].browse(club_id)._rulebook().tier_unit_id:
                deltas[member_id] += lifetime
        deltas = {member_id: delta for member_id, delta in deltas.items() if delta}  # a move between pools: none
        if deltas:
            rows = self.env.cr.execute_values(
                """UPDATE club_member m SET lifetime = m.lifetime + v.delta
                     FROM (VALUES %s) v (id, delta) WHERE m.id = v.id
                RETURNING m.id, m.club_id, m.tier_id, m.lifetime, m.tier_until""",
                sorted(deltas.items()),
                page_size=5000,
                fetch=True,
            )
            merged = {self.accounts[intent.account_id][2] for intent, *_rest in self.rows if intent.kind == "merge_out"}
            sources = {
                self.accounts[intent.account_id][2]: intent.source
                for intent, _posting, lifetime in self.rows
                if lifetime and intent.source
            }
            clubs = self.env["club.club"]
            self.env["club.member"].with_context(club_door=None)._club_review_tiers([
                (*row, deltas[row[0]], sources.get(row[0]))
                for row in rows
                if row[0] not in merged and clubs.browse(row[1])._rulebook().tier_metric == "points"
            ])  # fmt: skip

    def _forget(self):
        for model in ("club.account", "club.lot", "club.member"):
            self.env[model].invalidate_model()
