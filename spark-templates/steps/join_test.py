"""Joining streams: which rows belong together, who waits for whom, and what may not take part."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from stream_job.rows import LIVE, RECORD, REJECTS, add_reject, no_rejects, refused_by
from stream_job.steps import aggregate
from stream_job.steps import join as step
from stream_job.testing import needs_spark, rows, session

SIDE: Any = {"keys": ["`k`"], "on": "`at`", "watermark": "1 minute", "max_ahead": "1 hour"}
GIVEN: Any = {"keys": ["`window_start`", "`k`"], "on": None, "watermark": None, "max_ahead": None}


@needs_spark
class JoinGuardTest(unittest.TestCase):
    def test_rows_without_a_time_or_a_key_are_refused_and_go_on_living(self) -> None:
        from pyspark.sql import functions as F

        values = [("a", "2024-01-01T12:59:00Z"), ("a", "2024-01-01T13:00:01Z"), ("a", None), (None, "2024-01-01T12:00:00Z"), (None, None), ("dead", None)]
        frame = rows("`k` STRING, `text` STRING", *values).selectExpr("CAST(`text` AS TIMESTAMP) AS `at`", "*")
        frame = frame.withColumn(LIVE, ~frame["k"].eqNullSafe(F.lit("dead")))
        out = step.guard(frame, node="j", keys=["`k`"], on="`at`", max_ahead="1 hour").collect()
        codes = [[each["code"] for each in row[REJECTS] or []] for row in out]
        self.assertEqual(codes, [[], ["join/event-time"], ["join/event-time"], ["join/null-key"], ["join/event-time"], []])
        self.assertEqual([row[LIVE] for row in out], [True] * 5 + [False])
        timed = step.guard(frame, node="j", keys=["`k`"]).collect()
        self.assertEqual([[each["code"] for each in row[REJECTS] or []] for row in timed], [[], [], [], ["join/null-key"], ["join/null-key"], []])


@needs_spark
class JoinTest(unittest.TestCase):
    """Two streams of files. Every record was produced at 12:00 on that day, and between two batches Spark rests."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def stream(self, name: str, *batches: list[tuple[str | None, str, str]]) -> Any:
        """Rows of key, time and value, a batch for each list."""
        from pyspark.sql import functions as F

        folder = self.folder / name
        folder.mkdir()
        for number, batch in enumerate(each for full in batches for each in (full, [])):
            file = folder / f"{number:02}.json"
            file.write_text("\n".join(json.dumps({"k": k, "at": f"2024-01-01T{at}Z", "v": v}) for k, at, v in batch))
            os.utime(file, (1_000_000_000 + number,) * 2)
        source = session().readStream.schema("k STRING, at TIMESTAMP, v STRING").option("maxFilesPerTrigger", 1).json(str(folder))
        record = F.named_struct(F.lit("timestamp"), F.lit("2024-01-01T12:00:00Z").cast("timestamp"))
        return source.withColumns({RECORD: record, LIVE: F.lit(True), REJECTS: no_rejects()})

    def run_query(self, frame: Any, *columns: str) -> tuple[list[tuple[Any, ...]], list[dict[str, Any]]]:
        """The rows of each batch, after its number, and Spark's progress."""
        found: list[tuple[Any, ...]] = []

        def note(batch: Any, number: int) -> None:
            found.extend((number, *row) for row in batch.where(LIVE).selectExpr(*columns).collect())

        writer = frame.writeStream.outputMode("append").option("checkpointLocation", str(self.folder / "checkpoint"))
        query = writer.trigger(availableNow=True).foreachBatch(note).start()
        query.awaitTermination()
        return sorted(found, key=str), [json.loads(each.json) for each in query.recentProgress]

    def test_a_left_row_waits_for_its_last_moment_and_then_comes_out_alone(self) -> None:
        from pyspark.sql import functions as F

        left = self.stream(
            "left",
            [("a", "09:00:00", "1"), ("b", "09:00:00", "2"), ("c", "09:01:59.999", "3"), ("c", "09:02:00", "4"), ("x", "09:00:00", "dead"), (None, "09:00:00", "no key")],
            [("z", "09:10:00", "5")],
            [("a", "09:01:00", "late"), ("far", "14:00:00", "ahead"), ("z", "09:20:00", "6")],
        )
        dead = F.col("v") == "dead"
        left = left.withColumn(REJECTS, add_reject(left, dead, refused_by("above", "c", F.lit("m")))).withColumn(LIVE, ~dead)
        right = self.stream(
            "right",
            [("a", "08:58:59.999", "early"), ("a", "08:59:00", "p"), ("a", "09:03:00", "q"), ("a", "09:03:00.001", "after")],
            [("b", "09:02:30", "r"), ("y", "09:06:00", "s")],
            [("c", "09:03:00", "late"), ("y", "09:20:00", "t")],
        )
        joined = step.apply([left, right], node="j", kind="left", left=SIDE, right=SIDE, columns={"v": "other"}, before="1 minute", after="3 minutes")
        self.assertEqual(joined.columns, ["k", "at", "v", "other", "__event_time", LIVE, REJECTS])
        found, progress = self.run_query(joined, "v", "other", "__rejects IS NULL", "__event_time = at")
        self.assertEqual([row[3:] for row in found], [(True, True)] * 6)
        # The watermark is at 09:05 in batch 3: what happened from 09:02 on may still find another.
        wanted = [(0, "1", "p"), (0, "1", "q"), (2, "2", "r"), (3, "3", None), (5, "4", None), (5, "5", None)]
        self.assertEqual([row[:3] for row in found], wanted)
        late = [sum(each["numRowsDroppedByWatermark"] for each in batch["stateOperators"]) for batch in progress]
        self.assertEqual(late, [0, 0, 0, 0, 2, 0])

    def test_windows_that_are_sent_once_find_each_other(self) -> None:
        def counted(name: str, *batches: list[tuple[str | None, str, str]]) -> Any:
            stream = self.stream(name, *batches)
            return aggregate.apply(stream, node=name, on="`at`", size="1 minute", watermark="1 minute", final=True, by={"k": "`k`"}, compute={name: "count(*)"})

        one = counted("n", [("a", "09:00:00", ""), ("a", "09:00:01", ""), ("b", "09:00:00", "")], [("a", "09:10:00", "")])
        other = counted("m", [("a", "09:00:30", "")], [("a", "09:09:00", "")])
        joined = step.apply([one, other], node="j", kind="left", left=GIVEN, right=GIVEN, columns={"m": "m"}, before="0 seconds", after="0 seconds")
        found, _ = self.run_query(joined, "k", "n", "m", "date_format(window_start, 'HH:mm')")
        self.assertEqual(found, [(3, "a", 2, 1, "09:00"), (3, "b", 1, None, "09:00")])
