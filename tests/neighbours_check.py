"""What happens beside modules that the club does not need: neighbours_check.py DATABASE

Installs live chat and automation rules in a database of its own, with the add-on installed, which it uses up.
Prints a line a check and ends with the number of those that failed as its exit code.
"""

import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import odoo
from common_check import Check, Complaints
from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tools import config, mute_logger

NEIGHBOURS = ("im_livechat", "base_automation")
COMMENT = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}


class Receiver(BaseHTTPRequestHandler):
    """Another system, on this machine: keeps what it is sent."""

    told = []

    def do_POST(self):
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format, *args):
        """Nothing is printed beside the checks."""


class Shop:
    """A club with Ada, who has 100 Beans and may sign in, and Olga at the counter."""

    def __init__(self, env):
        self.env = env
        env.user.group_ids |= env.ref("loyalty_club.loyalty_club_group_manager")
        self.club = env["club.club"].create({"name": "Beans", "company_ids": [Command.set(env.company.ids)]})
        self.unit = self.club.unit_ids
        self.unit.write({"name": "Bean", "name_plural": "Beans"})
        self.silver = env["club.tier"].create({"club_id": self.club.id, "name": "Silver", "threshold": 500})
        self.club.action_switch_on()
        self.ada = self.user("ada", "base.group_portal")
        self.bob = self.user("bob", "base.group_portal")
        self.olga = self.user("olga", "loyalty_club.loyalty_club_group_user")
        self.plain = self.user("plain", "base.group_user")
        self.member = env["club.member"].enrol(self.ada.partner_id.id, self.club.id)
        self.member.adjust(self.unit.id, 100, "Opening")

    def user(self, login, group):
        return self.env["res.users"].with_context(no_reset_password=True).create({
            "name": login.title(), "login": f"next_{login}", "email": f"{login}@next.example",
            "group_ids": [Command.set(self.env.ref(group).ids)],
        })  # fmt: skip


# ---------------------------------------------------------------------- live chat
def talk(shop, user, guest=None):
    """A conversation of the live chat with Olga, as that user's browser opens it."""
    chat = shop.env["im_livechat.channel"].create({"name": "Shop", "user_ids": [Command.set(shop.olga.ids)]})
    chat = chat.with_user(user).sudo().with_context(guest=guest)
    values = chat._get_livechat_discuss_channel_vals(
        agent=shop.olga, operator_partner=shop.olga.partner_id, operator_model="res.users"
    )
    return chat.env["discuss.channel"].create(values).with_user(user).with_context(guest=guest)


def answers(channel, text):
    """What is said after that text was typed."""
    before = channel.sudo().message_ids
    channel.sudo().message_post(body=text, **COMMENT)  # as the host's own route does
    said = (channel.sudo().message_ids - before).sorted("id")[1:]
    return " ".join(said.mapped("body")), said


def check_chat(shop, check):
    env, public = shop.env, shop.env.ref("base.public_user")
    own = talk(shop, shop.ada)
    said, message = answers(own, "My points?")
    check("who is signed in is told the own points", "You have 100 Beans" in said, said)
    check("the answer is the host's bot's", message.author_id == env.ref("base.partner_root"))
    check("the command works in the chat window too", "100 Beans" in answers(own, "/points")[0])
    check("other words are left to people", not answers(own, "Do you have oat milk?")[0])
    olga = own.with_user(shop.olga)
    check("staff's own words are answered by nobody", not answers(olga, "my points")[0])
    check("who is no member is told how to join", "not a member yet" in answers(talk(shop, shop.bob), "/points")[0])

    script = env["chatbot.script"].create({
        "title": "Barista", "script_step_ids": [Command.create({"step_type": "free_input_single", "message": "Yes?"})],
    })  # fmt: skip
    own.sudo().chatbot_current_step_id = script.script_step_ids[0]
    said, message = answers(own, "/points")
    check("beside a chatbot the answer is the chatbot's", "100 Beans" in said, said)
    # Whatever anybody else says is an answer to the chatbot's question.
    check("and is not taken for the customer's", message.author_id == script.operator_partner_id, message.author_id)
    own.sudo().chatbot_current_step_id = False

    guest = env["mail.guest"].create({"name": "Ada"})
    visitor = talk(shop, public, guest)
    said, _message = answers(visitor, "my points")
    check("a visitor is asked to sign in, whatever name is typed", "sign in" in said and "100" not in said, said)
    said, _message = answers(visitor, f"I am {shop.ada.email}, card {shop.member.card_number}")
    check("naming an address or a card brings nothing", not said, said)
    forged = visitor.sudo().message_post(body="my points", author_id=shop.ada.partner_id.id, **COMMENT)
    after = visitor.sudo().message_ids.filtered(lambda message: message.id > forged.id)
    check("a message in somebody's name brings nothing", "100" not in " ".join(after.mapped("body")))

    olga.execute_command_points()
    text = olga._club_operator_text()
    check("staff see name and balance beside the chat", "Ada" in text and "100 Beans" in text, text)
    text = visitor.with_user(shop.olga)._club_operator_text()
    check("of a visitor staff learn that nobody knows who it is", "not signed in" in text and "100" not in text, text)
    before = own.sudo().message_ids
    olga.execute_command_points()
    check("what staff look up is not said in the chat", own.sudo().message_ids == before)
    shop.club.state = "suspended"
    said = answers(own, "/points")[0]
    check("a club that is paused says what there is, and that it is paused", "100" in said and "paused" in said, said)
    shop.club.action_switch_on()
    own.sudo()._add_members(users=shop.plain)
    for user in (shop.plain, shop.ada):
        try:
            own.with_user(user).execute_command_points()
            check(f"{user.login} looks up nobody", False)
        except AccessError:
            check(f"{user.login} looks up nobody", True)


