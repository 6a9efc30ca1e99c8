"""What one part of the tests leaves behind, the same for every kind of test.

A part appends to three files in the folder CLUB_RUN: its passed names to `passed`, what went wrong to
`faults`, and three numbers on a line to `counts`. `dev/test` adds the parts up.
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

    def lines(self):
        """What went wrong, a line each."""
        yield from (f"FAILED {name}" for name in sorted(self.failed))
        yield from (f"SKIPPED {name}: {reason}" for name, reason in self.skipped.items())
        yield from (f"FAULT {sentence}" for sentence in self.faults)

    def close(self):
        """Leave the files, return the exit code; what went wrong is printed where nobody adds up."""
        if not self.ran:
            self.fault("no test ran")
        bad = len(self.failed) + (1 if self.faults else 0)
        if run := os.environ.get("CLUB_RUN"):
            names = [line for name in self.passed for line in [name, *self.tours.get(name, ())]]
            append(run, "passed", names)
            append(run, "faults", self.lines())
            append(run, "counts", [f"{len(self.passed)} {bad} {len(self.skipped)}"])
        else:
            print("\n".join(self.lines()))
        sys.stdout.flush()
        return int(bool(bad or self.skipped))


def append(folder, name, lines):
    with open(os.path.join(folder, name), "a") as file:
        file.writelines(f"{line}\n" for line in lines)
