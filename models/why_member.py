"""Why a customer has the balance and tier that they have, and what they could use now."""

from odoo.tools.misc import format_date

from .why_order import Part, day_of, promise_text, refusal_text

LATEST = 5
PURCHASES = (("pos.order", "date_order"), ("sale.order", "date_order"))


class WhyMember:
    """Everything there is to say of one membership, in sudo: who may ask was decided before."""

    def __init__(self, member):
        self.member, self.club, self.env = member, member.club_id, member.env
        self.accounts = member.account_ids.filtered(lambda account: not account.merged_into_id)
        self.portfolio = self.accounts._portfolio()

    def parts(self):
        parts = [self._head(), *(self._balance(account) for account in self.accounts), self._paying(), self._promises()]
        parts += [self._orders(), self._refusals()]
        return [part for part in parts if part.said]

    # ------------------------------------------------------------------ who, and which tier
    def _head(self):
        _, member, club = self.env._, self.member, self.club
        part = Part(title=f"{member.display_name} · {club.name}", model="club.member", id=member.id)
        if not member.active:
            part.said.append(_("The membership is archived: nothing is earned or used. A manager can restore it."))
        part.said.append(
            _(
                "Member since %(day)s, card %(card)s.",
                day=day_of(self.env, club, member.joined_at),
                card=member.card_number or _("none"),
            )
        )
        part.said += self._tier()
        if not self.accounts:
            part.said.append(_("There is no balance yet: no order has earned anything."))
        return part

    def _tier(self):
        """The tier, since when, and what keeps the member from the next one."""
        _, member, words = self.env._, self.member, self.club._tier_format
        tier, figure = member.tier_id, member._tier_figures()[member.id]
        total = words(figure)
        since = day_of(self.env, self.club, member.tier_since) if member.tier_since else ""
        said = [_("Tier %(tier)s since %(day)s.", tier=tier.name, day=since)]
        higher = self.club.tier_ids.filtered(lambda other: other.threshold > tier.threshold).sorted("threshold")[:1]
        if not higher:
            said.append(_("That is the highest tier."))
        elif figure >= higher.threshold:
            said.append(
                _("%(total)s were ever earned: %(tier)s comes with the next order.", total=total, tier=higher.name)
            )
        else:
            said.append(
                _(
                    "%(tier)s begins at %(threshold)s ever earned; %(total)s count so far, so %(missing)s are missing. "
                    "Points used or expired stay counted; points given back, moved or removed do not count.",
                    tier=higher.name,
                    threshold=words(higher.threshold),
                    total=total,
                    missing=words(higher.threshold - figure),
                )
            )
        move = self.env["club.move"].search([("member_id", "=", member.id)], limit=1)
        if self.club._rulebook().is_tier_yearly:
            said.append(_("Only what was collected within the last 12 months counts."))
        if review := member._tier_review_texts().get(member.id):
            said.append(review)
        if move.reason == "review":
            said.append(
                _(
                    "On %(day)s it ended %(tier)s: it was not reached again within a year.",
                    day=day_of(self.env, self.club, move.moved_at),
                    tier=move.from_tier_id.name,
                )
            )
        if member.tier_until:
            said.append(
                _(
                    "A manager set it by hand until %(day)s: %(note)s",
                    day=format_date(self.env, member.tier_until),
                    note=move.note or "",
                )
            )
        if move.reason == "refund":
            said.append(
                _(
                    "On %(day)s it fell from %(tier)s: what had reached it was refunded.",
                    day=day_of(self.env, self.club, move.moved_at),
                    tier=move.from_tier_id.name,
                )
            )
        return said

    # ------------------------------------------------------------------ balances
    def _balance(self, account):
        _, unit, own = self.env._, account.unit_id, self.portfolio[account.id]
        several = len(self.club.pool_ids) > 1
        title = f"{unit.display_name} · {account.pool_id.name}" if several else unit.display_name
        part = Part(title=title, model="club.account", id=account.id)
        part.said.append(_("%s can be used now.", unit._format(max(own["active"] - own["held"] - account.debt, 0))))
        part.said += [
            _("%(amount)s will be available on %(day)s.", amount=unit._format(amount), day=format_date(self.env, day))
            for amount, day in own["inactive"]
        ]
        for amount, day, *idle in own["expiring"][:LATEST]:
            texts = {"amount": unit._format(amount), "day": format_date(self.env, day)}
            if any(idle):
                part.said.append(_("%(amount)s lapse after %(day)s unless there is an order before.", **texts))
            else:
                part.said.append(_("%(amount)s can be used until %(day)s.", **texts))
        if own["held"]:
            part.said.append(_("%s of them are promised to open orders.", unit._format(own["held"])))
        return self._with_debt(part, account)

    def _with_debt(self, part, account):
        """What is owed, and by which refund it came to that."""
        if not account.debt:
            return part
        _, unit = self.env._, account.unit_id
        part.said.append(_("%s are owed: the next ones earned pay for them.", unit._format(account.debt)))
        causes = self.env["club.entry"].search(
            [("account_id", "=", account.id), ("debt_delta", ">", 0)], limit=LATEST, order="id desc"
        )
        part.said += [
            _(
                "%(day)s, %(document)s: %(amount)s had been used before they were taken back.",
                day=day_of(self.env, self.club, entry.business_at),
                document=entry.source_name or entry.display_name,
                amount=unit._format(entry.debt_delta),
            )
            for entry in causes
        ]
        return part

    # ------------------------------------------------------------------ what could be used now
    def _paying(self):
        """Why points could not be used now, or by which rules they can."""
        _, club = self.env._, self.club
        part = Part(title=_("Paying with points now"))
        if not self.member.active:
            part.said.append(_("Not possible: the membership is archived."))
        elif club.state != "on" or not club.active:
            part.said.append(_("Not possible: the club is switched off. Balances stay."))
        elif not club.is_redeem_allowed:
            part.said.append(_("Not possible: the club does not allow redeeming (club, tab Program)."))
        elif not club.is_redeem_pos:
            part.said.append(_("Not possible at the register: that is switched off (club, tab Program)."))
        else:
            part.said += self._payable()
        return part

    def _payable(self):
        """What the balances allow, and the limits that an order adds."""
        _, club, said = self.env._, self.club, []
        for account in self.accounts.filtered(lambda account: account.unit_id.kind != "stamps"):
            unit, own = account.unit_id, self.portfolio[account.id]
            free = max(own["active"] - own["held"] - account.debt, 0)
            least = unit._rule().redeem_min
            if not free:
                said.append(_("No %s are free to use.", unit.name_plural))
            elif free < least:
                said.append(
                    _(
                        "%(free)s are fewer than the %(least)s that are used at least.",
                        free=unit._format(free),
                        least=unit._format(least),
                    )
                )
            else:
                said.append(_("Up to %s, as far as the order allows:", unit._format(free)))
                said += [f"{band.display_name}." for band in club.condition_ids if band.unit_id == unit]
        if club.redeem_max_money:
            most = club.currency_id.format(club.redeem_max_money)
            said.append(_("Points pay at most %s of one order.", most))
        return said or [_("There is nothing to pay with yet.")]

    # ------------------------------------------------------------------ orders, promises, refusals
    def _promises(self):
        holds = self.env["club.hold"].search([("member_id", "=", self.member.id), ("state", "=", "held")], limit=20)
        return Part(title=self.env._("Promised to open orders"), said=[promise_text(hold) for hold in holds])

    def _orders(self):
        return Part(title=self.env._("Latest orders"), said=latest_orders(self.env, self.member.partner_id, self.club))

    def _refusals(self):
        refusals = self.env["club.refusal"].search([("member_id", "=", self.member.id)], limit=LATEST)
        return Part(title=self.env._("Points that could not be used"), said=[refusal_text(row) for row in refusals])


