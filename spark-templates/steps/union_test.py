"""Uniting streams: every row once, every reject once, and a watermark that waits for the slowest."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

from stream_job.rows import ELEMENT, EVENT_TIME, LIVE, RECORD, REJECTS, add_reject, no_rejects, refused_by
from stream_job.steps import aggregate, explode
from stream_job.steps import union as step
from stream_job.testing import needs_spark, rows, session


@needs_spark
class UnionTest(unittest.TestCase):
    """In the one shared session."""

    def found(self, frame: Any, *names: str) -> list[tuple[Any, ...]]:
        """The named columns, live, and the node of every reject."""
        return [(*(row[name] for name in names), row[LIVE], [e["node"] for e in row[REJECTS] or []]) for row in frame.collect()]

    def test_columns_are_matched_by_name_and_filled_with_null(self) -> None:
        one, other = rows("`a` INT, `od d` STRING", (1, "x")), rows("`c` DOUBLE, `a` INT", (0.5, 2))
        out = step.apply([one, other], node="u", columns={"a": "INT", "od d": "STRING", "c": "DOUBLE"})
        self.assertEqual(out.columns, ["a", "od d", "c", RECORD, LIVE, REJECTS])
        self.assertEqual(self.found(out, "a", "od d", "c"), [(1, "x", None, True, []), (2, None, 0.5, True, [])])

    def test_exploded_rows_and_whole_ones_stay_apart(self) -> None:
        lists = explode.apply(rows("`l` ARRAY<INT>", ([7, 8],)), node="e", list="`l`", element="a", index="i", drop="l")
        out = step.apply([rows("`a` INT", (1,)), lists], node="u", columns={"a": "INT"})
        self.assertEqual(self.found(out, "a", ELEMENT), [(1, None, True, []), (7, "0", True, []), (8, "1", True, [])])

    def test_what_two_branches_tell_of_is_told_once(self) -> None:
        from pyspark.sql import functions as F

        frame = rows("`a` INT", (1,), (2,))
        both = frame.withColumn(REJECTS, add_reject(frame, F.col("a") == 1, refused_by("above", "c", F.lit("m"))))
        left = both.withColumn(LIVE, F.lit(False))
        right = both.withColumn(REJECTS, add_reject(both, F.lit(True), refused_by("right", "c", F.lit("m"))))
        out = step.apply([left.where("a = 1"), right.withColumn(LIVE, F.lit(False))], node="u", columns={"a": "INT"}, told=[[], ["above"]])
        self.assertEqual(self.found(out, "a"), [(1, False, ["above"]), (1, False, ["right"]), (2, False, ["right"])])
        silent = step.apply([left.where("a = 1"), left], node="u", columns={"a": "INT"}, told=[[], ["above"]])
        self.assertEqual(self.found(silent, "a"), [(1, False, ["above"])])

    def test_rows_out_of_time_are_refused_and_do_not_move_the_watermark(self) -> None:
        values = [("2024-01-01T12:59:00Z",), ("2024-01-01T13:00:01Z",), (None,)]
        frame = rows("`text` STRING", *values).selectExpr("CAST(`text` AS TIMESTAMP) AS `at`", "*")
        out = step.apply([frame, frame], node="u", columns={"at": "TIMESTAMP", "text": "STRING"}, on="`at`", watermark="1 minute", max_ahead="1 hour")
        wanted = [("2024-01-01T12:59:00Z", True, []), ("2024-01-01T13:00:01Z", False, ["u"]), (None, False, ["u"])]
        self.assertEqual(self.found(out, "text"), wanted + wanted)
        self.assertEqual([row[EVENT_TIME] is not None for row in out.collect()], [True, False, False] * 2)


@needs_spark
class UnionOfStreamsTest(unittest.TestCase):
    """Two streams of files. Every record was produced at 12:00 on that day."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def stream(self, name: str, *batches: list[str]) -> Any:
        """Rows with a time, a batch for each list."""
        from pyspark.sql import functions as F

        folder = self.folder / name
        folder.mkdir()
        for number, times in enumerate(batches):
            (folder / f"{number}.json").write_text("\n".join(json.dumps({"at": f"2024-01-01T{time}Z"}) for time in times))
            os.utime(folder / f"{number}.json", (1_000_000_000 + number,) * 2)
        source = session().readStream.schema("at TIMESTAMP").option("maxFilesPerTrigger", 1).json(str(folder))
        record = F.named_struct(F.lit("timestamp"), F.lit("2024-01-01T12:00:00Z").cast("timestamp"))
        return source.withColumns({RECORD: record, LIVE: F.lit(True), REJECTS: no_rejects()})

    def test_no_input_is_late_for_being_read_later(self) -> None:
        fast = self.stream("fast", ["11:00:00"], ["11:30:00"], ["11:31:00", "09:00:00"], ["11:32:00"])
        slow = self.stream("slow", ["10:00:00"], ["10:01:00"], ["10:02:00"], ["10:03:00"])
        both = step.apply([fast, slow], node="u", columns={"at": "TIMESTAMP"}, on="`at`", watermark="10 minutes", max_ahead="1 hour")
        out = aggregate.apply(both, node="w", on="`at`", size="1 minute", watermark=None, by={}, compute={"rows": "count(*)"})
        found: dict[str, int] = {}
        query = (
            out.writeStream.outputMode("update")
            .option("checkpointLocation", str(self.folder / "checkpoint"))
            .trigger(availableNow=True)
            .foreachBatch(lambda batch, _: found.update((str(row["window_start"].time()), row["rows"]) for row in batch.collect()))
            .start()
        )
        query.awaitTermination()
        marks = [json.loads(each.json)["eventTime"]["watermark"] for each in query.recentProgress]
        self.assertEqual(sorted(found), ["10:00:00", "10:01:00", "10:02:00", "10:03:00", "11:00:00", "11:30:00", "11:31:00", "11:32:00"])
        self.assertEqual(max(marks), "2024-01-01T09:53:00.000Z")
