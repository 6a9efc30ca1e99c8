"""What happens when the add-on comes and when it goes."""


def post_init_hook(env):
    """Companies that have a chart of accounts get the tender's accounting at once."""
    env["res.company"].search([])._club_ensure_accounting()


def uninstall_hook(env):
    """Leave nothing behind that would refuse or spend: the database drops the tables itself."""
    env.cr.execute("DROP FUNCTION IF EXISTS club_refuse_change() CASCADE")