class WhyCustomer:
    """A contact who is in no club that the asker may see."""

    def __init__(self, partner, clubs):
        self.partner, self.clubs, self.env = partner, clubs, partner.env

    def parts(self):
        _ = self.env._
        part = Part(title=self.partner.display_name, model="res.partner", id=self.partner.id)
        part.said.append(_("This customer is not a member."))
        texts = {
            "automatic": _("The first paid order with this customer on it makes a member."),
            "ask": _("Once the customer agrees, on their page or by staff, orders that wait are counted."),
            "off": _("Staff make members by hand: on the contact, or under Members."),
        }
        for club in self.clubs:
            said = texts[club.enrolment]
            part.said.append(f"{club.name}: {said}" if len(self.clubs) > 1 else said)
        refusals = self.env["club.refusal"].search(
            [("partner_id", "=", self.partner.id), ("club_id", "in", self.clubs.ids)], limit=LATEST
        )
        parts = [
            part,
            Part(title=_("Latest orders"), said=latest_orders(self.env, self.partner, self.clubs)),
            Part(title=_("Points that could not be used"), said=[refusal_text(row) for row in refusals]),
        ]
        return [part for part in parts if part.said]


def latest_orders(env, partner, clubs):
    """ "3 May 2026, S00012: +12 Beans" of the customer's last orders, or why there were none."""
    if not partner:
        return []
    companies, found = clubs.company_ids, []
    for model, date_field in PURCHASES:
        orders = env[model].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "in", companies.ids),
                ("state", "not in", ("draft", "cancel")),
            ],
            order=f"{date_field} desc",
            limit=LATEST,
        )
        found += [(order[date_field], order) for order in orders]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [
        ", ".join((day_of(env, clubs[:1], moment), order.display_name))
        + f": {order.club_points_text or order.club_explanation or env._('no points')}"
        for moment, order in found[:LATEST]
    ]
