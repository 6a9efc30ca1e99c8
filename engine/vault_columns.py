"""What a club file's tables consist of: which columns, what a cell may be, and what names what."""

from datetime import date, datetime

MOST_TEXT = 500
MOST_AMOUNT = 10**17
MOST_NUMBER = 2**31 - 1  # of an id
YEARS = range(1800, 10000)


def _text(text):
    if len(text) > MOST_TEXT or "\0" in text:
        raise ValueError(text)
    return text


def _day(text):
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _moment(text):
    moment = datetime.fromisoformat(text).replace(tzinfo=None)
    # The last year leaves no room for a zone.
    if moment.year not in YEARS[:-1]:
        raise ValueError(text)
    return moment


def _flag(text):
    return {"t": True, "f": False}[text]


def _amount(text):
    number = int(text)
    if abs(number) > MOST_AMOUNT:
        raise ValueError(text)
    return number


def _number(text):
    number = int(text)
    if not 0 <= number <= MOST_NUMBER:
        raise ValueError(text)
    return number


TEXT, NUMBER, AMOUNT, DAY, MOMENT, FLAG = _text, _number, _amount, _day, _moment, _flag
# File → column → (what it is, whether it must be there)
FILES = {
    "members": {
        "id": (NUMBER, True), "club_id": (NUMBER, True), "partner_id": (NUMBER, True), "name": (TEXT, False),
        "email": (TEXT, False), "phone": (TEXT, False), "lang": (TEXT, False), "birthday": (DAY, False),
        "active": (FLAG, True), "card_number": (TEXT, False), "tier_id": (NUMBER, True), "tier": (TEXT, False),
        "tier_since": (MOMENT, False), "tier_until": (DAY, False), "tier_review_on": (DAY, False),
        "lifetime": (AMOUNT, True), "joined_at": (MOMENT, False), "last_paid_at": (MOMENT, False),
        "lapsed_on": (DAY, False), "is_guest": (FLAG, False), "consent_at": (MOMENT, False),
        "consent_source": (TEXT, False), "home_pool_id": (NUMBER, False), "mail_choice": (TEXT, False),
        "sms_choice": (TEXT, False), "choice_at": (MOMENT, False), "is_auto_redeem": (FLAG, False),
        "had_profile_bonus": (FLAG, False),
    },
    "balances": {
        "id": (NUMBER, True), "member_id": (NUMBER, True), "unit_id": (NUMBER, True), "unit": (TEXT, False),
        "pool_id": (NUMBER, True), "pool": (TEXT, False), "balance": (AMOUNT, True), "debt": (AMOUNT, True),
        "lifetime": (AMOUNT, True),
    },
    "portions": {
        "id": (NUMBER, True), "account_id": (NUMBER, True), "left_amount": (AMOUNT, True),
        "available_on": (DAY, True), "expires_on": (DAY, False), "earned_at": (MOMENT, False),
        "portion": (NUMBER, False),
    },
    "lifetimes": {"account_id": (NUMBER, True), "month": (DAY, True), "amount": (AMOUNT, True)},
    "vouchers": {
        "id": (NUMBER, True), "member_id": (NUMBER, True), "program_id": (NUMBER, True), "program": (TEXT, False),
        "code": (TEXT, True), "is_giftable": (FLAG, False), "points": (TEXT, True), "expires_on": (DAY, False),
        "issued_at": (MOMENT, True),
    },
    "cards": {"id": (NUMBER, True), "member_id": (NUMBER, True), "number": (TEXT, True), "ended_at": (MOMENT, True)},
    "counts": {
        "member_id": (NUMBER, True), "metric": (TEXT, True), "paid_at": (MOMENT, True), "amount": (AMOUNT, True),
    },
    "goals": {
        "member_id": (NUMBER, True), "goal_id": (NUMBER, True), "period": (DAY, True), "state": (TEXT, True),
        "reached_at": (MOMENT, False),
    },
    "steps": {
        "member_id": (NUMBER, True), "goal_id": (NUMBER, True), "period": (DAY, True), "day": (DAY, True),
        "amount": (AMOUNT, True),
    },
    "plays": {
        "id": (NUMBER, True), "member_id": (NUMBER, True), "game_id": (NUMBER, True), "origin": (TEXT, True),
        "granted_at": (MOMENT, True), "note": (TEXT, False), "actor": (TEXT, False),
    },
    "had": {"member_id": (NUMBER, True), "what": (TEXT, True), "about": (NUMBER, True), "count": (NUMBER, True)},
}  # fmt: skip
# Files of the first days have none of these.
LATE_FILES = {"counts", "goals", "steps", "plays", "had"}
# Texts that stand for something: column → what they may be
WORDS = {
    ("counts", "metric"): {"spend", "orders"},
    ("goals", "state"): {"open", "done", "taken"},
    ("plays", "origin"): {"order", "daily", "paid", "staff", "goal"},
    ("had", "what"): {"birthday", "welcome", "reward"},
}
HAD = {"welcome": "club.tier", "reward": "loyalty.program"}  # what `about` names; for a birthday it is the year
# A file's column → the file that has the id it names
TIES = {
    ("balances", "member_id"): "members",
    ("portions", "account_id"): "balances",
    ("lifetimes", "account_id"): "balances",
    ("vouchers", "member_id"): "members",
    ("cards", "member_id"): "members",
    **{(name, "member_id"): "members" for name in LATE_FILES},
}
# A column that names a record of the configuration
NAMED = {
    ("members", "club_id"): "club.club",
    ("members", "tier_id"): "club.tier",
    ("members", "home_pool_id"): "club.pool",
    ("balances", "unit_id"): "club.unit",
    ("balances", "pool_id"): "club.pool",
    ("vouchers", "program_id"): "loyalty.program",
    ("goals", "goal_id"): "club.goal",
    ("steps", "goal_id"): "club.goal",
    ("plays", "game_id"): "club.game",
}
