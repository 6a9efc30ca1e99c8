from datetime import timedelta

from lxml import html
from odoo import fields
from odoo.addons.loyalty_club.engine.values import Born
from odoo.addons.loyalty_club.models.ledger import Intent, Source
from odoo.fields import Command
from odoo.tests import HttpCase

from .common import ClubCommon


class PortalCommon(ClubCommon, HttpCase):
    """Ada and Bob may sign in; movements of any date can be posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("base.group_portal")
        cls.ada_user, cls.bob_user = cls.env["res.users"].create(
            [
                {
                    "name": partner.name,
                    "login": login,
                    "password": login,
                    "partner_id": partner.id,
                    "group_ids": [Command.set(group.ids)],
                }
                for partner, login in ((cls.ada, "ada_signs_in"), (cls.bob, "bob_signs_in"))
            ]
        )
        cls.today = cls.club._today()

    def day(self, days):
        return self.today + timedelta(days=days)

    def post(self, kind, amount, days_ago=0, born=(), partner=None, source="Counter/0001", **values):
        """A movement so many days ago; ``born``: (amount, available in days, expires in days)."""
        member = self.enrol(partner)
        [account_id] = self.env["club.account"]._ensure([(member.id, self.unit.id, self.pool.id)]).values()
        count = self.env["club.entry"].search_count([])
        intent = Intent(
            account_id=account_id,
            kind=kind,
            key=f"test:{count}",
            amount=amount,
            business_at=fields.Datetime.now() - timedelta(days=days_ago),
            born=tuple(
                Born(
                    amount=part,
                    available_on=self.day(available),
                    expires_on=self.day(expires) if expires is not None else None,
                )
                for part, available, expires in born
            ),
            source=Source(model="pos.order", id=count + 1, name=source),
            **values,
        )
        return self.env["club.entry"].sudo()._post([intent])

    def second_club(self, partner=None):
        """Another club that the partner belongs to, with 7 Nuts."""
        club = self.env["club.club"].create({"name": "Nuts", "company_ids": self.company.ids, "tz": "UTC"})
        club.unit_ids.write({"name": "Nut", "name_plural": "Nuts"})
        club.action_switch_on()
        member = self.env["club.member"].enrol((partner or self.ada).id, club.id)
        member.adjust(club.unit_ids.id, 7, "Welcome")
        return club

    def page(self, path="/my/club", login="ada_signs_in"):
        """The page as that user gets it: (root element, its text on one line)."""
        self.authenticate(login, login)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        root = html.fromstring(response.text)
        [wrap] = root.xpath("//*[@id='wrap']")
        return root, " ".join(wrap.text_content().split())

    def words(self, day, days=0):
        return self.env["club.entry"]._club_day(self.day(day))
