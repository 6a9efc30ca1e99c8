"""The engine's tests, without Odoo and without a database: unit_test.py [FILE or pattern of names …]."""

import importlib.abc
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from results import Report

REPO = pathlib.Path(__file__).parent.parent
TESTS = REPO / "engine" / "tests"


class NoOdoo(importlib.abc.MetaPathFinder):
    """The engine stands alone: importing the host from it is an error even where the host is installed."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "odoo":
            raise ImportError("engine/ must not import odoo")
        return None


class Result(unittest.TextTestResult):
    report = Report()

    def startTest(self, test):
        super().startTest(test)
        self.report.started(test.id())

    def addError(self, test, err):
        super().addError(test, err)
        self.report.fail(test.id())

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report.fail(test.id())

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.report.fail(test.id())

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report.skip(test.id(), reason)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.report.fail(test.id())


def main(words):
    sys.meta_path.insert(0, NoOdoo())
    loader = unittest.TestLoader()
    files = [pathlib.Path(word).name for word in words if word.endswith(".py")]
    loader.testNamePatterns = [f"*{word}*" for word in words if not word.endswith(".py")] or None
    suite = unittest.TestSuite(
        loader.discover(str(TESTS), pattern, top_level_dir=str(REPO)) for pattern in files or ["test_*.py"]
    )
    report = Result.report
    unittest.TextTestRunner(resultclass=Result, warnings="error").run(suite)
    if not words:
        report.expect_files(sorted(TESTS.glob("test_*.py")), "engine.tests.")
    return report.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
