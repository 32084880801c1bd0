"""Rules for rows: kept only where true, counted by name, and what breaks one becomes what it was said to become."""

from __future__ import annotations

import unittest
from typing import Any

from stream_job.rows import LIVE, REJECTS
from stream_job.steps import check as step
from stream_job.testing import needs_spark, rows

RULES = {"positive": "`n` > 0", "even": "`n` % 2 = 0"}
FAILED = {"even": "`n` = 7"}


@needs_spark
class CheckTest(unittest.TestCase):
    """In the one shared session."""

    def frame(self) -> Any:
        """1 is odd, 2 is right, -3 breaks both, null breaks both, of 7 a rule fails."""
        return rows("`n` INT", (1,), (2,), (-3,), (None,), (7,))

    def found(self, frame: Any) -> list[tuple[Any, ...]]:
        """Number, live, and code and message of every reject."""
        return [(row["n"], row[LIVE], [(e["code"], e["message"]) for e in row[REJECTS] or []]) for row in frame.collect()]

    def observed(self, frame: Any, metric: str) -> tuple[int, ...]:
        """The numbers of a metric, after an action on `frame`."""
        row = frame._jdf.queryExecution().observedMetrics().apply(metric)
        return tuple(row.getLong(at) for at in range(row.size()))

    def test_dead_letters_name_the_rules(self) -> None:
        out = step.apply(self.frame(), node="c", rules=RULES, failed=FAILED)
        failed = ("check/failed", "the rule `even` has no value for this row")
        both = ("check/broken", "breaks `positive`, `even`")
        self.assertEqual(
            self.found(out),
            [(1, False, [("check/broken", "breaks `even`")]), (2, True, []), (-3, False, [both]), (None, False, [both]), (7, False, [failed])],
        )
        self.assertEqual(out.columns, self.frame().columns)
        self.assertEqual(self.observed(out, "broken:c"), (2, 3))

    def test_dropped_rows_are_counted_as_rows_and_by_rule(self) -> None:
        out = step.apply(self.frame(), node="c", rules=RULES, failed=FAILED, otherwise="drop")
        self.assertEqual([(n, live) for n, live, _ in self.found(out)], [(2, True), (7, False)])
        self.assertEqual((self.observed(out, "broken:c"), self.observed(out, "filtered:c")), ((2, 3), (3,)))

    def test_a_tag_holds_what_is_broken(self) -> None:
        out = step.apply(self.frame(), node="c", rules=RULES, failed=FAILED, otherwise="tag", tag="we`ird tag")
        tags = {row["n"]: row["we`ird tag"] for row in out.collect() if row[LIVE]}
        self.assertEqual(tags, {1: ["even"], 2: [], -3: ["positive", "even"], None: ["positive", "even"]})
        self.assertEqual(self.observed(out, "broken:c"), (2, 3))

    def test_an_output_for_what_is_broken(self) -> None:
        out = step.apply(self.frame(), node="c", rules=RULES, failed=FAILED, otherwise="output", tag="tag", read=["main", "broken"])
        assert isinstance(out, dict)
        lives = {name: [row["n"] for row in each.collect() if row[LIVE]] for name, each in out.items()}
        self.assertEqual(lives, {"main": [2], "broken": [1, -3, None]})
        self.assertEqual((out["main"].columns, [row["tag"] for row in out["broken"].collect()][0]), (self.frame().columns, ["even"]))
        self.assertEqual(self.observed(out["main"], "filtered:c"), (0,))
        alone = step.apply(self.frame(), node="c", rules=RULES, failed=FAILED, otherwise="output", tag="tag", read=["main"])
        assert isinstance(alone, dict)
        alone["main"].collect()
        self.assertEqual(self.observed(alone["main"], "filtered:c"), (3,))

    def test_rows_that_no_longer_live_break_nothing(self) -> None:
        from pyspark.sql import functions as F

        out = step.apply(self.frame().withColumn(LIVE, F.lit(False)), node="c", rules=RULES, failed=FAILED)
        self.assertEqual([live or bool(rejects) for _, live, rejects in self.found(out)], [False] * 5)
        self.assertEqual(self.observed(out, "broken:c"), (0, 0))
