from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common_messages import MessagesCommon

FEW, MANY = 20, 120


@tagged("post_install", "-at_install", "loyalty_club")
class TestMessagesQueries(MessagesCommon):
    """A morning's run costs by batches and not by members; a sale costs nothing for it."""

    def setUp(self):
        super().setUp()
        partners = self.env["res.partner"].create(
            [{"name": f"Reader {number}", "email": f"reader{number}@example.com"} for number in range(FEW + MANY)]
        )
        self.env["club.member"]._enrol_partners([(self.club.id, partner.id) for partner in partners])
        self.readers = self.env["club.member"].search([("partner_id", "in", partners.ids)])

    def queries(self, readers, **values):
        """What it takes to find these, to note them and to send it to them."""
        rule = self.rule("idle", days=30, **values)
        rule.sudo().on_since = "2020-01-01 00:00:00"
        rule.flush_recordset()
        self.env.cr.execute("UPDATE club_member SET last_paid_at = now() WHERE club_id = %s", [self.club.id])
        self.env.cr.execute(
            "UPDATE club_member SET last_paid_at = now() - interval '31 days' WHERE id = ANY(%s)", [readers.ids]
        )
        self.env.invalidate_all()
        with patch.object(self.env.cr, "commit", lambda: self.env.flush_all()):
            before = self.env.cr.sql_log_count
            self.env["club.message.rule"]._cron_run()
            count = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        self.assertEqual(self.messages(rule).mapped("state"), ["sent"] * len(readers))
        rule.active = rule.is_on = False
        return count

    def test_six_times_the_members_take_hardly_more_queries(self):
        self.queries(self.readers[:1], is_mail=False)
        for values in ({"is_mail": False}, {}, {"bonus": 5}):
            with self.subTest(values=values):
                few = self.queries(self.readers[:FEW], **values)
                many = self.queries(self.readers[FEW:], **values)
                self.assertLess(many - few, (MANY - FEW) / 4)
        self.assertCoherent()

    def told_near(self, readers):
        """What it takes to send these that the next tier is near."""
        rule = self.rule("near", units=500)
        now = fields.Datetime.now()
        self.env["club.message"].sudo().create([
            {
                "rule_id": rule.id, "member_id": member.id, "club_id": self.club.id, "event_key": f"near:{member.id}",
                "happened_at": now, "due_at": now, "state": "waiting",
                "data": {"missing": 500, "metric": "points", "unit_id": self.unit.id, "next_tier_id": self.silver.id},
            }
            for member in readers
        ])  # fmt: skip
        self.env.invalidate_all()
        with patch.object(self.env.cr, "commit", lambda: self.env.flush_all()):
            before = self.env.cr.sql_log_count
            self.env["club.message"]._send_due()
            count = self.env.cr.sql_log_count - before
        self.assertEqual(self.messages(rule).mapped("state"), ["sent"] * len(readers))
        self.assertIn("Silver", self.messages(rule)[0].subject)
        rule.active = rule.is_on = False
        return count

    def test_names_in_them_are_asked_for_once(self):
        self.told_near(self.readers[:1])
        few, many = self.told_near(self.readers[:FEW]), self.told_near(self.readers[FEW:])
        self.assertLess(many - few, (MANY - FEW) / 4)

    def test_sale_asks_nothing_of_messages(self):
        self.rule("reached", units=10)
        self.rule("near", units=20)
        self.enrol()
        self.env.flush_all()
        seen, execute = [], type(self.env.cr).execute

        def noting(cursor, query, *args, **kwargs):
            seen.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", noting):
            self.sell([(self.coffee, 1)], self.ada)
        self.assertGreater(len(seen), 10)
        self.assertFalse([query for query in seen if "club_message" in query])
