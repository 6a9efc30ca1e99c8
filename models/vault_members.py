"""Members of a club file: found among the contacts, or made, with all they had."""

from collections import defaultdict
from dataclasses import dataclass

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.mail import email_normalize

from ..engine.values import Born
from .ledger import SENTINEL, Intent, Source
from .vault_growth import FILES, Growth

COLUMNS = {
    "tier_id": "int", "tier_since": "timestamp", "tier_until": "date", "tier_review_on": "date",
    "joined_at": "timestamp", "last_paid_at": "timestamp", "lapsed_on": "date", "is_guest": "boolean",
    "consent_at": "timestamp", "consent_source": "varchar", "home_pool_id": "int", "mail_choice": "varchar",
    "sms_choice": "varchar", "choice_at": "timestamp", "is_auto_redeem": "boolean", "active": "boolean",
    "card_number": "varchar", "vault_id": "int",
}  # fmt: skip
CHOSEN = ("consent_source", "mail_choice", "sms_choice")


class ClubMember(models.Model):
    _inherit = "club.member"

    vault_id = fields.Integer(readonly=True, copy=False, help="Id in the file that the member was imported from.")

    _vault_idx = models.Index("(club_id, vault_id) WHERE vault_id IS NOT NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A file's rows by member, and what its ids mean here."""

    key: str
    maps: dict
    members: dict
    accounts: dict
    portions: dict
    months: dict
    vouchers: dict
    cards: dict
    growth: Growth
    homes: dict
    last: list  # members of the batch before
    is_same: bool


class ClubVault(models.Model):
    _inherit = "club.vault"

    def _club_plan(self, content):
        keys = {row.get("vault_key") for row in content.configuration.get("club.club", ())}
        maps = defaultdict(dict)
        for club in self._club_made(keys):
            told = club.vault_map or {}
            if told.get("file") == content.key:
                for model, ids in told["maps"].items():
                    maps[model] |= {int(old): new for old, new in ids.items()}

        def by(name, column):
            found = defaultdict(list)
            for row in content.rows[name]:
                if not row.get("is_bad"):
                    found[row[column]].append(row)
            return found

        return Plan(
            key=content.key,
            maps=maps,
            members={row["id"]: row for row in content.rows["members"]},
            accounts=by("balances", "member_id"),
            portions=by("portions", "account_id"),
            months=by("lifetimes", "account_id"),
            vouchers=by("vouchers", "member_id"),
            cards=by("cards", "member_id"),
            growth=Growth(**{name: by(name, "member_id") for name in FILES}),
            homes=self._club_homes(content),
            last=[],
            is_same=content.manifest["database"] == self._club_database(),
        )

    # ------------------------------------------------------------------ whose
    def _club_judge_people(self, content):
        """Member of the file → (line, why they cannot be imported): looked up a few thousand at a time."""
        refused, taken, bad = {}, {}, content.bad_members()
        is_same = content.manifest["database"] == self._club_database()
        homes = self._club_homes(content)
        rows = [row for row in content.rows["members"] if row["id"] not in bad]
        for begin in range(0, len(rows), 5000):
            part = rows[begin : begin + 5000]
            for row, (partner_id, fault) in zip(part, self._club_people(part, is_same, homes), strict=True):
                if not fault and partner_id:
                    first = taken.setdefault((row["club_id"], partner_id), row)
                    if first is not row:
                        fault = self.env._(
                            "%(one)s and %(other)s are one contact here. Merge them before the export, or import "
                            "without this one.",
                            one=first["name"],
                            other=row["name"],
                        )
                if fault:
                    refused[row["id"]] = row["line"], fault
        return refused

    def _club_homes(self, content):
        """Contact of the file → contact here, of those whose members came already.

        A person is a contact of the file, whatever they share with others: a couple's address makes no one of two.
        """
        clubs = self._club_made({row.get("vault_key") for row in content.configuration.get("club.club", ())})
        clubs = clubs.filtered(lambda club: (club.vault_map or {}).get("file") == content.key)
        known = dict(self.env.execute_query(SQL(
            "SELECT vault_id, partner_id FROM club_member WHERE club_id = ANY(%s) AND vault_id IS NOT NULL",
            list(clubs.ids),
        ))) if clubs else {}  # fmt: skip
        return {row["partner_id"]: known[row["id"]] for row in content.rows["members"] if known.get(row["id"])}

    def _club_people(self, rows, is_same, homes):
        """[(contact id or 0 for a new one, why not)] of these rows.

        :param homes: dict contact of the file → contact here, where that is known
        """
        owners = {partner_id: old for old, partner_id in homes.items()}
        partners = self.env["res.partner"].with_context(active_test=False)
        own = {}
        if is_same:
            companies = self.user_id.company_ids or self.company_id
            here = partners.browse([row["partner_id"] for row in rows]).exists()
            own = {one.id: one for one in here if not one.company_id or one.company_id in companies}
        emails, phones = {}, {}
        country = self.company_id.country_id
        for row in rows:
            emails[row["id"]] = email_normalize(row["email"] or "") or ""
            phones[row["id"]] = row["phone"] and partners._phone_format(number=row["phone"], country=country) or ""
        by_email = self._club_by("email_normalized", set(emails.values()) - {""})
        by_phone = self._club_by("phone_sanitized", set(phones.values()) - {""})
        found = []
        for row in rows:
            if row["partner_id"] in homes:
                found.append((homes[row["partner_id"]], ""))
                continue
            partner = own.get(row["partner_id"])
            if partner and (partner.name == row["name"] or (partner.email or "") == (row["email"] or "-")):
                found.append((partner.id, ""))
                continue
            candidates = by_email.get(emails[row["id"]]) or [
                one for one in by_phone.get(phones[row["id"]], ()) if one[1] == row["name"]
            ]
            candidates = [one for one in candidates if one[0] not in owners]
            if len(candidates) > 1:
                candidates = [one for one in candidates if one[1] == row["name"]] or candidates
            if len(candidates) > 1:
                found.append((0, self.env._("Several contacts here fit %s. Merge them first.", row["name"])))
            elif candidates:
                found.append((candidates[0][0], ""))
            elif not self.is_creating:
                found.append((0, self.env._("No contact here fits %s.", row["name"])))
            else:
                found.append((0, ""))
        return found

    def _club_by(self, column, values):
        """value → [(id, name)] of the contacts that the importer's companies have."""
        found = defaultdict(list)
        companies = self.user_id.company_ids or self.company_id
        domain = [(column, "in", list(values)), ("company_id", "in", [False, *companies.ids])]
        for partner in self.env["res.partner"].search_fetch(domain, [column, "name"]) if values else ():
            found[partner[column]].append((partner.id, partner.name))
        return found

    # ------------------------------------------------------------------ a batch
    def _club_bring(self, plan, ids):
        """These members with all they had, in one transaction; who is here already is passed over."""
        rows = [plan.members[number] for number in ids if plan.members[number]["club_id"] in plan.maps["club.club"]]
        known = dict(self.env.execute_query(SQL(
            "SELECT vault_id, partner_id FROM club_member WHERE vault_id = ANY(%s) AND club_id = ANY(%s)",
            [*ids, *plan.last], list(plan.maps["club.club"].values()),
        )))  # fmt: skip
        # What a batch made counts once it is there for good: one that failed is done again.
        plan.homes.update({plan.members[old]["partner_id"]: home for old, home in known.items() if home})
        plan.last[:] = ids
        rows = [row for row in rows if row["id"] not in known]
        if not rows:
            return
        members = self._club_bring_people(plan, rows)
        accounts = self._club_bring_balances(plan, members)
        self._club_bring_vouchers(plan, members, accounts)
        self._club_bring_cards(plan, members)
        self._club_bring_growth(plan, members)
        self.env.invalidate_all()

    def _club_bring_people(self, plan, rows):
        """Member of the file → member here, with tier, card, dates and choices; they are locked."""
        found = self._club_people(rows, plan.is_same, plan.homes)
        # A customer of two clubs is one contact.
        new = {
            row["partner_id"]: row for row, (partner_id, _fault) in zip(rows, found, strict=True) if not partner_id
        }
        made = dict(zip(new, self._club_make_contacts(list(new.values())).ids, strict=True))
        partners = [
            partner_id or made[row["partner_id"]] for row, (partner_id, _fault) in zip(rows, found, strict=True)
        ]
        clubs = [plan.maps["club.club"][row["club_id"]] for row in rows]
        pairs = list(zip(clubs, partners, strict=True))
        enrolled = self.env["club.member"].sudo()._enrol_partners(set(pairs))
        members = {row["id"]: enrolled[pair][0] for row, pair in zip(rows, pairs, strict=True)}
        self._club_dress(plan, rows, members)
        return members

    def _club_make_contacts(self, rows):
        quiet = self.env["res.partner"].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True, no_vat_validation=True
        )
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return quiet.create([
            {
                "name": row["name"] or row["email"] or row["phone"] or self.env._("Member"),
                "email": row["email"],
                "phone": row["phone"],
                "club_birthday": row["birthday"],
                **({"lang": row["lang"]} if row["lang"] in installed else {}),
            }
            for row in rows
        ])  # fmt: skip

    def _club_dress(self, plan, rows, members):
        """Write what a member was; a card number that somebody else has by now stays theirs."""
        numbers = [row["card_number"] for row in rows if row["card_number"]]
        taken = {number for [number] in self.env.execute_query(SQL(
            """SELECT card_number FROM club_member WHERE card_number = ANY(%(numbers)s) AND NOT id = ANY(%(own)s)
               UNION SELECT number FROM club_card WHERE number = ANY(%(numbers)s)""",
            numbers=numbers, own=list(members.values()),
        ))}  # fmt: skip
        allowed = {name: set(self.env["club.member"]._fields[name].get_values(self.env)) for name in CHOSEN}
        values = []
        for row in rows:
            told = dict(row) | {
                "tier_id": plan.maps["club.tier"].get(row["tier_id"]),
                "home_pool_id": plan.maps["club.pool"].get(row["home_pool_id"]),
                "card_number": row["card_number"] if row["card_number"] not in taken else None,
                "vault_id": row["id"],
                **{name: row[name] if row[name] in allowed[name] else None for name in CHOSEN},
            }
            values.append((members[row["id"]], *(told[name] for name in COLUMNS)))
        sets = ", ".join(
            f"{name} = COALESCE(v.{name}, m.{name})" if name in ("tier_id", "card_number", "joined_at", "active")
            else f"{name} = v.{name}"
            for name in COLUMNS
        )  # fmt: skip
        template = f"(%s, {', '.join(f'%s::{kind}' for kind in COLUMNS.values())})"
        # Names and types are those above.
        self.env.flush_all()
        self.env.cr.execute_values(
            f"UPDATE club_member m SET {sets} FROM (VALUES %s) v (id, {', '.join(COLUMNS)}) WHERE m.id = v.id",
            values,
            template=template,
            page_size=1000,
        )
        self.env["club.member"].invalidate_model()
        birthdays = {members[row["id"]]: row["birthday"] for row in rows if row["birthday"]}
        for member in self.env["club.member"].browse(birthdays):
            if not member.partner_id.club_birthday:
                member.partner_id.club_birthday = birthdays[member.id]

    def _club_bring_balances(self, plan, members):
        """One movement a balance, with its portions, debt and total; members of a year count by the month."""
        wanted = {}
        for old, member_id in members.items():
            for row in plan.accounts[old]:
                unit_id = plan.maps["club.unit"].get(row["unit_id"])
                pool_id = plan.maps["club.pool"].get(row["pool_id"])
                if unit_id and pool_id:
                    wanted[row["id"]] = (member_id, unit_id, pool_id), row
        accounts = self.env["club.account"].sudo()._ensure([triple for triple, _row in wanted.values()])
        intents = []
        for old, (triple, row) in wanted.items():
            intents += self._club_intents(plan, old, row, accounts[triple])
        for old, member_id in members.items():
            if plan.members[old]["had_profile_bonus"]:
                own = [accounts[triple] for triple, row in wanted.values() if row["member_id"] == old]
                intents += [
                    Intent(account_id=account_id, kind="move_in", key=f"profile:{member_id}", amount=0,
                           source=self._club_source())
                    for account_id in own[:1]
                ]  # fmt: skip
        self.env["club.entry"].sudo()._post(intents, is_locked=True)
        return {triple: accounts[triple] for triple, _row in wanted.values()}

    def _club_intents(self, plan, old, row, account_id):
        """The movements of one balance: the older total with it, the later months after it."""
        months = plan.months.get(old, ())
        now = fields.Datetime.now()
        portions = [
            Born(
                amount=part["left_amount"], available_on=part["available_on"], expires_on=part["expires_on"],
                portion=part["portion"] or 0,
            )
            for part in sorted(plan.portions[old], key=lambda one: (one["earned_at"] or now, one["id"]))
        ]  # fmt: skip
        earned = [part["earned_at"] for part in plan.portions[old] if part["earned_at"]]
        key = f"vault:{plan.key}:{old}"
        first = plan.members[row["member_id"]]["joined_at"] or now
        yield Intent(
            account_id=account_id,
            kind="move_in",
            key=key,
            amount=row["balance"],
            lifetime=row["lifetime"] - sum(month["amount"] for month in months),
            business_at=min([first, *earned]),
            source=self._club_source(),
            born=tuple(portions),
        )
        for month in months:
            yield Intent(
                account_id=account_id,
                kind="move_in",
                key=f"{key}:{month['month'].isoformat()}",
                amount=0,
                lifetime=month["amount"],
                business_at=fields.Datetime.to_datetime(month["month"].replace(day=15)),
                source=self._club_source(),
            )

    def _club_source(self):
        return Source(model=self._name, id=self.id, name=self.env._("Club file"))

    def _club_bring_vouchers(self, plan, members, accounts):
        """Vouchers that nobody used: the coupon of then where it is still here, else a new one by the same code."""
        vouchers = self.env["club.voucher"].sudo()
        rows = [(members[old], row) for old in members for row in plan.vouchers[old]]
        if not rows:
            return
        programs = self.env["loyalty.program"].sudo()
        cards = self.env["loyalty.card"].sudo().with_context(
            active_test=False, loyalty_no_mail=True, tracking_disable=True
        )  # fmt: skip
        known = {card.code: card for card in cards.search([("code", "in", [row["code"] for _member, row in rows])])}
        for member_id, row in rows:
            program = programs.browse(plan.maps["loyalty.program"].get(row["program_id"], ()))
            member = self.env["club.member"].sudo().browse(member_id)
            card = known.get(row["code"])
            # Used since the file was made.
            if not program or (card and card.program_id == program and (card.club_voucher_ids or card.points <= 0)):
                continue
            if not card or card.program_id != program:
                # Where something else has its code by now it gets a new one.
                card = cards.create({
                    "program_id": program.id,
                    "partner_id": not row["is_giftable"] and member.partner_id.id,
                    "points": program.reward_ids[:1].required_points,
                    "expiration_date": row["expires_on"],
                    **({} if card else {"code": row["code"]}),
                })  # fmt: skip
            entry = self._club_voucher_entry(plan, member, program, row)
            vouchers.with_context(club_door=SENTINEL).create({
                "member_id": member_id,
                "program_id": program.id,
                "card_id": card.id,
                "entry_id": entry.id,
                "price": 0,
                "request_key": f"vault:{row['id']}",
                "is_giftable": bool(row["is_giftable"]),
                "issued_at": row["issued_at"],
            })  # fmt: skip

    def _club_voucher_entry(self, plan, member, program, row):
        """Points moved when it was bought, in the history of then: here it moves none."""
        triple = member.id, program.club_unit_id.id, member._club_pool().id
        [account_id] = self.env["club.account"].sudo()._ensure([triple]).values()
        return self.env["club.entry"].sudo()._post(
            [
                Intent(
                    account_id=account_id,
                    kind="move_in",
                    key=f"vault:{plan.key}:voucher:{row['id']}",
                    amount=0,
                    source=self._club_source(),
                    data={"reward": program.name},
                )
            ],
            is_locked=True,
        )

    def _club_bring_cards(self, plan, members):
        """Numbers that were replaced find nobody here either."""
        rows = [(members[old], row["number"], row["ended_at"]) for old in members for row in plan.cards[old]]
        if rows:
            uid = int(self.env.uid)
            self.env.cr.execute_values(
                """INSERT INTO club_card (member_id, number, ended_at, create_uid, write_uid, create_date, write_date)
                   SELECT v.member, v.number, v.ended_at, v.uid, v.uid, NOW(), NOW()
                     FROM (VALUES %s) v (member, number, ended_at, uid)
                    WHERE NOT EXISTS (SELECT FROM club_member m WHERE m.card_number = v.number)
                   ON CONFLICT (number) DO NOTHING""",
                [(*row, uid) for row in rows],
                template="(%s, %s, %s::timestamp, %s)",
            )
