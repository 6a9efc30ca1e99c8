from odoo import models


class ClubMember(models.Model):
    """The language that a member is written to in: mails, receipts, vouchers and cards follow it."""

    _inherit = "club.member"

    def _club_languages(self, website):
        """(code, name, is it the member's) of what this website speaks; none where there is nothing to choose."""
        spoken = website.sudo().language_ids
        own = self.partner_id.lang
        return [(lang.code, lang.name.split("/")[-1].strip(), lang.code == own) for lang in spoken if len(spoken) > 1]

    def _club_choose_language(self, website, code):
        """:return: the language as addresses write it; nothing for one that this website does not speak"""
        lang = website.sudo().language_ids.filtered(lambda own: own.code == code)
        if lang:
            self.partner_id.sudo().lang = lang.code
        return lang.url_code
