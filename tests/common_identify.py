"""A register that asks who its customer is."""

from uuid import uuid4

from .common_pos import TenderCommon


class TillCommon(TenderCommon):
    """Ada has 487 Beans, a phone in Belgium and an e-mail address; Bob has nothing but a name like hers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.be")
        cls.ada.write({"phone": "+32 470 12 34 56", "country_id": cls.env.ref("base.be").id})
        cls.order_uuid = str(uuid4())

    def asked(self, partner=None, **values):
        """What a register says of an open order."""
        return {
            "partner_id": partner.id if partner else 0,
            "order_uuid": self.order_uuid,
            "payment_uuid": self.order_uuid,
            "payment_uuids": [],
            "total": 60.0,
            "remaining": 60.0,
            **values,
        }

    def identify(self, kind, value, partner=None, **options):
        return self.till().club_identify(self.asked(partner), kind, value, **options)

    def presence(self, partner=None):
        return self.env["club.presence"]._of(self.order_uuid, self.member(partner))

    def found(self, kind, value, **options):
        """Who was found, when it is one."""
        answer = self.identify(kind, value, **options)
        self.assertIn("customer", answer, answer)
        return self.env["res.partner"].browse(answer["customer"]["partner_id"])
