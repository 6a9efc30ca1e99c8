"""What one part of the tests leaves behind, the same for every kind of test.

A part appends its passed names to the file `passed` and its counts, three numbers on a line, to the
file `counts` of the folder CLUB_RUN; `dev/test` adds the parts up.
"""

import os
import pathlib
import sys


class Report:
    """Names of tests by result; a name counts once, and its worst result counts."""

    def __init__(self):
        self.ran, self.failed, self.skipped, self.tours, self.faults = {}, set(), {}, {}, []

    def started(self, name):
        self.ran.setdefault(name, None)

    def fail(self, name):
        self.started(name)
        self.failed.add(name)

    def skip(self, name, reason):
        self.started(name)
        self.skipped[name] = reason

    def tour(self, test, name):
        """A tour ended well within a test."""
        self.tours.setdefault(test, []).append(name)

    def fault(self, sentence):
        """What makes the part fail although no test did: a logged warning, a file without a test."""
        self.faults.append(sentence)

    @property
    def passed(self):
        return [name for name in self.ran if name not in self.failed and name not in self.skipped]

    def expect_files(self, paths, prefix):
        """Each test file has run: it was imported, and no tag hides its classes."""
        for path in map(pathlib.Path, paths):
            if not any(name.startswith(f"{prefix}{path.stem}.") for name in self.ran):
                self.fault(f"no test of {path.name} ran: is it imported, do its tags select it?")

    def close(self):
        """Print what went wrong, leave the files, return the exit code."""
        for name in sorted(self.failed):
            print(f"FAILED {name}")
        for name, reason in self.skipped.items():
            print(f"SKIPPED {name}: {reason}")
        for sentence in self.faults:
            print(f"FAULT {sentence}")
        if not self.ran:
            print("FAULT no test ran")
        bad = len(self.failed) + (1 if self.faults or not self.ran else 0)
        counts = len(self.passed), bad, len(self.skipped)
        if run := os.environ.get("CLUB_RUN"):
            names = [line for name in self.passed for line in [name, *self.tours.get(name, ())]]
            with open(os.path.join(run, "passed"), "a") as file:
                file.writelines(f"{name}\n" for name in names)
            with open(os.path.join(run, "counts"), "a") as file:
                file.write(f"{counts[0]} {counts[1]} {counts[2]}\n")
        sys.stdout.flush()
        return int(bool(bad or self.skipped))
