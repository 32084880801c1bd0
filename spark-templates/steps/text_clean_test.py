"""Cleaning a column: where the text stands, and null."""

from __future__ import annotations

import unittest

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import text_clean as step
from stream_job.testing import needs_spark, rows


@needs_spark
class TextCleanTest(unittest.TestCase):
    """In the one shared session."""

    def test_cleans_in_place_or_into_another_column(self) -> None:
        frame = rows("`id` INT, `post` STRUCT<`bo``dy`: STRING, `n`: INT>", (1, ("<b>The</b>  Sea", 1)), (2, (None, 2)), (3, None))
        switches: dict[str, bool | str] = {"html": True, "case": "lower", "whitespace": True}
        place = step.apply(frame, node="t", text="post.bo`dy", stop_words=["THE"], **switches)
        beside = step.apply(place, node="t", text="post.bo`dy", into="pl`ain", case="upper")
        self.assertEqual(beside.columns, ["id", "post", RECORD, LIVE, REJECTS, "pl`ain"])
        found = [(row["id"], row["post"] and tuple(row["post"]), row["pl`ain"]) for row in beside.collect()]
        self.assertEqual(found, [(1, ("sea", 1), "SEA"), (2, (None, 2), None), (3, None, None)])

    def test_a_text_that_is_no_utf8_ends_no_query(self) -> None:
        from pyspark.sql import functions as F

        frame = rows("`n` INT", (1,)).withColumn("s", F.expr("CAST(X'61FF62' AS STRING)"))
        self.assertEqual(step.apply(frame, node="t", text="s", case="upper").collect()[0]["s"], "A\ufffdB")
