"""Filtering: true stays, false and null go and are counted, a failed condition is a reject."""

from __future__ import annotations

import unittest

from stream_job.rows import LIVE, REJECTS
from stream_job.steps import filter as step
from stream_job.testing import needs_spark, rows


@needs_spark
class FilterTest(unittest.TestCase):
    """In the one shared session."""

    def test_keeps_true_and_rejects_what_failed(self) -> None:
        frame = rows("`n` INT, `s` STRING", (1, "1"), (2, "x"), (3, "0"), (4, None))
        kept = step.apply(frame, node="f", where="try_cast(`s` AS INT) > 0", failed="`s` IS NOT NULL AND try_cast(`s` AS INT) IS NULL")
        found = [(row["n"], row[LIVE], row[REJECTS] and [tuple(each) for each in row[REJECTS]]) for row in kept.collect()]
        reject = ("f", "filter/failed", "the condition has no value for this row")
        self.assertEqual(sorted(found), [(1, True, None), (2, False, [reject])])
        self.assertEqual(kept.columns, frame.columns)

    def test_a_second_filter_neither_revives_nor_rejects_again(self) -> None:
        first = step.apply(rows("`n` INT", (1,), (2,)), node="a", where="false", failed="`n` = 1")
        second = step.apply(first, node="b", where="true", failed="true")
        found = [(row["n"], row[LIVE], [each["node"] for each in row[REJECTS]]) for row in second.collect()]
        self.assertEqual(found, [(1, False, ["a"])])

    def test_counts_what_it_drops_and_nothing_else(self) -> None:
        frame = step.apply(rows("`n` INT", *[(n,) for n in range(10)]), node="a", where="`n` < 8", failed="`n` = 0")
        kept = step.apply(frame, node="b", where="`n` % 2 = 0")
        self.assertEqual(sorted(row["n"] for row in kept.collect() if row[LIVE]), [2, 4, 6])
        observed = kept._jdf.queryExecution().observedMetrics()
        self.assertEqual({name: observed.apply(f"filtered:{name}").getLong(0) for name in ("a", "b")}, {"a": 2, "b": 4})
