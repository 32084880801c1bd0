"""The language of a column: two columns, and null."""

from __future__ import annotations

import importlib.util
import unittest

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import language
from stream_job.testing import needs_spark, rows


@needs_spark
@unittest.skipUnless(importlib.util.find_spec("lingua"), "needs the packages of transform.language")
class LanguageTest(unittest.TestCase):
    """In the one shared session."""

    def test_adds_columns(self) -> None:
        frame = rows("`id` INT, `t` STRING", (1, "Guten Morgen, liebe Leute"), (2, None), (3, "42"))
        told = language.apply(frame, node="l", text="t", code="co`de", confidence="sure", among=["en", "de"], least=0)
        self.assertEqual(told.columns, ["id", "t", RECORD, LIVE, REJECTS, "co`de", "sure"])
        found = {row["id"]: (row["co`de"], row["sure"]) for row in told.collect()}
        self.assertEqual(found[1][0], "de")
        self.assertEqual((found[2], found[3]), ((None, None), (None, 0.0)))
