from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..engine.codes import is_ean13, is_same
from ..engine.people import LEAST_DIGITS, LEAST_WHOLE, is_same_number, significant

MOST_FOUND = 10
# Numbers that end alike in seven digits, of a million, are a handful.
MOST_LOOKED_AT = 200
# The field of the host's own search that what was typed is read from.
TYPED = "phone_mobile_search"
# What ``engine.people.significant`` makes of a contact's number, read backwards: a suffix is then a prefix.
BACKWARDS = (
    r"reverse(ltrim(regexp_replace(COALESCE(phone_sanitized, phone), '\(0\)|[^0-9]', '', 'g'), '0'::text))"
)


class ResPartner(models.Model):
    """Found by the end of the phone number and by the e-mail address: one index probe among a million."""

    _inherit = "res.partner"

    _club_phone_idx = models.Index(f"({BACKWARDS} text_pattern_ops) WHERE phone IS NOT NULL")
    _club_email_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    @api.model
    def _club_by_phone(self, number, country=None):
        """Active contacts whose number is the typed one, in whatever spelling either of them is.

        :param country: ``res.country`` that a national spelling is of
        """
        if not number:
            return self.browse()
        spoken = {significant(number), significant(country and self._phone_format(number=number, country=country))}
        spoken = {digits for digits in spoken if len(digits) >= LEAST_DIGITS}
        if not spoken:
            return self.browse()
        self.flush_model(["phone", "phone_sanitized", "active"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE phone IS NOT NULL AND active AND (%s) LIMIT %s",
                SQL(" OR ").join(
                    SQL("%s LIKE %s", SQL(BACKWARDS), digits[::-1][:LEAST_WHOLE] + "%") for digits in sorted(spoken)
                ),
                MOST_LOOKED_AT,
            )
        )
        found = self.search([("id", "in", [row[0] for row in rows])])
        return found.filtered(
            lambda partner: any(
                is_same_number(digits, significant(partner.phone_sanitized or partner.phone)) for digits in spoken
            )
        )

    @api.model
    def _club_by_email(self, email):
        """Active contacts with this address, however it is written."""
        normal = email_normalize(email or "", strict=False)
        return self.search([("email_normalized", "=", normal)], limit=MOST_LOOKED_AT) if normal else self.browse()

    @api.model
    def get_new_partner(self, config_id, domain, offset):
        """The register's list of customers finds them by card too, and by a number in whatever spelling."""
        typed = next((leaf[2] for leaf in domain if isinstance(leaf, (list, tuple)) and leaf[0] == TYPED), "")
        if isinstance(typed, str) and (typed := typed.rstrip("%").strip()):
            config = self.env["pos.config"].browse(config_id)
            club = config.sudo().club_outlet_id.club_id
            known = self._club_by_phone(typed, config.company_id.country_id)
            if is_ean13(typed) and club and self.env["club.member"].has_access("read"):
                known |= self.env["club.member"]._find(club, card=typed).partner_id
            if known:
                domain = ["|", ("id", "in", known.ids), *domain]
        return super().get_new_partner(config_id, domain, offset)


class ClubMember(models.Model):
    _inherit = "club.member"

    @api.model
    def _find(self, clubs, query=None, card=None, token=None):
        """See ``club.club.find_member``. Card and token are one index probe, a phone number is another."""
        self.check_access("read")
        domain = Domain("club_id", "in", clubs.ids)
        if self.env["club.pass"]._is_pass(token):
            return self.browse(self.env["club.pass"]._use(token, clubs)["member"].ids)
        if token:
            found = self.sudo().with_context(active_test=False).search(domain & Domain("secret", "=", token), limit=1)
            found = found.filtered(lambda member: is_same(token, member.secret))
            return self.browse(found._club_current().filtered("active").ids)
        if card:
            if not is_ean13(card):
                return self.browse()
            found = self.with_context(active_test=False).search(domain & Domain("card_number", "=", card), limit=1)
            return self.browse(found._club_current().filtered("active").ids)
        query = (query or "").strip()
        if not query:
            return self.browse()
        partners = self.env["res.partner"]
        wanted = Domain("complete_name", "ilike", query) | Domain("email", "=ilike", query)
        known = partners._club_by_phone(query, self.env.company.country_id)
        wanted = Domain("partner_id", "in", partners._search(wanted)) | Domain("partner_id", "in", known.ids)
        return self.search(domain & wanted, limit=MOST_FOUND)
