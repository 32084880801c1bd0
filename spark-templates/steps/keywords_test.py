"""The terms of a column: a list, and null."""

from __future__ import annotations

import unittest

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import keywords as step
from stream_job.testing import needs_spark, rows


@needs_spark
class KeywordsTest(unittest.TestCase):
    """In the one shared session."""

    def test_adds_a_list(self) -> None:
        frame = rows("`id` INT, `t` STRING", (1, "The checkout queue, the rude staff"), (2, None), (3, "42"))
        told = step.apply(frame, node="k", text="t", into="te`rms", most=1, words=2, stop_words=["rude"])
        self.assertEqual(told.columns, ["id", "t", RECORD, LIVE, REJECTS, "te`rms"])
        found = {row["id"]: row["te`rms"] for row in told.collect()}
        self.assertEqual(found, {1: ["checkout queue"], 2: None, 3: []})
