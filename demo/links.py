"""Where to click in the demo database, and with which login: prints one line for each place there is.

Run by `odoo shell`, which brings `env`; `{url}` is filled in by the caller. A demo user's password is
the login itself or one of the host's own demo passwords: the one that works is printed.
"""

import sys

from odoo.exceptions import AccessDenied

lines = []


def password_of(user):
    for password in (user.login, user.login.partition("@")[0], "admin", "demo", "portal"):
        credential = {"type": "password", "login": user.login, "password": password}
        try:
            user.with_user(user)._check_credentials(credential, {"interactive": True})
        except AccessDenied:
            continue
        return password
    return None


def login_of(user):
    password = password_of(user) if user else None
    return f"{user.login} / {password}" if password else ""


def show(what, path, user=None):
    lines.append((what, f"{{url}}{path}", login_of(user)))


def staff():
    """The administrator, then whoever of the demo's own staff may use the club."""
    users = env.ref("loyalty_club.loyalty_club_group_user").all_user_ids.filtered(lambda user: not user.share)
    return users.sorted(lambda user: (user != env.ref("base.user_admin"), user.id))


def registers():
    configs = env["pos.config"].search([("club_outlet_id", "!=", False)])
    return configs or env["pos.config"].search([], limit=1)


def members_with_login():
    """Customers who can open their own page, those with the most points first."""
    portal = env["club.member"].search([("partner_id.user_ids.share", "=", True)], order="lifetime desc, id")
    return portal.partner_id.user_ids.filtered("active")


admin = env.ref("base.user_admin")
menu = env["ir.model.data"].search([("module", "=", "loyalty_club"), ("model", "=", "ir.ui.menu")])
roots = env["ir.ui.menu"].browse(menu.mapped("res_id")).exists().filtered(lambda item: not item.parent_id)
show("Back office", f"/odoo?menu_id={roots[0].id}" if roots else "/odoo", admin)
for user in staff() - admin:
    show("Back office", "/odoo", user)
for config in registers():
    kind = "Kiosk" if config.self_ordering_mode == "kiosk" else "Register"
    path = config._get_self_order_route() if kind == "Kiosk" else f"/pos/ui/{config.id}"
    show(f"{kind} {config.name}", path, None if kind == "Kiosk" else admin)
category = env.ref("loyalty_club.demo_public_category", raise_if_not_found=False)
show("Webshop", f"/shop/category/{env['ir.http']._slug(category)}" if category else "/shop")
for user in members_with_login()[:3]:
    show("Customer's page", "/my/club", user)
widths = [max(len(line[column]) for line in lines) for column in (0, 1)]
for what, path, login in lines:
    sys.stdout.write(f"  {what:<{widths[0]}}  {path:<{widths[1]}}  {login}".rstrip() + "\n")
