import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every
from psycopg2 import OperationalError

from .batches import BATCH, one_batch
from .club_reconcile import DOCUMENTS
from .locking import take

_logger = logging.getLogger(__name__)

ORDERS = 500  # at most, and customers as BATCH says, in one transaction
AT_ONCE = 500  # a history of so many orders is previewed while the merchant waits
BUSY = ("previewing", "running")


class ClubBackfillRun(models.Model):
    """The work of a run: customer by customer, in small commits, with the result of each kept beside it.

    All orders of a customer are judged by one tier, which moves once at their end. A run that was paused or killed
    goes on with the customers who are left; whoever was half done keeps the tier that the work began with.
    """

    _inherit = "club.backfill"

    # ------------------------------------------------------------------ beginning and ending
    def _preview(self):
        if why := self._obstacle():
            raise UserError(why)
        self.write({"state": "previewing", "user_id": self.env.uid, "note": False, "previewed_at": False})
        self._collect("expected")
        if self.order_count > AT_ONCE:
            self._trigger_work()
            return
        while customers := self._next_customers():
            self._do_safely(customers.ids)
        self._finish()

    def _start(self, user):
        if why := self._obstacle():
            raise UserError(why)
        if other := self._others()[:1]:
            raise UserError(
                self.env._("%s has not ended. Wait for it, or cancel it first: one run at a time.", other.display_name)
            )
        self.write({"state": "running", "user_id": user.id, "started_at": fields.Datetime.now(), "note": False})
        self._collect("run")
        self._trigger_work()

    def _resume(self):
        if why := self._obstacle():
            raise UserError(why)
        self.customer_ids.filtered(lambda customer: customer.state == "fault").write({"state": "todo"})
        tally = dict(self.tally)
        lost = tally["run"]["reasons"].pop("fault", 0)
        tally["run"]["orders"] -= lost
        self.write({"state": "running", "note": False, "tally": tally})
        self._trigger_work()

    def _halt(self, state, why):
        self.write({"state": state, "note": why})
        self._write_lines()

    def _cancel(self, why):
        begun = bool(self.started_at)
        self.customer_ids.unlink()
        if begun:
            self.write({"state": "cancelled", "note": why, "ended_at": fields.Datetime.now()})
            self._write_lines()
        else:
            self.write({"state": "draft", "tally": False, "order_count": 0, "line_ids": [(5,)]})

    def _trigger_work(self):
        self.env.ref("loyalty_club.ir_cron_credit_history").sudo()._trigger()

    def _collect(self, side):
        """Who has how many orders to look at: one statement, whatever the history is long."""
        self.customer_ids.unlink()
        self.env.flush_all()
        found = SQL(" UNION ALL ").join(
            documents._search(self._history_domain(documents)).select(SQL.identifier(documents._table, "partner_id"))
            for documents in self._histories()
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO club_backfill_customer (backfill_id, partner_id, order_count, state)
                        SELECT %s, partner_id, COUNT(*), 'todo' FROM (%s) found
                         WHERE partner_id IS NOT NULL GROUP BY partner_id""",
                self.id,
                found,
            )
        )
        [[total, nameless]] = self.env.execute_query(
            SQL("SELECT COUNT(*), COUNT(*) FILTER (WHERE partner_id IS NULL) FROM (%s) found", found)
        )
        self.env["club.backfill.customer"].invalidate_model()
        self.invalidate_recordset(["customer_ids"])
        tally = dict(self.tally or {})
        tally[side] = {
            "orders": nameless, "credited": 0, "members": 0, "newcomers": 0,
            "reasons": {"no_customer": nameless} if nameless else {}, "units": {}, "months": {}, "tiers": {},
        }  # fmt: skip
        self.write({"order_count": total, "tally": tally})

    def _histories(self):
        return [self.env[model].with_user(self.user_id).sudo().with_context(active_test=False) for model in DOCUMENTS]

    def _history_domain(self, documents):
        """What may be credited at all; by what was really paid when, each is looked at later."""
        outlets, before = self.outlet_ids, self._until()
        if self.before_activation_only:
            first = max((first for outlet in outlets if (first := outlet._first_on())), default=None)
            if not first:
                return Domain.FALSE
            before = min(first, before or first)
        return documents._club_history_domain(outlets.ids, before, self._since())

    # ------------------------------------------------------------------ the scheduled job
    @api.model
    def _cron_run(self):
        for job in self.sudo().search([("state", "in", BUSY)], order="id"):
            if not job._work():
                return
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _work(self):
        """Go on until all is done, somebody pauses it, or time is up; False for the last."""
        cron = self.env["ir.cron"]
        seconds = cron._commit_progress(remaining=self._left())
        while self._is_busy():
            if not seconds:
                return False
            left = self._left()
            self._step()
            seconds = cron._commit_progress(max(0, left - self._left()), remaining=self._left())
        return True

    def _step(self):
        """One transaction of work; whoever calls commits."""
        if why := self._obstacle():
            one_batch(self.env, self.ids, lambda _ids: self._halt("paused", why))
        elif customers := self._next_customers():
            one_batch(self.env, customers.ids, self._do, rescue=self._do_singly)
        else:
            one_batch(self.env, self.ids, lambda _ids: self._finish())
        self.env.invalidate_all()

    def _is_busy(self):
        self.invalidate_recordset()
        return self.state in BUSY

    @property
    def _side(self):
        return "expected" if self.state == "previewing" else "run"

    def _left(self):
        """How many orders nobody has looked at yet, and one step to end with."""
        return max(0, self.order_count - self.tally[self._side]["orders"]) + 1 if self.state in BUSY else 0

    def _next_customers(self):
        """The next few to do in one transaction; who has more orders than that comes alone, in parts."""
        todo = self.env["club.backfill.customer"].search(
            [("backfill_id", "=", self.id), ("state", "=", "todo")], order="partner_id", limit=BATCH
        )
        count, orders = 0, 0
        for customer in todo:
            orders += customer.order_count
            if count and orders > ORDERS:
                break
            count += 1
        return todo[:count]

    def _do(self, customer_ids):
        """Look at the orders of these customers and keep what came of it, all in one transaction."""
        if not self._is_busy():
            return
        customers = self.env["club.backfill.customer"].browse(customer_ids)
        plan = self._plan(customers)
        for documents in self._next_documents(customers):
            documents._club_backfill(plan)
        self.env["club.member"].browse(plan.touched)._club_review_now()
        self._book(customers, plan)

    def _next_documents(self, customers):
        """Their documents, a kind after another.

        Of a customer with more orders than that a run takes so many in a transaction, after those it did before; a
        preview, which holds nobody up, does them all.
        """
        room, alone = ORDERS, self.state == "running" and any(c.order_count > ORDERS for c in customers)
        customers.state = "done"
        for number, documents in enumerate(self._histories()):
            domain = self._history_domain(documents) & Domain("partner_id", "in", customers.partner_id.ids)
            if not alone:
                ids = documents._search(domain, order="id").get_result_ids()
                yield from map(documents.browse, split_every(ORDERS, ids))
            elif number >= customers.at_kind:
                domain &= Domain("id", ">", customers.at_id if number == customers.at_kind else 0)
                found = documents.search(domain, order="id", limit=room)
                if found:
                    yield found
                room -= len(found)
                if not room:
                    customers.write({"at_kind": number, "at_id": found[-1].id, "state": "todo"})
                    return

    def _do_singly(self, customer_ids):
        """One of them cannot be done: the others can."""
        for customer_id in customer_ids:
            one_batch(self.env, [customer_id], self._do_safely)
            self.env.cr.commit()  # pylint: disable=invalid-commit  # the next one may have to start anew

    def _do_safely(self, customer_ids):
        try:
            with self.env.cr.savepoint():
                self._do(customer_ids)
        except (OperationalError, ConcurrencyError):
            raise
        except Exception as fault:
            self.invalidate_recordset()
            if len(customer_ids) > 1:
                for customer_id in customer_ids:
                    self._do_safely([customer_id])
                return
            customer = self.env["club.backfill.customer"].browse(customer_ids)
            _logger.exception("The orders of contact %s could not be credited", customer.partner_id.id)
            customer.write({"state": "fault", "fault": f"{type(fault).__name__}: {fault}"})
            tally = dict(self.tally)
            self._count(tally[self._side], "fault", customer.order_count)
            self.tally = tally

    @staticmethod
    def _count(side, code, orders=1):
        side["orders"] += orders
        side["reasons"][code] = side["reasons"].get(code, 0) + orders

    # ------------------------------------------------------------------ keeping what came of it
    def _book(self, customers, plan):
        """Add the results of a batch to the tally, in the batch's own transaction.

        Who paused the run meanwhile was first: the batch begins anew and sees it.
        """
        take(self.env, SQL("SELECT id FROM club_backfill WHERE id = %s FOR UPDATE", self.id))
        rules, tally = self.club_id._rulebook(), dict(self.tally)
        side, lifetimes, credited = tally[self._side], defaultdict(int), set()
        members = self.env["club.member"]
        start = members._window_start(rules, self.club_id._today()) if rules.is_tier_yearly else None
        for result in plan.results:
            self._count(side, result.code)
            if result.code != "awarded":
                continue
            credited.add(result.partner_id)
            side["credited"] += 1
            month = rules.today(result.paid_at).strftime("%Y-%m")
            tier_id = rules.tier(result.tier_id).id
            for unit_id, amount in result.amounts.items():
                side["units"][str(unit_id)] = side["units"].get(str(unit_id), 0) + amount
                for table, key in (("months", month), ("tiers", tier_id)):
                    row = side[table].setdefault(f"{key}:{unit_id}", [0, 0])
                    row[0] += 1
                    row[1] += amount
            if rules.tier_metric == "points" and (start is None or result.paid_at >= start):
                lifetimes[result.partner_id] += result.amounts.get(rules.tier_unit_id, 0)
        for partner_id, paid_at, amount in plan.tier_counts:
            lifetimes[partner_id] += amount if start is None or paid_at >= start else 0
        side["plays"] = side.get("plays", 0) + plan.plays
        plan.reached += self.env["club.goal.progress"]._expected(plan.counted)
        side["goals"] = side.get("goals", 0) + plan.reached
        if plan.is_dry:
            side["given"] = {str(bonus_id): str(given) for bonus_id, given in plan.given.items()}
        for customer in customers:
            partner_id = customer.partner_id.id
            if partner_id in credited and not customer.is_credited:
                side["members"] += 1
                side["newcomers"] += partner_id in plan.newcomers
                customer.is_credited = True
            if partner_id in plan.tiers and not customer.tier_id:
                customer.tier_id = rules.tier(plan.tiers[partner_id]).id
            if lifetimes[partner_id]:
                customer.lifetime += lifetimes[partner_id]
        self.tally = tally

    def _finish(self):
        """Nobody is left: write the figures down."""
        now = fields.Datetime.now()
        if self.state == "previewing":
            tally = dict(self.tally)
            tally["expected"] |= self._expected_state()
            self.write({"state": "previewed", "previewed_at": now, "tally": tally})
            self.customer_ids.unlink()
        elif faults := self.customer_ids.filtered(lambda customer: customer.state == "fault"):
            reason = self.env._(
                "The orders of %(count)s customers could not be credited (%(fault)s). Everything else is done. "
                "Resume to try them again, or cancel.",
                count=len(faults),
                fault=faults[0].fault,
            )
            self.write({"state": "failed", "note": reason})
        else:
            self.write({"state": "done", "ended_at": now, "note": False})
            self.customer_ids.unlink()
        self._write_lines()

    def _expected_state(self):
        """Who is in which tier before and after, and what is owed before, as the run would leave it."""
        rules = self.club_id._rulebook()
        thresholds = SQL(", ").join(SQL("(%s, %s::bigint)", tier.id, tier.threshold) for tier in rules.tiers)
        figures, figure = self.club_id._figure_sql()
        moved = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN m.id IS NOT NULL THEN COALESCE(m.tier_id, %(lowest)s) END, reached.id,
                          COALESCE(held.threshold, 0) < reached.threshold, COUNT(*)
                     FROM club_backfill_customer c
                     LEFT JOIN club_member m ON m.partner_id = c.partner_id AND m.club_id = %(club)s
                     %(figures)s
                     LEFT JOIN (VALUES %(tiers)s) held (id, threshold) ON held.id = m.tier_id
                     JOIN LATERAL (SELECT id, threshold FROM (VALUES %(tiers)s) t (id, threshold)
                                    WHERE threshold <= %(figure)s + COALESCE(c.lifetime, 0)
                                    ORDER BY threshold DESC LIMIT 1) reached ON TRUE
                    WHERE c.backfill_id = %(job)s AND c.is_credited GROUP BY 1, 2, 3""",
                lowest=rules.tiers[0].id,
                club=self.club_id.id,
                tiers=thresholds,
                figures=figures,
                figure=figure,
                job=self.id,
            )
        )
        before = self._tier_counts()
        after = dict(before)
        for held_id, reached_id, is_higher, count in moved:
            target = reached_id if is_higher or held_id is None else held_id
            after[str(target)] = after.get(str(target), 0) + count
            if held_id is not None:
                after[str(held_id)] -= count
        return {"before": before, "after": after, "owed": self._owed()}

    def _tier_counts(self):
        lowest = self.club_id._rulebook().tiers[0].id
        counts = defaultdict(int)
        for tier, count in self.env["club.member"]._read_group(
            [("club_id", "=", self.club_id.id)], ["tier_id"], ["__count"]
        ):
            counts[str(tier.id or lowest)] += count
        return dict(counts)

    def _owed(self):
        """What members have of each unit now."""
        return {
            str(unit_id): int(total)
            for unit_id, total in self.env.execute_query(
                SQL(
                    "SELECT unit_id, SUM(balance)::bigint FROM club_account WHERE club_id = %s GROUP BY 1",
                    self.club_id.id,
                )
            )
        }
