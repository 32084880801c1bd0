"""Windows: sums per window and group, and the guard that keeps bad event times from them."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.errors import AnalysisException

from stream_job.rows import LIVE, RECORD, REJECTS, no_rejects
from stream_job.steps import aggregate as step
from stream_job.steps import deduplicate
from stream_job.testing import fresh_name, needs_spark, rows, session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


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

    def test_windows_that_slide_overlap(self) -> None:
        frame = self.rows(("2024-01-01T11:00:40Z", "a", 1), ("2024-01-01T11:01:10Z", "a", 2))
        out = step.apply(frame, node="w", on="`ts`", size="1 minute", slide="30 seconds", watermark="1 day", by={}, compute={"total": "try_sum(`n`)"})
        self.assertEqual(
            times(out, "total"),
            {("11:00:00", "11:01:00"): 1, ("11:00:30", "11:01:30"): 3, ("11:01:00", "11:02:00"): 2},
        )

    def test_without_windows_a_group_has_one_total_and_a_row_needs_no_time(self) -> None:
        frame, failed = self.rows((None, "a", 1), ("2024-01-01T11:00:00Z", "a", 2), (None, "b", 4), (None, "b", None)), {"total": "`n` IS NULL"}
        guarded = step.guard(frame, node="w", failed=failed)
        self.assertEqual([row["n"] for row in guarded.collect() if row[REJECTS]], [None])
        out = step.apply(guarded, node="w", by={"g": "`g`"}, compute={"total": "try_sum(`n`)"}, failed=failed)
        self.assertEqual({row["g"]: row["total"] for row in out.collect()}, {"a": 3, "b": 4})
        self.assertEqual(out.columns, ["g", "total", LIVE, REJECTS])


def times(out: DataFrame, value: str) -> dict[tuple[str, str], Any]:
    """Begin and end of each window in UTC → a column of it."""
    parts = out.selectExpr("date_format(window_start, 'HH:mm:ss') AS a", "date_format(window_end, 'HH:mm:ss') AS b", f"`{value}` AS v")
    return {(row["a"], row["b"]): row["v"] for row in parts.collect()}


@needs_spark
class StreamedAggregateTest(unittest.TestCase):
    """What Spark allows only to some streams. Each file is a batch; the last one moves the watermark past all before."""

    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        partitions = session().conf.get("spark.sql.shuffle.partitions")
        session().conf.set("spark.sql.shuffle.partitions", "1")
        self.addCleanup(session().conf.set, "spark.sql.shuffle.partitions", partitions)

    def stream(self, *batches: list[tuple[str, str]]) -> DataFrame:
        """A live stream of time and group."""
        files = Path(self.folder.name, "in")
        files.mkdir()
        for at, batch in enumerate(batches):
            (files / f"{at}.json").write_text("\n".join(json.dumps({"ts": ts, "g": g}) for ts, g in batch))
        # Files are read in the order of their time.
        for at in range(len(batches)):
            os.utime(files / f"{at}.json", (at, at))
        reader = session().readStream.schema("ts TIMESTAMP, g STRING").option("maxFilesPerTrigger", 1)
        return reader.json(str(files)).selectExpr("*", f"true AS {LIVE}").withColumn(REJECTS, no_rejects())

    def emitted(self, frame: DataFrame, mode: str) -> DataFrame:
        """All that a query emits until it has read everything."""
        name = fresh_name().replace("-", "_")
        writer = frame.writeStream.format("memory").queryName(name).outputMode(mode).option("checkpointLocation", f"{self.folder.name}/state")
        query = writer.trigger(availableNow=True).start()
        query.awaitTermination()
        return session().table(name)

    def test_a_running_total_is_emitted_whenever_it_changes(self) -> None:
        stream = self.stream([("2024-01-01T11:00:00Z", "a"), ("2024-01-01T11:00:00Z", "b")], [("2024-01-01T11:00:00Z", "a")])
        out = self.emitted(step.apply(stream, node="w", by={"g": "`g`"}, compute={"n": "count(*)"}), "update")
        self.assertEqual(sorted((row["g"], row["n"]) for row in out.collect()), [("a", 1), ("a", 2), ("b", 1)])

    def test_final_windows_are_emitted_once_and_can_be_deduplicated_and_aggregated_again(self) -> None:
        minutes = [("2024-01-01T11:00:10Z", "a"), ("2024-01-01T11:00:20Z", "a"), ("2024-01-01T11:59:59Z", "a"), ("2024-01-01T12:00:00Z", "a")]
        stream = self.stream(minutes, [("2024-01-01T11:00:30Z", "a")], [("2024-01-01T18:00:00Z", "a")])
        once = {"node": "w", "watermark": "2 hours", "final": True, "by": {"g": "`g`"}}
        by_minute = step.apply(stream, on="`ts`", size="1 minute", compute={"n": "count(*)"}, **once)
        each_minute = deduplicate.apply(by_minute, node="d", keys=["`window_start`"], on="`window_end`")
        by_hour = step.apply(each_minute, on="`window_end`", size="1 hour", compute={"n": "sum(`n`)"}, **{**once, "watermark": None})
        # What `window/updates-below-final` is told for.
        totals = step.apply(by_minute, node="t", by={"g": "`g`"}, compute={"n": "sum(`n`)"})
        for below in (by_hour, totals):
            with self.assertRaisesRegex(AnalysisException, "(?i)stateful"):
                self.emitted(below, "update")
        out = self.emitted(by_hour, "append")
        self.assertEqual(times(out, "n"), {("11:00:00", "12:00:00"): 4, ("12:00:00", "13:00:00"): 1})
        self.assertEqual(out.count(), 2, "once each")

    def test_a_session_ends_when_nothing_comes_for_the_gap(self) -> None:
        rows_of_a = [("2024-01-01T11:00:00Z", "a"), ("2024-01-01T11:04:00Z", "a"), ("2024-01-01T11:10:00Z", "a")]
        stream = self.stream(rows_of_a, [("2024-01-01T11:02:00Z", "b")], [("2024-01-01T18:00:00Z", "b")])
        sessions = step.apply(
            stream, node="w", on="`ts`", gap="5 minutes", watermark="1 hour", final=True, by={"g": "`g`"}, compute={"n": "count(*)"}
        )
        out = self.emitted(sessions, "append")
        self.assertEqual(times(out.where("g = 'a'"), "n"), {("11:00:00", "11:09:00"): 2, ("11:10:00", "11:15:00"): 1})
        self.assertEqual(times(out.where("g = 'b'"), "n"), {("11:02:00", "11:07:00"): 1})
