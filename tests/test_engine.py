import pkgutil
import unittest
from importlib import import_module

from odoo.tests import BaseCase

from ..engine import tests as engine_tests


class TestEngine(BaseCase):
    """Odoo's loader runs only its own kind of test case: this one runs the engine's plain ones."""

    def test_engine(self):
        names = [name for _finder, name, _is_package in pkgutil.iter_modules(engine_tests.__path__)]
        modules = [import_module(f"..engine.tests.{n}", __package__) for n in names if n.startswith("test_")]
        suite = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromModule, modules))
        self.assertGreater(suite.countTestCases(), 0)
        result = unittest.TestResult()
        suite.run(result)
        self.assertEqual(result.skipped, [])
        for test, trace in result.failures + result.errors:
            with self.subTest(test.id()):
                self.fail(trace)
