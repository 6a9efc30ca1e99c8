"""What a customer sees of the club in the cart, on the payment page and when the order is placed."""

from odoo import fields, models
from odoo.exceptions import UserError

from .club_refusal import Refusal
from .document_mixin import Case


def _plain(minor, scale):
    """A number for a field of a form: 12.5, and 0 instead of 0.0."""
    return minor // scale if minor % scale == 0 else minor / scale


class ClubMember(models.Model):
    _inherit = "club.member"

    is_auto_redeem = fields.Boolean(
        string="Pays with Points by Itself",
        help="The customer's own choice in the webshop: every cart uses as many points as it may.",
    )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    is_club_points_declined = fields.Boolean(copy=False, help="The customer took the points off this order.")

    def _club_is_shown(self, partner):
        """May this customer see and choose points on this order? It is theirs, and they are signed in."""
        self.ensure_one()
        return bool(partner) and self.sudo().partner_id == partner

    def _club_shop_card(self, partner=None):
        """What the card in the cart says.

        :param partner: who is signed in, none for a visitor
        :return: dict, empty where the outlet shows nothing of the club; see the template ``shop_card``
        """
        order = self.sudo()
        outlet = order.website_id.club_outlet_id
        if not order or not outlet._is_shown():
            return {}
        member = order._club_points_member() if self._club_is_shown(partner) else self.env["club.member"].sudo()
        accounts = order._club_points_accounts(member) if member else self.env["club.account"].sudo()
        unit = accounts[:1].unit_id or outlet.club_id.unit_ids[:1]
        if outlet.club_id.state == "suspended":
            return self._club_frozen_card(unit, accounts) if member else {}
        card = {
            "unit": unit.name_plural,
            "is_guest": not partner,
            "is_member": bool(member),
            "earns": order._club_projection(member),
            "balance": "",
            "tenders": [],
            "why": "",
            "is_auto": member.is_auto_redeem,
            "rewards": [],
        }
        return card | order._club_shop_figures(accounts, outlet.club_id)

    def _club_frozen_card(self, unit, accounts):
        """While the club is suspended a member sees what there is, and that it stays."""
        portfolio = accounts._portfolio()
        return {
            "unit": unit.name_plural,
            "is_guest": False,
            "is_member": True,
            "earns": "",
            "balance": " · ".join(
                account.unit_id._format(max(portfolio[account.id]["active"] - account.debt, 0)) for account in accounts
            ),
            "tenders": [],
            "why": unit.club_id.with_env(self.env)._club_frozen_text(),
            "is_auto": False,
            "rewards": [],
        }

    def _club_shop_figures(self, accounts, club):
        """Balances, caps and rates as figures for the sliders."""
        figures = {"balance": " · ".join(account.unit_id._format(max(account.balance, 0)) for account in accounts)}
        if not accounts or not (club.is_redeem_allowed and club.is_redeem_shop):
            return figures
        offers, why = self._club_points_offers(accounts)
        if offers:  # what counts today; the rest is said on the member's page
            figures["balance"] = " · ".join(offer["unit"]._format(offer["balance"]) for offer in offers)
        return figures | {
            "why": why,
            "tenders": [self._club_shop_tender(offer) for offer in offers],
            "rewards": self._club_shop_rewards(accounts.member_id, offers),
        }

    def _club_shop_rewards(self, member, offers):
        """The tiles of rewards for this order; while it is being paid, only what it has."""
        tiles = self._club_reward_tiles(member, {offer["unit"].id: offer["free"] for offer in offers} or None)
        is_open = not self._club_reward_obstacle() if tiles else False
        return [tile | {"is_open": is_open and not tile["reason"]} for tile in tiles if is_open or tile["is_chosen"]]

    def _club_shop_tender(self, offer):
        """One slider: figures for the browser's sums, texts for the customer."""
        unit, used = offer["unit"], offer["used"]
        value = unit._terms(self.currency_id, self._club_outlet()).value
        money_decimals = self.currency_id.decimal_places
        rate, scale = value * 10**money_decimals / 10**unit.decimals, 10**unit.decimals
        return {
            "id": unit.id,
            "unit": unit.name_plural,
            "promised": self._club_promised_elsewhere(offer),
            "cap": offer["cap"].amount,
            "cap_money": offer["cap"].money,
            "cap_number": _plain(offer["cap"].amount, scale),
            "used": used,
            "used_number": _plain(used, scale),
            "step": 1 / scale if unit.decimals else 1,
            "paid": self.currency_id.format(offer["paid"]) if offer["paid"] > 0 else "",
            "why": offer["why"],
            "rate_up": rate.numerator,
            "rate_down": rate.denominator,
            "decimals": unit.decimals,
            "currency": self.currency_id.name,
            "money_decimals": money_decimals,
        }

    def _club_promised_elsewhere(self, offer):
        """ "120 Beans are set aside for your order S00012"."""
        if not offer["promised"]:
            return ""
        return offer["account"]._promised_own_text(str(self.id))

    def _club_projection(self, member):
        """What this order would earn if it were paid now, in words; empty when nothing.

        The rules alone decide, as they will when it is paid; nothing is locked.
        """
        self.ensure_one()
        order, outlet = self.sudo(), self.sudo()._club_outlet()
        now = fields.Datetime.now()
        if not outlet or outlet._is_on(now, self._club_channel()) or self.club_no_points:
            return ""
        case = Case(
            document=order,
            club_id=outlet.club_id.id,
            outlet=outlet,
            partner_id=order.partner_id.id,
            paid_at=now,
            as_of=now,
            member_id=member.id or 0,
            tier_id=member.tier_id.id or 0,
        )
        order._club_judge_all([case], is_preview=True)
        units = self.env["club.unit"].sudo()
        return " · ".join(units.browse(unit.id)._format(award.amount) for _program, unit, award in case.judged)

    def _club_confirmation(self, partner=None):
        """The line on the confirmation page: what the order earned, or will earn once it is paid."""
        order = self.sudo()
        outlet = order.website_id.club_outlet_id
        if not order or not outlet._is_shown():
            return {}
        earned = order.club_entry_ids.filtered(lambda entry: entry.kind == "award")
        if earned:
            text = " · ".join(entry.account_id.unit_id._format(entry.amount) for entry in earned)
            return {
                "text": f"+{text}",
                "is_earned": True,
                "cards": order._club_full_cards(earned),
                "plays": order._club_play_texts(outlet.club_id),
                "balance": order._club_balance_said(earned, partner),
            }
        if text := order._club_projection(order._club_points_member()):
            return {"text": f"+{text}", "is_earned": False}
        return {}

    def _club_balance_said(self, earned, partner):
        """ "You have 1,290 Beans.", to the member alone."""
        if not self._club_is_shown(partner):
            return ""
        accounts = earned.account_id
        return self.env._(
            "You have %s.", " · ".join(account.unit_id._format(max(account.balance, 0)) for account in accounts)
        )

    def _club_full_cards(self, earned):
        """What the stamps of this order filled: vouchers that came, cards that wait to be redeemed."""
        said = []
        filled = self.env["club.voucher"].sudo().search([("filled_entry_id", "in", earned.ids)])._filled_by()
        for entry, own in filled.items():
            reward = self.env["loyalty.program"].sudo().browse(own.program_id)
            said.append(entry.unit_id._full_card_text(reward.name, own))
        for entry in earned.filtered(lambda own: own.unit_id.kind == "stamps"):
            card = entry.account_id.member_id._club_page_stamps(entry.unit_id)
            if card and card["is_full"]:
                said.append(card["text"])
        return said

    # ------------------------------------------------------------------ the customer's choice
    def _club_shop_choose(self, partner, units=None, is_auto=None, unit_id=None):
        """What the customer's browser asks for, which is a request and nothing more.

        :return: a sentence why not, else ""
        """
        order = self.sudo()
        if not self._club_is_shown(partner):
            return self.env._("Sign in to pay with points.")
        if not order.website_id.club_outlet_id._is_shown():
            return self.env._("Paying with points is switched off here. Points stay as they are.")
        try:
            with self.env.cr.savepoint():
                if is_auto is not None:
                    order._club_points_member().is_auto_redeem = bool(is_auto)
                    if is_auto:
                        order.is_club_points_declined = False
                        order._club_use_all()
                if units is not None:
                    order._club_choose(units, order._club_asked_unit(unit_id))
        except UserError as refusal:
            order._club_note_refused(refusal)
            return str(refusal)
        return ""

    def _club_shop_reward(self, partner, program_id, is_wanted, reward_id=None, product_id=None):
        """A reward that the customer's browser asks for, or takes off: a request and nothing more.

        :return: a sentence why not, else ""
        """
        order = self.sudo()
        if not self._club_is_shown(partner):
            return self.env._("Sign in to use a reward.")
        if not order.website_id.club_outlet_id._is_shown():
            return str(self.env["club.refusal"]._because("gate_here"))
        try:
            with self.env.cr.savepoint():
                if is_wanted:
                    order._club_take_reward(program_id, reward_id, product_id)
                else:
                    order._club_drop_reward(program_id)
        except UserError as refusal:
            order._club_note_refused(refusal)
            return str(refusal)
        return ""

    def _club_asked_unit(self, unit_id):
        """The unit that a browser names; one that is none of the member's buys nothing."""
        if unit_id is None:
            return None
        accounts = self._club_points_accounts(self._club_points_member())
        return accounts.unit_id.filtered(lambda unit: unit.id == unit_id)

    def _club_note_refused(self, refusal):
        """Why the customer could not pay with points is kept for who is asked about it."""
        outlet = self._club_outlet()
        place = self.website_id.name or self.team_id.name or outlet.name
        source = (self._name, self.id)
        if isinstance(refusal, Refusal) and outlet:
            self.env["club.refusal"]._keep_for(outlet.club_id, self.partner_id, place, source, refusal)

    def _club_use_all(self):
        """Use as many points as this order may, of all units, for a member who chose so."""
        member = self._club_points_member()
        if not member.is_auto_redeem or self.is_club_points_declined:
            return
        for account in self._club_points_offers()[0]:
            offer = self._club_points_offer(account["account"])  # anew: the unit before it pays already
            if offer["cap"].amount and offer["cap"].amount != offer["used"]:
                self._club_choose(offer["cap"].amount, offer["unit"])

    def _auto_apply_rewards(self):
        result = super()._auto_apply_rewards()
        order = self.sudo()
        is_open = order.website_id.club_outlet_id and order.state == "draft" and not order.is_club_points_declined
        # As the host knows a visitor's cart; asking the contact whether it is public would be a query.
        is_visitors = order.partner_id == order.website_id.user_id.partner_id
        if not is_open or is_visitors or order._club_is_recomputing():
            return result
        if order._club_points_member().is_auto_redeem:
            try:
                with self.env.cr.savepoint():
                    order._club_use_all()
            except UserError:
                return result  # the card says why
        return result
