"""Odoo's own lint suite (test_lint) over this module alone: odoo_lint.py DATABASE.

It needs a registry, not an installation of test_lint. Its pylint and eslint tests are left out: dev/lint
runs both tools by itself, in versions we choose.
"""

import logging
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import odoo.cli.server  # noqa: F401
from odoo.tools import config

from results import Report

MODULE = "loyalty_club"


def only_our_module():
    import odoo.modules
    from odoo.modules import Manifest

    Manifest.all_addon_manifests = classmethod(lambda cls: [Manifest.for_addon(MODULE)])
    odoo.modules.get_modules = odoo.modules.module.get_modules = lambda: [MODULE]
    return odoo.modules.get_modules


def main(database):
    tags = "/test_lint,-/test_lint:TestPyLint,-/test_lint:TestESLint,-/test_lint/tests/test_checkers.py"
    config.parse_config(["-d", database, "--test-tags", tags, "--log-level", "warn"], setup_logging=True)
    from odoo.modules.registry import Registry
    from odoo.tests import loader
    from odoo.tests.result import OdooTestResult

    Registry(database)
    get_modules = only_our_module()
    report = Report()

    def watch(method, note):
        original = getattr(OdooTestResult, method)

        def wrapped(self, test, *args):
            note(getattr(test, "test_case", test), *args)
            return original(self, test, *args)

        setattr(OdooTestResult, method, wrapped)

    def name_of(test):
        name = test.id() if hasattr(test, "id") else str(test)
        return f"lint:{name.removeprefix('odoo.addons.test_lint.tests.')}"

    watch("startTest", lambda test: report.started(name_of(test)))
    watch("addError", lambda test, err: report.fail(name_of(test)))
    watch("addFailure", lambda test, err: report.fail(name_of(test)))
    watch("addSkip", lambda test, reason: report.skip(name_of(test), reason))
    for position in ("at_install", "post_install"):
        suite = loader.make_suite(["test_lint"], position)
        for module in list(sys.modules.values()):
            ours = (getattr(module, "__name__", None) or "").startswith("odoo.addons.test_lint.tests")
            if ours and hasattr(module, "get_modules"):
                module.get_modules = get_modules
        loader.run_suite(suite)
    logging.shutdown()
    return report.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
