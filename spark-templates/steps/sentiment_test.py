"""The sentiment of a column: two columns, and null."""

from __future__ import annotations

import importlib.util
import unittest

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import sentiment as step
from stream_job.testing import needs_spark, rows


@needs_spark
@unittest.skipUnless(importlib.util.find_spec("vaderSentiment"), "needs the packages of transform.sentiment")
class SentimentTest(unittest.TestCase):
    """In the one shared session."""

    def test_adds_label_and_score(self) -> None:
        frame = rows("`id` INT, `post` STRUCT<`bo``dy`: STRING>", (1, ("I love it!",)), (2, (None,)), (3, None), (4, ("I hate it.",)))
        told = step.apply(frame, node="s", text="post.bo`dy", label="mo`od", score="n", neutral=0.05)
        self.assertEqual(told.columns, ["id", "post", RECORD, LIVE, REJECTS, "mo`od", "n"])
        found = {row["id"]: (row["mo`od"], row["n"] and round(row["n"], 4)) for row in told.collect()}
        self.assertEqual(found, {1: ("positive", 0.6696), 2: (None, None), 3: (None, None), 4: ("negative", -0.5719)})
