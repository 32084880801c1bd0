"""Repeats: the first row of a key stays, and what cannot be compared is refused before."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import unittest
from pathlib import Path
from typing import Any

from stream_job.rows import EVENT_TIME, LIVE, RECORD, REJECTS, add_reject, no_rejects, refused_by
from stream_job.steps import aggregate
from stream_job.steps import deduplicate as step
from stream_job.testing import needs_spark, session

KEYS = ["`k`", "`s`.`n`"]


@needs_spark
class DeduplicateTest(unittest.TestCase):
    """As streams of files, a batch for each, since only a stream remembers. Every record was produced at 12:00 on that day."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def stream(self) -> Any:
        """Rows of key, number and time, out of the folder, a file a batch."""
        from pyspark.sql import functions as F

        source = session().readStream.schema("k STRING, n INT, at TIMESTAMP").option("maxFilesPerTrigger", 1).json(str(self.folder / "in"))
        record = F.named_struct(F.lit("timestamp"), F.lit("2024-01-01T12:00:00Z").cast("timestamp"))
        return source.withColumns({"s": F.struct("n"), RECORD: record, LIVE: F.lit(True), REJECTS: no_rejects()})

    def batch(self, at: int, *lines: tuple[str | None, int | None, str | None]) -> None:
        """The next file: key, number, time."""
        (self.folder / "in").mkdir(exist_ok=True)
        file = self.folder / "in" / f"{at}.json"
        file.write_text("\n".join(json.dumps({"k": k, "n": n, "at": time and f"2024-01-01T{time}Z"}) for k, n, time in lines))
        # Spark takes the oldest file first.
        os.utime(file, (1_000_000_000 + at, 1_000_000_000 + at))

    def run_all(self, frame: Any, mode: str = "append", actions: int = 1) -> tuple[list[list[Any]], list[dict[str, Any]]]:
        """The rows of every batch that had some, and what Spark said of its state, once all files are done."""
        found: list[list[Any]] = []

        def keep(batch: Any, _number: int) -> None:
            for _ in range(actions):
                got = batch.collect()
            if got:
                found.append(got)

        writer = frame.writeStream.outputMode(mode).option("checkpointLocation", str(self.folder / "checkpoint"))
        query = writer.trigger(availableNow=True).foreachBatch(keep).start()
        query.awaitTermination()
        return found, [json.loads(each.json)["stateOperators"] for each in query.recentProgress]

    def test_the_first_of_a_key_stays_as_long_as_it_is_remembered(self) -> None:
        self.batch(1, ("a", 1, "11:00:00"), ("a", 1, "11:01:00"), ("a", 2, "11:00:00"), ("b", 1, "11:02:00"))
        self.batch(2, ("a", 1, "11:09:00"), ("c", 1, "11:30:00"))
        self.batch(3, ("e", 1, "11:31:00"))
        # Spark forgets, and leaves out, by the watermark of the batch before.
        self.batch(4, ("b", 1, "11:31:00"), ("c", 1, "11:35:00"), ("d", 1, "11:05:00"))
        out = step.apply(self.stream(), node="d", keys=KEYS, on="`at`", within="10 minutes")
        for actions in (1, 2):
            with self.subTest(actions=actions):
                found, operators = self.run_all(out, actions=actions)
                self.assertEqual([sorted((r["k"], r["n"]) for r in batch) for batch in found], [[("a", 1), ("a", 2), ("b", 1)], [("c", 1)], [("e", 1)], [("b", 1)]])
                repeats = sum(each[0]["customMetrics"]["numDroppedDuplicateRows"] for each in operators)
                late = sum(each[0]["numRowsDroppedByWatermark"] for each in operators)
                self.assertEqual((repeats // actions, late // actions), (3, 1), "a batch that is computed twice is counted twice")
                shutil.rmtree(self.folder / "checkpoint")

    def test_an_aggregate_below_counts_each_once_on_the_same_watermark(self) -> None:
        self.batch(1, ("a", 1, "11:00:00"), ("a", 1, "11:00:00"), ("b", 1, "11:00:00"))
        self.batch(2, ("a", 1, "11:01:00"), ("c", 1, "11:00:00"))
        once = step.apply(self.stream(), node="d", keys=KEYS, on="`at`", within="10 minutes")
        out = aggregate.apply(once, node="w", on="`at`", size="1 minute", watermark=None, by={}, compute={"rows": "count(*)"})
        found, _ = self.run_all(out, "update")
        self.assertEqual([row["rows"] for batch in found for row in batch], [2, 3])

    def test_the_guard_names_exactly_the_rows_that_are_left_out(self) -> None:
        self.batch(1, ("a", 1, "11:00:00"), (None, 1, "11:00:00"), ("b", None, "11:00:00"), ("c", 1, None), ("d", 1, "13:00:01"), (None, 1, None))
        frame = self.stream()
        guarded = step.guard(frame, node="d", keys=KEYS, on="`at`", max_ahead="1 hour")
        self.assertEqual(guarded.columns, frame.columns)
        found = [(r["k"], r[LIVE], [(e["node"], e["code"]) for e in r[REJECTS] or []]) for r in self.run_all(guarded)[0][0]]
        null, time = ("d", "deduplicate/null-key"), ("d", "deduplicate/event-time")
        wanted = [("a", []), (None, [null]), ("b", [null]), ("c", [time]), ("d", [time]), (None, [time])]
        self.assertEqual(found, [(k, True, rejects) for k, rejects in wanted])
        shutil.rmtree(self.folder / "checkpoint")
        out = step.apply(guarded, node="d", keys=KEYS, on="`at`", within="1 hour", max_ahead="1 hour")
        self.assertEqual(out.columns, [*frame.columns, EVENT_TIME])
        self.assertEqual([row["k"] for row in self.run_all(out)[0][0]], ["a"])

    def test_rejects_of_others_end_here(self) -> None:
        from pyspark.sql import functions as F

        self.batch(1, ("a", 1, "11:00:00"), ("b", 1, "11:00:00"))
        frame = self.stream()
        noted = frame.withColumn(REJECTS, add_reject(frame, F.col("k") == "a", refused_by("above", "c", F.lit("m"))))
        out = step.apply(noted.withColumn(LIVE, F.col("k") == "a"), node="d", keys=KEYS, on="`at`", within="1 hour")
        self.assertEqual([(row["k"], row[REJECTS]) for row in self.run_all(out)[0][0]], [("a", None)])
