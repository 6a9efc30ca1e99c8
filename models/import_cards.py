"""Cards that come with an opening balance, and members who come with nothing: what of it may be."""

from odoo.tools import SQL

from ..engine.codes import is_ean13
from .club_member import CARD_PREFIX

HIGHEST = 900_000_000  # of the serial numbers on cards


def is_own_card(text):
    """A number that a register reads as a loyalty card."""
    return is_ean13(text) and text.startswith(CARD_PREFIX) and int(text[3:12]) < HIGHEST


def judge_cards(judge, verdicts, found):
    """A card goes to a new member, once; a row of nothing makes a new member, or is left out."""
    _, numbers = judge.env._, [verdict.card for verdict in verdicts if verdict.card]
    taken = {number for [number] in judge.env.execute_query(SQL(
        """SELECT card_number FROM club_member WHERE card_number = ANY(%(numbers)s)
           UNION SELECT number FROM club_card WHERE number = ANY(%(numbers)s)""",
        numbers=numbers,
    ))} if numbers else set()  # fmt: skip
    first, cards = {}, {}
    for verdict in verdicts:
        is_member, whose = verdict.partner_id in found.members, (verdict.partner_id, verdict.stranger)
        if verdict.card and verdict.problems:
            continue
        if verdict.card:
            before = first.setdefault(verdict.card, (whose, verdict.number))
            card, line = cards.setdefault(whose, (verdict.card, verdict.number))
            if verdict.card in taken:
                verdict.problems.append(
                    _("The card %s was replaced, or is of another club: leave card_number empty.", verdict.card)
                )
            elif is_member:
                verdict.problems.append(
                    _(
                        "%s has a card already: use Replace Card on the member, or leave card_number empty.",
                        found.names({verdict.partner_id}),
                    )
                )
            elif card != verdict.card:
                verdict.problems.append(
                    _("Line %s names another card of the same customer: a member has one. Keep one of them.", line)
                )
            elif before[0] != whose:
                verdict.problems.append(
                    _("The card %(card)s is another customer's on line %(line)s.", card=verdict.card, line=before[1])
                )
        elif is_member and not verdict.problems and not verdict.is_known and not (verdict.minor or verdict.lifetime):
            verdict.problems.append(_("The amount is 0, and so is the lifetime: leave the row out."))


def give_cards(env, verdicts, members):
    """Write the cards of new members; the numbers of later ones begin after them."""
    cards = {members[verdict.partner_id]: verdict.card for verdict in verdicts if verdict.card}
    if cards:
        env.cr.execute_values(
            "UPDATE club_member m SET card_number = v.number FROM (VALUES %s) v (id, number) WHERE m.id = v.id",
            list(cards.items()),
        )
        env["club.member"].invalidate_model(["card_number"])


def keep_numbers(env, numbers):
    """New members never get a card number of these."""
    serials = [int(number[3:12]) for number in numbers if is_own_card(number)]
    if serials:
        env.cr.execute(
            "SELECT setval('club_member_id_seq', GREATEST(nextval('club_member_id_seq'), %s))", [max(serials) + 1]
        )
