"""What happens when the add-on comes and when it goes."""


def post_init_hook(env):
    """Companies that have a chart of accounts get the tender's accounting at once."""
    companies = env["res.company"].search([])
    companies._club_take_up_accounts()
    companies._club_ensure_accounting()


def uninstall_hook(env):
    """Save what members have; leave nothing that would spend or refuse. The tables go by themselves."""
    env["club.club"]._club_export()
    env["res.company"].search([])._club_leave_accounts()
    tenders = env["pos.payment.method"].with_context(active_test=False)
    tenders.search([("use_payment_terminal", "=", "loyalty_club")])._club_retire()
    env["loyalty.program"]._club_retire()
    env["barcode.nomenclature"]._club_retire()
    env["club.member"]._club_forget_leaving()
    env["club.club"]._club_disown()
    env.cr.execute("DROP FUNCTION IF EXISTS club_refuse_change() CASCADE")
