"""The first rows of a group, their rank, and what decides between equals."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from stream_job.rows import LIVE, REJECTS, no_rejects
from stream_job.steps import aggregate
from stream_job.steps import top as step
from stream_job.testing import fresh_name, needs_spark, rows, session


@needs_spark
class TopTest(unittest.TestCase):
    def rows(self, *values: tuple[Any, ...]) -> Any:
        return rows("`g` STRING, `n` DOUBLE, `more` STRING, `odd` MAP<STRING, INT>", *values)

    def first(self, frame: Any, **settings: Any) -> list[tuple[Any, ...]]:
        given = {"node": "t", "n": 2, "value": "`n`", "lowest": False, "by": {"g": "`g`"}, "rank": "rank", **settings}
        found = step.apply(frame, **given)
        return sorted((row["g"], row["rank"], row["n"], row["more"]) for row in found.collect())

    def test_the_highest_and_the_lowest_of_each_group(self) -> None:
        frame = self.rows(("a", 1.0, "x", None), ("a", 3.0, "y", {"k": 1}), ("a", 2.0, "z", None), ("b", 5.0, "w", None))
        self.assertEqual(self.first(frame), [("a", 1, 3.0, "y"), ("a", 2, 2.0, "z"), ("b", 1, 5.0, "w")])
        self.assertEqual(self.first(frame, lowest=True), [("a", 1, 1.0, "x"), ("a", 2, 2.0, "z"), ("b", 1, 5.0, "w")])
        self.assertEqual(step.apply(frame, node="t", n=1, value="`n`", lowest=True, by={}, rank="place").columns, ["place", "g", "n", "more", "odd", LIVE, REJECTS])

    def test_rows_without_a_value_stand_last_and_equals_in_the_order_of_their_columns(self) -> None:
        frame = self.rows(("a", None, "x", None), ("a", 1.0, "p", None), ("a", 1.0, "q", None), ("a", 1.0, None, None))
        self.assertEqual([row[3] for row in self.first(frame, n=4)], ["q", "p", None, "x"])
        self.assertEqual([row[3] for row in self.first(frame, n=4, lowest=True)], [None, "p", "q", "x"])

    def test_what_is_dead_or_has_failed_does_not_compete(self) -> None:
        frame = self.rows(("a", 9.0, "dead", None), ("a", 8.0, "failed", None), ("a", 1.0, "x", None))
        frame = frame.withColumn(LIVE, frame.n < 9)
        failed = {"highest": "`n` = 8"}
        guarded = step.guard(frame, node="t", failed=failed)
        codes = {row["more"]: [each["code"] for each in row[REJECTS] or []] for row in guarded.collect()}
        self.assertEqual(codes, {"dead": [], "failed": ["top/failed"], "x": []})
        self.assertEqual(self.first(guarded, failed=failed), [("a", 1, 1.0, "x")])

    def test_below_windows_that_are_sent_once_each_of_them_has_its_first(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder, "in")
            files.mkdir()
            batches = [[("11:00:00", "a"), ("11:00:01", "a"), ("11:00:02", "b"), ("11:01:00", "b")], [("18:00:00", "a")]]
            for at, batch in enumerate(batches):
                (files / f"{at}.json").write_text("\n".join(json.dumps({"ts": f"2024-01-01T{ts}Z", "g": g}) for ts, g in batch))
                os.utime(files / f"{at}.json", (at, at))
            reader = session().readStream.schema("ts TIMESTAMP, g STRING").option("maxFilesPerTrigger", 1)
            stream = reader.json(str(files)).selectExpr("*", f"true AS {LIVE}").withColumn(REJECTS, no_rejects())
            counted = aggregate.apply(
                stream, node="w", on="`ts`", size="1 minute", watermark="1 hour", final=True, by={"g": "`g`"}, compute={"n": "count(*)"}
            )
            best = step.apply(counted, node="t", n=1, value="`n`", lowest=False, by={}, rank="rank", given=True, final=True)
            name = fresh_name().replace("-", "_")
            writer = best.writeStream.format("memory").queryName(name).outputMode("append").option("checkpointLocation", f"{folder}/state")
            writer.trigger(availableNow=True).start().awaitTermination()
            found = session().table(name).selectExpr("date_format(window_start, 'HH:mm') AS at", "rank", "g", "n").collect()
        self.assertEqual(sorted(map(tuple, found)), [("11:00", 1, "a", 2), ("11:01", 1, "b", 1)])
