"""Splitting: every row takes one way, and its rejects are found on each."""

from __future__ import annotations

import unittest
from typing import Any

from stream_job.rows import LIVE, REJECTS, add_reject, refused_by
from stream_job.steps import split as step
from stream_job.testing import needs_spark, rows


@needs_spark
class SplitTest(unittest.TestCase):
    """In the one shared session."""

    def found(self, frame: Any) -> list[tuple[Any, ...]]:
        """Number, live, and node and message of every reject."""
        return sorted((row["n"], row[LIVE], [(e["node"], e["message"]) for e in row[REJECTS] or []]) for row in frame.collect())

    def dropped(self, frame: Any, node: str) -> int:
        """What the node says it dropped, after an action on `frame`."""
        return frame._jdf.queryExecution().observedMetrics().apply(f"filtered:{node}").getLong(0)

    def test_the_first_condition_that_is_true_takes_the_row(self) -> None:
        frame = rows("`n` INT", (1,), (5,), (10,), (None,))
        out = step.apply(frame, node="s", outputs={"big": "`n` >= 10", "middle": "`n` >= 5"}, otherwise="rest", read=["big", "middle", "rest"])
        self.assertEqual(list(out), ["big", "middle", "rest"])
        self.assertEqual({name: [row["n"] for row in each.collect()] for name, each in out.items()}, {"big": [10], "middle": [5], "rest": [1, None]})
        self.assertEqual(out["big"].columns, frame.columns)
        self.assertEqual(self.dropped(out["big"], "s"), 0)

    def test_counts_the_rows_of_no_output_that_is_read(self) -> None:
        frame = rows("`n` INT", *[(n,) for n in range(10)])
        out = step.apply(frame, node="s", outputs={"two": "`n` < 2", "three": "`n` < 5"}, read=["two"])
        self.assertEqual([row["n"] for row in out["two"].collect()], [0, 1])
        self.assertEqual(self.dropped(out["two"], "s"), 8)

    def test_a_condition_that_fails_is_a_reject_on_every_way_unless_an_earlier_one_took_the_row(self) -> None:
        frame = rows("`n` INT", (1,), (2,), (3,))
        out = step.apply(frame, node="s", outputs={"a": "`n` = 1", "b": "`n` = 3"}, failed={"b": "`n` < 3"}, read=["a", "b"])
        reject = (2, False, [("s", "the condition of `b` has no value for this row")])
        self.assertEqual(self.found(out["a"]), [(1, True, []), reject])
        self.assertEqual(self.found(out["b"]), [reject, (3, True, [])])
        self.assertEqual(self.dropped(out["a"], "s"), 0)

    def test_a_living_row_with_a_reject_lives_on_one_way_and_is_told_on_both(self) -> None:
        from pyspark.sql import functions as F

        frame = rows("`n` INT", (1,), (2,))
        noted = frame.withColumn(REJECTS, add_reject(frame, F.col("n") == 1, refused_by("above", "c", F.lit("m"))))
        out = step.apply(noted, node="s", outputs={"a": "`n` = 1"}, otherwise="b", read=["a", "b"])
        self.assertEqual(self.found(out["a"]), [(1, True, [("above", "m")])])
        self.assertEqual(self.found(out["b"]), [(1, False, [("above", "m")]), (2, True, [])])

    def test_rows_that_no_longer_live_take_no_way_and_are_not_counted(self) -> None:
        from pyspark.sql import functions as F

        frame = rows("`n` INT", (1,), (2,)).withColumn(LIVE, F.col("n") == 1)
        out = step.apply(frame, node="s", outputs={"a": "true"}, read=["a"], failed={"a": "`n` = 2"})
        self.assertEqual(self.found(out["a"]), [(1, True, [])])
        self.assertEqual(self.dropped(out["a"], "s"), 0)
