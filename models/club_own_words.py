"""What a club names by itself it names in every language that is installed.

A merchant who keeps "Silver" of a ready-made set-up has "Argent" for whoever reads French; a name that somebody
typed stays as it is, to be translated by whoever typed it.
"""

from odoo import api, models


class ClubClub(models.Model):
    _inherit = "club.club"

    @api.model_create_multi
    def create(self, vals_list):
        clubs = super().create(vals_list)
        for club in clubs:
            club._speak(club._first_words())
        return clubs

    def set_up(self, ready_made):
        done = super().set_up(ready_made)
        self._speak(self._set_up_words())
        return done

    def _speak(self, words):
        """Say what was named by the add-on in the other languages too.

        :param words: iterable of (records, field, term), a term being a function from an environment to a text
        """
        here = self.env.lang or "en_US"
        others = [code for code, _name in self.env["res.lang"].get_installed() if code != here]
        for records, field, term in words if others else ():
            for record in records.with_context(lang=here):
                for code in others if record[field] == term(record.env) else ():
                    spoken = record.with_context(lang=code)
                    spoken[field] = term(spoken.env)

    def _first_words(self):
        """What every club begins with, unless other names were typed."""
        unit = self.tier_unit_id
        yield self, "page_title", lambda env: env._("Rewards")
        yield self.tier_ids, "name", lambda env: env._("Member")
        yield unit, "name", lambda env: env._("point")
        yield unit, "name_plural", lambda env: env._("points")
        yield unit, "short_name", lambda env: env._("pts")

    def _set_up_words(self):
        """What the ready-made set-ups bring."""
        programs, rewards = self.program_ids.filtered("is_ready_made"), self.reward_ids
        yield self.unit_ids, "name", lambda env: env._("stamp")
        yield self.unit_ids, "name_plural", lambda env: env._("stamps")
        yield self.unit_ids, "short_name", lambda env: env._("stamps")
        yield programs, "name", lambda env: env._("Points for every order")
        yield programs, "name", lambda env: env._("A stamp a visit")
        yield programs, "name", lambda env: env._("%s back on every order", "2 %")
        yield self.tier_ids, "name", lambda env: env._("Silver")
        yield self.tier_ids, "name", lambda env: env._("Gold")
        for reward in rewards:
            for benefit in reward.reward_ids:
                money = self._money_words(benefit)
                yield benefit, "description", lambda env, money=money: env._("%s off your order", money(env))
                yield reward, "name", lambda env, money=money: env._("%s off", money(env))
                yield reward, "name", lambda env, money=money: env._("Tenth visit: %s off", money(env))

    def _money_words(self, benefit):
        """What a reward takes off, as each language writes it."""
        return lambda env: self.with_env(env).currency_id.format(benefit.discount)
