from odoo import api, fields, models


class ClubMemberMerge(models.Model):
    """Two memberships of one person become one: a + b, by entries.

    Example: 100 points and 200 points, 50 of them owed, become one balance of 250 with a debt of 50. Dates of
    the points, promises to open orders, the higher tier and the history of both stay.

    Invariant: what a merge moves leaves one balance and arrives in another by the same amount.
    """

    _inherit = "club.member"

    merged_into_id = fields.Many2one(
        "club.member", readonly=True, index="btree_not_null", ondelete="restrict", copy=False
    )

    @api.model
    def _merge_partners(self, sources, target):
        """The contacts ``sources`` are about to become ``target``: so do their memberships, club by club."""
        members = (
            self.sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", (sources | target).ids)], order="id")
        )
        if not members:
            return
        members._lock()
        for club in members.club_id:
            group = members.filtered(lambda member, club=club: member.club_id == club)
            kept = group.filtered(lambda member: member.partner_id == target) or group[:1]
            for member in group - kept:
                member._merge_into(kept)
            kept.partner_id = target
        members.flush_recordset()

    def _merge_into(self, kept):
        """Move all this member has to another one. Both are locked."""
        self.ensure_one()
        mine = self.tier_id
        self._keep_lapses(members=kept)
        accounts = self.account_ids.filtered(lambda account: not account.merged_into_id)
        wanted = {account.id: (kept.id, account.unit_id.id, account.pool_id.id) for account in accounts}
        found = accounts._ensure(wanted.values())
        name = self.env._("Memberships %(gone)s and %(kept)s merged", gone=self.id, kept=kept.id)
        accounts._move_all(
            {account_id: found[triple] for account_id, triple in wanted.items()},
            "merge",
            dict.fromkeys(accounts.ids, name),
        )
        self.env["club.tier.count"]._move_member(self, kept)
        if mine.threshold > kept.tier_id.threshold:
            figure = kept._tier_figures()[kept.id]
            self.env["club.move"]._record([(kept.id, kept.tier_id.id, mine.id, figure)], "merge")
            kept.write({"tier_until": self.tier_until, "hand_move_id": self.hand_move_id.id})
        kept.write({
            "active": kept.active or self.active,
            "is_guest": kept.is_guest and self.is_guest,
            "joined_at": min(kept.joined_at, self.joined_at),
            "last_paid_at": max(member.last_paid_at or member.joined_at for member in (kept, self)),
            **self._club_first_consent(kept),
            "home_pool_id": (kept.home_pool_id or self.home_pool_id).id,
            "pin_hash": kept.pin_hash or self.pin_hash,
        })  # fmt: skip
        self.search([("merged_into_id", "=", self.id), ("active", "in", (True, False))]).merged_into_id = kept
        self.write({"partner_id": False, "active": False, "merged_into_id": kept.id})
        self.env["club.outcome"]._move_member(self, kept)
        self.env["club.refusal"]._move_member(self, kept)
        self.env["club.presence"]._move_member(self, kept)
        self.env["club.voucher"]._move_member(self, kept)
        self.env["club.goal.progress"]._move_member(self, kept)
        self.env["club.play"]._move_member(self, kept)
        self.env["club.credit"]._move_member(self, kept)
        self.env.flush_all()

    def _club_first_consent(self, other):
        """When and how the person agreed first."""
        agreed = (self | other).filtered("consent_at").sorted("consent_at")[:1]
        return {"consent_at": agreed.consent_at, "consent_source": agreed.consent_source}

    def _club_current(self):
        """The membership that a card or code of an earlier one stands for now."""
        return self.merged_into_id or self
