"""Taking lists apart: a row of every element, nothing lost, nothing told twice."""

from __future__ import annotations

import unittest
from typing import Any

from stream_job.rows import ELEMENT, LIVE, RECORD, REJECTS, add_reject, refused_by
from stream_job.steps import explode as step
from stream_job.steps import select
from stream_job.testing import needs_spark, rows


@needs_spark
class ExplodeTest(unittest.TestCase):
    """In the one shared session."""

    def found(self, frame: Any, *names: str) -> list[tuple[Any, ...]]:
        """The named columns of the rows that live, in order."""
        return sorted((tuple(row[name] for name in names) for row in frame.collect() if row[LIVE]), key=str)

    def told(self, frame: Any) -> list[tuple[Any, ...]]:
        """Offset, element, live and node of every reject."""
        return sorted((row[RECORD]["offset"], row[ELEMENT], row[LIVE], each["node"]) for row in frame.collect() for each in row[REJECTS] or [])

    def counts(self, frame: Any, node: str) -> tuple[int, int]:
        """Rows added and dropped, after an action on `frame`."""
        observed = frame._jdf.queryExecution().observedMetrics()
        return tuple(observed.apply(f"{kind}:{node}").getLong(0) for kind in ("added", "filtered"))  # type: ignore[return-value]

    def test_a_row_of_every_element(self) -> None:
        frame = rows("`id` STRING, `l` ARRAY<STRING>", ("a", ["x", None, "z"]), ("b", []), ("c", None), ("d", ["w"]))
        out = step.apply(frame, node="e", list="`l`", element="l", index="i", drop="l")
        self.assertEqual(out.columns, ["id", "l", "i", RECORD, ELEMENT, LIVE, REJECTS])
        self.assertEqual(self.found(out, "id", "l", "i", ELEMENT), [("a", "x", 0, "0"), ("a", "z", 2, "2"), ("a", None, 1, "1"), ("d", "w", 0, "0")])
        self.assertEqual(self.counts(out, "e"), (2, 2))

    def test_empty_lists_may_stay(self) -> None:
        frame = rows("`id` STRING, `l` ARRAY<INT>", ("a", [1, 2]), ("b", []), ("c", None))
        out = step.apply(frame, node="e", list="`l`", element="n", index="i", drop="l", keep_empty=True)
        self.assertEqual(self.found(out, "id", "n", "i", ELEMENT), [("a", 1, 0, "0"), ("a", 2, 1, "1"), ("b", None, -1, None), ("c", None, -1, None)])
        self.assertEqual(self.counts(out, "e"), (1, 0))

    def test_rejects_of_the_record_travel_alone(self) -> None:
        from pyspark.sql import functions as F

        for keep_empty in (False, True):
            frame = rows("`id` INT, `l` ARRAY<INT>", (0, [1, 2]), (1, [3]), (2, None), (3, [4]))
            noted = frame.withColumn(REJECTS, add_reject(frame, F.col("id") != 3, refused_by("above", "c", F.lit("m"))))
            noted = noted.withColumn(LIVE, F.col("id") != 1)
            out = step.apply(noted, node="e", list="`l`", element="n", index="i", drop="l", keep_empty=keep_empty)
            self.assertEqual(self.told(out), [(at, None, False, "above") for at in (0, 1, 2)])
            stays = [(2, None, -1)] if keep_empty else []
            self.assertEqual(self.found(out, "id", "n", "i"), [(0, 1, 0), (0, 2, 1), *stays, (3, 4, 0)])
            self.assertEqual(self.counts(out, "e"), (1, 0 if keep_empty else 1))

    def test_a_list_in_an_element(self) -> None:
        frame = rows("`id` INT, `l` ARRAY<STRUCT<`k`: STRING, `m`: ARRAY<INT>>>", (0, [("x", [1, 2]), ("y", None), ("z", [3])]))
        outer = step.apply(frame, node="e", list="`l`", element="item", index="i", drop="l")
        out = step.apply(outer, node="f", list="`item`.`m`", element="n", index="j", keep_empty=True)
        self.assertEqual(
            self.found(out, "i", "j", "n", ELEMENT), [(0, 0, 1, "0.0"), (0, 1, 2, "0.1"), (1, -1, None, "1"), (2, 0, 3, "2.0")]
        )

    def test_an_element_that_is_refused_is_told_by_its_place(self) -> None:
        frame = rows("`id` INT, `l` ARRAY<INT>", (0, [1, 2, 3]))
        out = step.apply(frame, node="e", list="`l`", element="n", index="i", drop="l")
        chosen = select.apply(out, node="s", columns={"m": "`n`"}, failed={"m": "`n` >= 2"})
        self.assertEqual(self.told(chosen), [(0, "1", False, "s"), (0, "2", False, "s")])
        self.assertEqual(chosen.columns, ["m", RECORD, ELEMENT, LIVE, REJECTS])
