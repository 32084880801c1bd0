"""Runs the tests beside the code: `run_tests.py [--report FILE] [pattern]`, by default `*_test.py`.

Started by Python it runs those that need no Spark; started by SparkSubmit it runs them all, in one process with one session. Tests
of services want KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI, and are skipped and say so where these are not set. The report is a JSON list.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
import unittest
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def mount() -> None:
    """Make this folder importable as `stream_job`, whatever it is called."""
    if "stream_job" in sys.modules:
        return
    spec = importlib.util.spec_from_file_location("stream_job", HERE / "__init__.py", submodule_search_locations=[str(HERE)])
    if spec is None or spec.loader is None:
        raise ImportError(f"no package in {HERE}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["stream_job"] = module
    spec.loader.exec_module(module)


class Outcomes(unittest.TextTestResult):
    """Also keeps what became of each test."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.outcomes: dict[str, dict[str, str]] = {}
        self.seconds: dict[str, float] = {}
        self.begun = 0.0

    def slowest(self, count: int) -> list[str]:
        """A line for each of the tests that took longest."""
        longest_first = sorted(self.seconds.items(), key=lambda each: -each[1])
        return [f"  {seconds:6.2f} s {name}" for name, seconds in longest_first[:count]]

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self.begun = time.monotonic()

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().stopTest(test)
        self.seconds[test.id().removeprefix("stream_job.")] = time.monotonic() - self.begun

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().addSuccess(test)
        self._note(test, "passed")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        super().addSkip(test, reason)
        self._note(test, "skipped", reason)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addFailure(test, err)
        self._note(test, "failed", self.failures[-1][1])

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addError(test, err)
        self._note(test, "failed", self.errors[-1][1])

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._note(test, "failed", f"{subtest}\n{[*self.failures, *self.errors][-1][1]}")

    def _note(self, test: unittest.TestCase, outcome: str, message: str = "") -> None:
        if self.outcomes.get(test.id(), {}).get("outcome") != "failed":
            self.outcomes[test.id()] = {"name": test.id().removeprefix("stream_job."), "outcome": outcome, "message": message}


def main() -> None:
    """Run every test file that matches the pattern; exit 1 when one fails."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("pattern", nargs="?", default="*_test.py")
    arguments.add_argument("--report")
    wanted = arguments.parse_args()
    mount()
    suite = unittest.TestSuite()
    for file in sorted(HERE.rglob(wanted.pattern)):
        name = "stream_job." + ".".join(file.relative_to(HERE).with_suffix("").parts)
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
    result = unittest.TextTestRunner(verbosity=2, resultclass=Outcomes).run(suite)
    print("The slowest:", *result.slowest(10), sep="\n", flush=True)
    if wanted.report:
        Path(wanted.report).write_text(json.dumps(list(result.outcomes.values())))
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
