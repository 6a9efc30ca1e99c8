"""Odoo's own test runner, made honest: odoo_test.py [options of `odoo server`].

Odoo skips a browser test by itself where it finds no browser, and reports success when it ran nothing
or logged errors beside the tests. Here each of these fails. Of all installed modules only this one's
tests are loaded. CLUB_ASSETS names the asset bundles to build before browser tests: Odoo would build
all, which takes a minute; what is missing is built on demand, against the time-out of the tour.
CLUB_FILES names the test files to run, none for all; at least one test of each must have run.
CLUB_HOST names test files of Odoo's own modules that must pass with ours installed, MODULE/tests/FILE.
"""

import logging
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import odoo.cli
import odoo.cli.server
from odoo.service import server
from odoo.tools import config

from results import Report

MODULE = "loyalty_club"
QUIET = ("py.warnings", "odoo.tests.result")  # deprecations of third parties; the runner's own summary
FAILED_TEST = ("%s: %s\n%s", "Module %s: %d fail", "At least one test failed")  # counted as a test already
FILES = os.environ.get("CLUB_FILES", "").split()
HOST = os.environ.get("CLUB_HOST", "").split()
report = Report()


class Listener(logging.Handler):
    def emit(self, record):
        text = record.getMessage()
        ours = record.name == "py.warnings" and MODULE in text
        if ours or not (record.name.startswith(QUIET) or str(record.msg).startswith(FAILED_TEST)):
            report.fault(f"logged {record.levelname} {record.name}: {(text.splitlines() or [''])[0][:300]}")


def name_of(test):
    test = getattr(test, "test_case", test)  # a subtest counts for its test
    name = test.id() if hasattr(test, "id") else str(test)  # a failed setUpClass has no id
    return name.removeprefix("odoo.addons.")


def watch(result_class):
    """Note each result, and print a line for each test as it ends."""
    started = {}

    def wrap(method, note):
        original = getattr(result_class, method)

        def wrapped(self, test, *args):
            note(test, *args)
            return original(self, test, *args)

        setattr(result_class, method, wrapped)

    def start(test):
        started[name_of(test)] = time.monotonic()
        report.started(name_of(test))

    def stop(test):
        name = name_of(test)
        word = "FAIL" if name in report.failed else "skip" if name in report.skipped else "ok"
        seconds = time.monotonic() - started[name]
        print(f"  {word:4} {name.removeprefix(f'{MODULE}.tests.')} ({seconds:.1f} s)", flush=True)

    wrap("startTest", start)
    wrap("stopTest", stop)
    wrap("addError", lambda test, err: report.fail(name_of(test)))
    wrap("addFailure", lambda test, err: report.fail(name_of(test)))
    wrap("addSubTest", lambda test, subtest, err: err is not None and report.fail(name_of(test)))
    wrap("addSkip", lambda test, reason: report.skip(name_of(test), reason))


def watch_tours(http_case):
    original = http_case.start_tour

    def start_tour(self, url_path, tour_name, *args, **kwargs):
        result = original(self, url_path, tour_name, *args, **kwargs)
        report.tour(name_of(self), tour_name)
        return result

    http_case.start_tour = start_tour


def only_our_tests(files, host):
    """Reading the tests of a hundred modules takes longer than running a few of ours."""
    from odoo.tests import loader

    stems = {} if host else {MODULE: {pathlib.Path(file).stem for file in files}}
    for path in map(pathlib.Path, host):
        stems.setdefault(path.parts[0], set()).add(path.stem)
    original = loader.get_test_modules

    def chosen(name):
        modules = [
            module
            for module in (original(name) if name in stems else ())
            if not stems[name] or module.__name__.rpartition(".")[2] in stems[name]
        ]
        for module in modules if name == MODULE else ():
            never_run(module)
        return modules

    loader.get_test_modules = chosen


def never_run(module):
    """A class of tests without a test case among its bases is passed over in silence."""
    for name, found in vars(module).items():
        own = isinstance(found, type) and found.__module__ == module.__name__ and name.startswith("Test")
        if own and not issubclass(found, unittest.TestCase):
            report.fault(f"{module.__name__}.{name} is no test case: none of its tests runs")


def only_some_bundles(names):
    from odoo.addons.base.models.ir_qweb import IrQweb

    original = IrQweb._get_bundles_to_pregenarate
    IrQweb._get_bundles_to_pregenarate = lambda self: tuple(
        {bundle for bundle in kind if bundle in names} for kind in original(self)
    )


def preload_registries(dbnames, original=server.preload_registries):
    if config["test_enable"]:  # the framework of the tests can be imported now, and only if there are tests
        from odoo.tests.common import HttpCase
        from odoo.tests.result import OdooTestResult

        watch(OdooTestResult)
        watch_tours(HttpCase)
        only_our_tests(FILES, HOST)
        only_some_bundles(os.environ.get("CLUB_ASSETS", "").split(","))
    logging.getLogger().addHandler(Listener(logging.WARNING))
    return original(dbnames)


def main():
    server.preload_registries = preload_registries
    odoo.cli.server.check_root_user = lambda: None  # the tests may run as root, in a container for one
    sys.argv[1:1] = ["server", "--stop-after-init"]
    code = 0
    try:
        odoo.cli.main()
    except SystemExit as stop:
        code = stop.code or 0
    if not config["test_enable"] and not report.faults:
        return code  # an installation: no tests to count
    report.expect_files(FILES, f"{MODULE}.tests.")
    for path in HOST:
        report.expect_files([path], f"{pathlib.Path(path).parts[0]}.tests.")
    return report.close() or code


if __name__ == "__main__":
    sys.exit(main())
