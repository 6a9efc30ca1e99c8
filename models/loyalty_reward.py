from odoo import models


class LoyaltyReward(models.Model):
    _inherit = "loyalty.reward"

    def _club_words(self):
        """What the reward gives, in the reader's language.

        The host writes "10% on your order" once, in the language of whoever made the reward. Words that nobody
        changed are said anew for readers of another language; what somebody wrote stays as it is.
        """
        self.ensure_one()
        plain = self.with_context(lang="en_US")
        if self.env.lang in (None, "en_US") or self.description != plain.description:
            return self.description
        return self._club_host_words() if plain._club_host_words() == plain.description else self.description

    def _club_host_words(self):
        """What the host would write of it now; nothing is stored."""
        draft = self.new(origin=self)
        draft._compute_description()
        return draft.description
