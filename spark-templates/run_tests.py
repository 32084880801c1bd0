"""Runs the tests beside the code: `python run_tests.py [pattern]`, by default `*_test.py`. Needs pyspark, pyarrow, pymongo."""

from __future__ import annotations

import importlib.util
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).parent


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


def main() -> None:
    """Run every test file that matches the pattern; exit 1 when one fails."""
    mount()
    pattern = sys.argv[1] if len(sys.argv) > 1 else "*_test.py"
    suite = unittest.TestSuite()
    for file in sorted(HERE.rglob(pattern)):
        name = "stream_job." + ".".join(file.relative_to(HERE).with_suffix("").parts)
        suite.addTests(unittest.defaultTestLoader.loadTestsFromName(name))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if result.wasSuccessful() else 1)


if __name__ == "__main__":
    main()
