from odoo import api, fields, models
from odoo.fields import Domain

TECHNICAL = ("ir.%", "res.groups%", "mail.%", "digest.%", "spreadsheet.%")  # models of what an add-on brings


class ClubFarewell(models.Model):
    """What is said and kept when the add-on goes."""

    _inherit = "club.club"

    @api.model
    def _club_farewell(self):
        """What an uninstallation would end, in words; empty where nobody has anything."""
        rows = self.env["club.account"]._read_group(
            [("balance", "!=", 0)], ["club_id", "unit_id"], ["balance:sum", "member_id:count_distinct"]
        )
        if not rows:
            return ""
        lines = [
            self.env._(
                "%(club)s: %(members)s members have %(balance)s.",
                club=club.name,
                members=members,
                balance=unit._format(balance),
            )
            for club, unit, balance, members in rows
        ]
        return "\n".join([
            self.env._("The loyalty club goes with it, and its history of points cannot be brought back:"),
            *lines,
            self.env._(
                "Everything is saved as a ZIP file, under Settings, Technical, Attachments. A later installation "
                "brings the club back from it: Loyalty Club, Configuration, Club Files."
            ),
        ])  # fmt: skip

    @api.model
    def _club_export(self):
        """Save all clubs as one file that belongs to nobody else and stays when the add-on goes.

        :return: ``ir.attachment`` record
        """
        clubs = self.sudo().with_context(active_test=False).search([])  # pylint: disable=no-search-all
        return self.env["ir.attachment"].create({
            "name": f"loyalty_club_{fields.Date.today().isoformat()}.zip",
            "raw": self.env["club.vault"].sudo()._club_zip(clubs),
            "mimetype": "application/zip",
        })  # fmt: skip

    @api.model
    def _club_disown(self):
        """The demo merchant's products, people and registers have sales by now: they stay, as anybody's own.

        Our own rows go with their tables, so nobody needs to delete them one by one against what points at them.
        """
        owned = Domain("module", "=", "loyalty_club")
        technical = Domain.OR(Domain("model", "=like", pattern) for pattern in TECHNICAL)
        self.env["ir.model.data"].sudo().search(owned & ~technical).unlink()
