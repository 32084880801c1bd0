"""Windows: sums per window and group, and the guard that keeps bad event times from them."""

from __future__ import annotations

import unittest
from typing import Any

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import aggregate as step
from stream_job.testing import needs_spark, rows


@needs_spark
class AggregateTest(unittest.TestCase):
    """A batch, so that no watermark drops anything. Every record was produced at 12:00 on that day."""

    def rows(self, *values: tuple[str | None, str | None, int | None]) -> Any:
        """Rows of time, group and number."""
        return rows("`text` STRING, `g` STRING, `n` INT", *values).selectExpr("CAST(`text` AS TIMESTAMP) AS `ts`", "*")

    def test_sums_by_window_and_group(self) -> None:
        frame = self.rows(("2024-01-01T11:00:00Z", "a", 1), ("2024-01-01T11:00:59.999999Z", "a", 2), ("2024-01-01T11:01:00Z", "a", 4), ("2024-01-01T11:00:30Z", None, 8))
        out = step.apply(
            frame, node="w", on="`ts`", size="1 minute", watermark="2 minutes", by={"group": "`g`"}, compute={"total": "try_sum(`n`)", "rows": "count(*)"}
        )
        self.assertEqual(out.columns, ["window_start", "window_end", "group", "total", "rows", LIVE, REJECTS])
        found = {(str(r["start"]), r["group"]): (r["total"], r["rows"]) for r in out.selectExpr("CAST(window_start AS STRING) AS start", "*").collect()}
        self.assertEqual(
            found, {("2024-01-01 11:00:00", "a"): (3, 2), ("2024-01-01 11:01:00", "a"): (4, 1), ("2024-01-01 11:00:00", None): (8, 1)}
        )

    def test_the_guard_names_exactly_the_rows_that_are_left_out(self) -> None:
        values = [
            ("2024-01-01T12:59:59Z", "kept", 1),
            ("2024-01-01T13:00:00Z", "kept", 2),
            ("2024-01-01T13:00:00.000001Z", "ahead", 4),
            (None, "none", 8),
            ("2024-01-01T11:00:00Z", "failed", None),
            (None, "both", None),
        ]
        frame, failed = self.rows(*values), {"total": "`n` IS NULL"}
        guarded = step.guard(frame, node="w", on="`ts`", max_ahead="1 hour", failed=failed)
        self.assertEqual(guarded.columns, frame.columns)
        found = {row["g"] + str(row["n"]): (row[LIVE], [(e["code"], e["message"]) for e in row[REJECTS] or []]) for row in guarded.collect()}
        self.assertEqual(
            found,
            {
                "kept1": (True, []),
                "kept2": (True, []),
                "ahead4": (True, [("aggregate/event-time", "ts is 2024-01-01 13:00:00.000001, more than 1 hour after the record was produced")]),
                "none8": (True, [("aggregate/event-time", "ts is missing")]),
                "failedNone": (True, [("aggregate/failed", "`total` has no value for this row")]),
                "bothNone": (True, [("aggregate/event-time", "ts is missing")]),
            },
        )
        out = step.apply(
            guarded, node="w", on="`ts`", size="1 day", watermark="2 minutes", by={}, compute={"total": "try_sum(`n`)"}, max_ahead="1 hour", failed=failed
        )
        self.assertEqual([row["total"] for row in out.collect()], [3])

    def test_rows_that_no_longer_live_count_nowhere(self) -> None:
        frame = self.rows(("2024-01-01T11:00:00Z", "a", 1), ("2024-01-01T11:00:00Z", "b", 2))
        frame = frame.withColumn(LIVE, frame.g == "a")
        guarded = step.guard(frame, node="w", on="`ts`", failed={"total": "true"})
        self.assertEqual({row["g"]: row[REJECTS] is None for row in guarded.collect()}, {"a": False, "b": True})
        out = step.apply(guarded, node="w", on="`ts`", size="1 day", watermark="1 day", by={}, compute={"total": "try_sum(`n`)"})
        self.assertEqual([row["total"] for row in out.collect()], [1])

    def test_a_derived_row_has_no_produced_time_to_compare_with(self) -> None:
        guarded = step.guard(self.rows(("9999-01-01T00:00:00Z", "a", 1)).drop(RECORD), node="w", on="`ts`", max_ahead="1 hour")
        self.assertIsNone(guarded.collect()[0][REJECTS])

    def test_a_group_whose_value_failed_is_a_reject(self) -> None:
        frame = self.rows(("2024-01-01T11:00:00Z", "a", 2**31 - 1), ("2024-01-01T11:00:00Z", "b", None))
        broken = {"mean `x`": "count(`n`) = 0"}
        out = step.apply(
            frame, node="w", on="`ts`", size="1 day", watermark="1 day", by={"g": "`g`"}, compute={"mean `x`": "try_divide(sum(`n`), count(`n`))"}, broken=broken
        )
        found = {row["g"]: (row[LIVE], row[REJECTS] and [tuple(each) for each in row[REJECTS]]) for row in out.collect()}
        self.assertEqual(found, {"a": (True, None), "b": (False, [("w", "aggregate/failed", "`mean `x`` has no value for this group")])})
        self.assertEqual(out.columns, ["window_start", "window_end", "g", "mean `x`", LIVE, REJECTS])
