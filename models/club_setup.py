from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.kinds import KINDS

AWARDS = tuple(code for code, kind in KINDS.items() if kind.is_award)


class ClubSetup(models.Model):
    """The checklist of a company: from an empty database to the first award, one button a step.

    What is done is asked of the club itself, so it holds however it was done; kept are what was typed and whether
    the list was closed.
    """

    _name = "club.setup"
    _description = "Set-Up Checklist"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    closed_at = fields.Datetime(readonly=True)
    club_id = fields.Many2one("club.club", string="Loyalty Club", compute="_compute_progress")
    done_count = fields.Integer(compute="_compute_progress")
    progress_text = fields.Char(compute="_compute_progress")

    # What is rewarded
    is_club_done = fields.Boolean(compute="_compute_progress")
    club_name = fields.Char(string="Name of the Club", default=lambda self: self.env.company.name)
    unit_name = fields.Char(
        string="One Is Called",
        default=lambda self: self.env._("point"),
        help="What members collect: Bean, star, point.",
    )
    unit_plural = fields.Char(string="Many Are Called", default=lambda self: self.env._("points"))
    currency_id = fields.Many2one(
        "res.currency",
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
        help="What points are earned by and are worth in. Orders in other currencies can earn, too.",
    )
    ready_made = fields.Selection(
        [
            ("none", "Plain points: 1 point for every 1.00"),
            ("cafe", "Café: points, and a card of stamps"),
            ("boutique", "Boutique: tiers and vouchers"),
            ("grocer", "Grocer: cashback"),
        ],
        string="Start With",
        default="none",
        required=True,
        help="Makes programs and rewards that you can change before you switch on, and afterwards.",
    )
    ready_made_text = fields.Char(compute="_compute_ready_made_text")
    is_empty = fields.Boolean(compute="_compute_progress", help="A ready-made set-up can still fill the club.")
    club_text = fields.Char(compute="_compute_progress")

    # Where
    is_place_done = fields.Boolean(compute="_compute_progress")
    pos_config_ids = fields.Many2many(
        "pos.config",
        string="Registers",
        domain="[('company_id', '=', company_id), '|', ('club_outlet_id', '=', False), "
        "('club_outlet_id.club_id', '=', club_id)]",
    )
    website_ids = fields.Many2many(
        "website",
        string="Websites",
        domain="[('company_id', '=', company_id), '|', ('club_outlet_id', '=', False), "
        "('club_outlet_id.club_id', '=', club_id)]",
    )
    has_register = fields.Boolean(compute="_compute_progress")
    place_text = fields.Char(compute="_compute_progress")
    free_text = fields.Char(string="Not Yet", compute="_compute_progress")

    # On
    is_on_done = fields.Boolean(compute="_compute_progress")
    switch_text = fields.Char(compute="_compute_progress")

    # The first award
    is_award_done = fields.Boolean(compute="_compute_progress")
    entry_id = fields.Many2one("club.entry", compute="_compute_progress")
    award_text = fields.Char(compute="_compute_progress")

    _company_once = models.Constraint("UNIQUE (company_id)", "This company has its checklist already.")

    @api.depends("company_id")
    def _compute_display_name(self):
        self.display_name = self.env._("Set-up")

    # ------------------------------------------------------------------ what is done
    @api.depends("company_id")
    def _compute_progress(self):
        for setup in self:
            club = setup._club()
            places = setup._places(club)
            entry = club._first_award()
            is_on = club.state == "on"
            setup.update({
                "club_id": club, "is_club_done": bool(club), "is_place_done": bool(places), "is_on_done": is_on,
                "entry_id": entry, "is_award_done": bool(entry),
                "done_count": sum(map(bool, (club, places, is_on))),
                "is_empty": bool(club) and not club._set_up_already(),
                "club_text": setup._club_text(club),
                "has_register": bool(setup._company_registers()),
                "free_text": ", ".join(place.name for places in setup._free_places() for place in places),
                "place_text": self.env._("Takes part: %s", ", ".join(places.mapped("name"))) if places else "",
                "switch_text": setup._switch_text(club),
                "award_text": setup._award_text(club, entry),
            })  # fmt: skip
            setup.progress_text = self.env._("%s of 3 done", setup.done_count)

    def _club(self):
        domain = Domain("company_ids", "in", self.company_id.ids)
        return self.env["club.club"].search(domain, limit=1) if self.company_id else self.env["club.club"]

    def _places(self, club):
        """The outlets that take part and sell something."""
        return club.outlet_ids.filtered("is_opted_in").filtered(
            lambda outlet: outlet.sudo().pos_config_ids or outlet.website_ids or outlet.team_ids
        )

    def _free_places(self):
        """(registers, websites) of the company that belong to no outlet."""
        free = [("company_id", "=", self.company_id.id), ("club_outlet_id", "=", False)]
        return self.env["pos.config"].sudo().search(free), self.env["website"].search(free)

    def _company_registers(self):
        return self.env["pos.config"].sudo().search([("company_id", "=", self.company_id.id)], limit=1)

    def _club_text(self, club):
        if not club:
            return ""
        programs = club.program_ids.filtered(lambda program: program.state != "ended")
        return self.env._(
            "%(club)s: %(rules)s.",
            club=club.name,
            rules="; ".join(programs.mapped("summary"))
            or self.env._(
                "1 %(unit)s for every %(money)s from the moment it is on",
                unit=club.tier_unit_id.name,
                money=club.currency_id.format(1.0),
            ),
        )

    def _switch_text(self, club):
        if club.state == "on":
            return self.env._("It is on. Switching off on the club keeps every balance; on again brings them back.")
        text = self.env._("Until then nothing is earned, and customers see nothing. Orders paid from that moment earn.")
        if club.program_ids.filtered("is_ready_made"):
            text += " " + self.env._("The programs above are drafts that go live with it.")
        return text

    def _award_text(self, club, entry):
        if entry:
            return self.env._(
                "%(member)s: %(amount)s with %(order)s.",
                member=entry.member_id.display_name,
                amount=entry.amount_text,
                order=entry.source_name or "",
            )
        if club.state == "on":
            text = self.env._("Sell something, and choose the customer on the order before it is paid.")
            if club.is_claim_enabled:
                text += " " + self.env._(
                    "An order without a customer has a code on its receipt, for whoever collects it later."
                )
            return text
        return self.env._("Comes with the first order of a customer that is paid after the club is on.")

    @api.depends("ready_made", "currency_id", "unit_name", "unit_plural")
    def _compute_ready_made_text(self):
        _ = self.env._
        for setup in self:
            currency = setup.currency_id or self.env.company.currency_id
            scale = 1 if currency.decimal_places else 100
            words = {
                "units": setup.unit_plural or _("points"), "unit": setup.unit_name or _("point"),
                "one": currency.format(scale), "five": currency.format(5 * scale),
                "more": currency.format(25 * scale),
            }  # fmt: skip
            setup.ready_made_text = {
                "cafe": _(
                    "1 %(unit)s for every %(one)s; 400 %(units)s buy %(five)s off. A stamp a visit, one a day; the "
                    "tenth brings a voucher of %(five)s.",
                    **words,
                ),
                "boutique": _(
                    "1 %(unit)s for every %(one)s. Silver from 500 on earns a quarter more; Gold from 1,500 on half as "
                    "much again, with a welcome voucher. Vouchers to buy: %(five)s for 400 %(units)s, %(more)s for "
                    "1,800.",
                    **words,
                ),
                "grocer": _(
                    "%(share)s of every order comes back as money that pays the next ones, at the register and in "
                    "the webshop.",
                    share="2 %",
                ),
            }.get(setup.ready_made) or _(
                "1 %(unit)s for every %(money)s, rounded down. Rewards and tiers can follow later.",
                unit=words["unit"],
                money=currency.format(1.0),
            )

    @api.onchange("ready_made")
    def _onchange_ready_made(self):
        """Cashback is called so, where nobody has found a name yet."""
        _ = self.env._
        plain, cash = (_("point"), _("points")), (_("cashback"), _("cashback"))
        typed = (self.unit_name, self.unit_plural)
        if self.ready_made == "grocer" and typed == plain:
            self.unit_name, self.unit_plural = cash
        elif self.ready_made != "grocer" and typed == cash:
            self.unit_name, self.unit_plural = plain

    @api.constrains("pos_config_ids", "website_ids", "company_id")
    def _check_places(self):
        for setup in self:
            places = [*setup.sudo().pos_config_ids, *setup.sudo().website_ids]
            for place in places:
                if place.company_id != setup.company_id:
                    raise ValidationError(
                        self.env._("%s is of another company. Choose places of this one.", place.display_name)
                    )

    # ------------------------------------------------------------------ opening it
    @api.model
    def _of_company(self):
        """The checklist of the current company; made when it is first looked for, by one of two tabs."""
        own = [("company_id", "=", self.env.company.id)]
        if setup := self.search(own, limit=1):
            return setup
        values = self.default_get(["club_name", "unit_name", "unit_plural", "currency_id", "ready_made"])
        self.env.cr.execute(
            SQL(
                "INSERT INTO club_setup (company_id, ready_made) VALUES (%s, 'none') ON CONFLICT DO NOTHING",
                self.env.company.id,
            )
        )
        setup = self.search(own, limit=1)
        setup.write(values)
        setup.action_refresh_places()
        return setup

    @api.model
    def _is_open(self):
        """Should the app open with the checklist? A manager's, until the first award is seen or it is closed."""
        if not self.env.user.has_group("loyalty_club.loyalty_club_group_manager"):
            return False
        setup = self.search([("company_id", "=", self.env.company.id)], limit=1)
        if setup:
            return not setup.closed_at
        return not self.new({"company_id": self.env.company.id}).is_award_done

    @api.model
    def action_open(self):
        """The menu: the checklist again, whether it was closed or not."""
        self.check_access("create")
        setup = self._of_company()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_setup_action")
        return action | {"res_id": setup.id, "views": [(False, "form")]}

    # ------------------------------------------------------------------ the steps
    def _lock(self):
        """Whoever clicks twice does it once: the second waits, and finds it done."""
        self.ensure_one()
        self.check_access("write")
        self.flush_recordset()
        self.env.cr.execute(SQL("UPDATE club_setup SET write_date = now() WHERE id = %s", self.id))

    def action_make_club(self):
        """Step 1: the club with its names, filled with what was chosen."""
        self._lock()
        club = self._club()
        if not club:
            if not all((name or "").strip() for name in (self.club_name, self.unit_name, self.unit_plural)):
                raise UserError(self.env._("Give the club a name, and say what one and many of its points are called."))
            club = self.env["club.club"].create({
                "name": self.club_name.strip(),
                "company_ids": [(6, 0, self.company_id.ids)],
                "currency_id": (self.currency_id or self.company_id.currency_id).id,
                "unit_name": self.unit_name.strip(),
                "unit_plural": self.unit_plural.strip(),
                "unit_short": self._short_name(),
            })  # fmt: skip
        if self.ready_made != "none":
            club.set_up(self.ready_made)
        return True

    def _short_name(self):
        """Whoever names points anew gets a short name that fits them."""
        plural = self.unit_plural.strip()
        return self.env._("pts") if plural == self.env._("points") else plural[:8].strip()

    def action_open_club(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("loyalty_club.club_club_action")
        return action | {"views": [(False, "form")], "res_id": self.club_id.id}

    def action_open_programs(self):
        self.ensure_one()
        return self.club_id.action_view_programs()

    def action_take_part(self):
        """Step 2: an outlet for each register and website that was chosen; what takes part already stays."""
        self._lock()
        club, _ = self._club(), self.env._
        if not club:
            raise UserError(_("Say first what you reward: then places can take part."))
        club.check_access("write")
        places = [("pos_config_ids", place) for place in self.sudo().pos_config_ids]
        places += [("website_ids", place) for place in self.sudo().website_ids]
        if not places:
            raise UserError(_("Tick at least one register or website."))
        for name, place in places:
            outlet = place.club_outlet_id
            if outlet and outlet.club_id != club:
                raise UserError(_("%(place)s belongs to %(club)s.", place=place.name, club=outlet.club_id.name))
            if outlet:
                outlet.filtered(lambda own: not own.is_opted_in).is_opted_in = True
                continue
            self.env["club.outlet"].sudo().create({
                "club_id": club.id, "company_id": self.company_id.id, "name": place.name, name: [(4, place.id)],
            })  # fmt: skip
        return True

    def action_open_outlets(self):
        self.ensure_one()
        return self.club_id.action_view_outlets()

    def action_new_register(self):
        """Where registers are made; the checklist offers the new one afterwards."""
        self.check_access("read")
        return self.env["ir.actions.actions"]._for_xml_id("point_of_sale.action_pos_config_kanban")

    def action_refresh_places(self):
        """Offer what was made since."""
        self.ensure_one()
        registers, websites = self._free_places()
        self.write({
            "pos_config_ids": [(4, one.id) for one in registers], "website_ids": [(4, one.id) for one in websites],
        })  # fmt: skip

    def action_take_rest(self):
        """Whatever was made since takes part, too."""
        self.action_refresh_places()
        return self.action_take_part()

    def action_switch_on(self):
        """Step 3; where customers bought before, crediting that is offered at once."""
        self.ensure_one()
        club = self._club()
        if not self._places(club):
            raise UserError(self.env._("Say first what you reward and where: then the club can be switched on."))
        return club.action_switch_on() if club.state != "on" else True

    def action_look(self):
        """Has an order earned by now? The form is read again."""
        self.check_access("read")
        return True

    def action_open_award(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "club.entry",
            "res_id": self.entry_id.id,
            "views": [(False, "form")],
        }

    def action_open_shop(self):
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": "/shop", "target": "new"}

    def action_close(self):
        """Enough: the app opens with its figures from now on. The menu keeps the checklist."""
        self.ensure_one()
        self.closed_at = fields.Datetime.now()
        return self.env["club.club"].action_open_app()


class ClubClub(models.Model):
    _inherit = "club.club"

    def _first_award(self):
        """The first movement that an order, a goal or a game brought."""
        domain = Domain("account_id.club_id", "in", self.ids) & Domain("kind", "in", AWARDS)
        return self.env["club.entry"].search(domain, order="id", limit=1)

    @api.model
    def action_open_app(self):
        """The app's icon: the checklist while it is open, else the figures."""
        self.check_access("read")
        if self.env["club.setup"]._is_open():
            return self.env["club.setup"].action_open()
        return self.action_dashboard()