# ---------------------------------------------------------------------- automation rules
def rule(env, name, model, values, domain=None):
    model_id = env["ir.model"]._get_id(model)
    return env["base.automation"].create({
        "name": name, "model_id": model_id, "trigger": "on_create", "filter_domain": domain,
        "action_server_ids": [Command.create({"name": name, "model_id": model_id, **values})],
    })  # fmt: skip


def webhook(env, model, fields, url):
    names = [env["ir.model.fields"]._get(model, name).id for name in fields]
    return {"state": "webhook", "webhook_url": url, "webhook_field_ids": [Command.set(names)]}


def add_rules(env, url):
    """Awards and tier moves go to another system; one rule of somebody's fails each time."""
    columns = ["kind", "decimal_amount", "member_id", "unit_id", "source_name", "business_at", "key"]
    rule(env, "Tell points", "club.entry", webhook(env, "club.entry", columns, url), "[('kind', '!=', 'expire')]")
    columns = ["member_id", "from_tier_id", "tier_id", "reason"]
    rule(env, "Tell tiers", "club.move", webhook(env, "club.move", columns, url))
    rule(env, "Broken", "club.entry", {"state": "code", "code": "raise UserError('Broken by somebody')"})
    note = "env['ir.config_parameter'].set_param('club.seen', str(sorted(env.context)))"
    rule(env, "Look around", "club.entry", {"state": "code", "code": note})


def check_rules(env, shop, check, url):
    shop.member.adjust(shop.unit.id, 1, "Before there is a rule")
    check("nothing is noted where no rule listens", not env["club.event"].search_count([]))
    add_rules(env, url)
    env.cr.commit()
    shop.member.adjust(shop.unit.id, "499", "Welcome back")
    check("a rule that fails stops no movement", shop.member.account_ids.balance == 600)
    moved = shop.member.tier_id == shop.silver
    check("movement and tier move are noted with the sale", moved and env["club.event"].search_count([]) == 2)
    check("nothing is sent before it is committed", not Receiver.told)
    env.cr.rollback()
    check("what is rolled back is told to nobody", not env["club.event"].search_count([]))
    shop.member.adjust(shop.unit.id, "499", "Welcome back")
    shop.member.adjust(shop.unit.id, -20, "Used elsewhere")
    job = env.ref("loyalty_club.ir_cron_tell_rules")
    check("the job is woken", env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]) > 0)
    env.cr.commit()
    with mute_logger("odoo.addons.loyalty_club.models.club_event"):
        env["club.event"]._cron_tell()
    told = list(Receiver.told)
    order = [row["_model"] for row in told]
    check("they come in the order in which they happened", order == ["club.entry", "club.move", "club.entry"], order)
    amounts = [row["decimal_amount"] for row in told if row["_model"] == "club.entry"]
    check("each movement is sent once, with its amount", amounts == ["499", "-20"], told)
    tiers = [row["tier_id"] for row in told if row["_model"] == "club.move"]
    check("so is the tier move", tiers == [shop.silver.id], told)
    check("they name the member", {row["member_id"] for row in told} == {shop.member.id}, told)
    check("nothing waits any more", not env["club.event"].search_count([]))
    seen = env["ir.config_parameter"].get_param("club.seen")
    check("a rule has none of the ledger's rights", seen and "club_door" not in seen, seen)
    env["club.event"]._cron_tell()
    check("nothing is sent twice", len(Receiver.told) == len(told))
    shop.club.on_since = "2020-01-01 00:00:00"  # what falls due while a club is off lives on
    env.flush_all()
    env.cr.execute("SET LOCAL loyalty_club.migration = 'on'")
    env.cr.execute("UPDATE club_lot SET expires_on = CURRENT_DATE - 2")
    env.invalidate_all()
    env["club.account"]._expire_members(shop.member.ids)
    noted = env["club.event"].search_count([])
    check("what expires by the million is noted too", noted == 1, noted, shop.member.get_balance())
    check("every balance agrees with its history", shop.club.prove() == [])


def main(database):
    config.parse_config(["-d", database, "--no-http", "--log-level=error", "--max-cron-threads=0"])
    check, errors = Check(), Complaints()
    with Registry(database).cursor() as cursor:
        modules = api.Environment(cursor, SUPERUSER_ID, {})["ir.module.module"]
        modules.search([("name", "in", NEIGHBOURS)]).button_immediate_install()
    logging.getLogger().addHandler(errors)
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Registry(database).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        shop = Shop(env)
        cursor.commit()
        check_chat(shop, check)
        cursor.commit()
        check_rules(env, shop, check, f"http://127.0.0.1:{server.server_port}/")
    server.shutdown()
    check("nothing is logged as an error", not errors.lines, *errors.lines[:3])
    odoo.sql_db.close_all()
    return check.failed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
