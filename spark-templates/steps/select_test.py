"""Choosing columns: exactly those, in order; an expression that failed is a reject."""

from __future__ import annotations

import unittest

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import select as step
from stream_job.testing import needs_spark, rows


@needs_spark
class SelectTest(unittest.TestCase):
    """In the one shared session."""

    def test_gives_exactly_the_columns_in_order(self) -> None:
        frame = rows("`n` INT, `s` STRING", (1, "a"))
        odd = "we`ird ${env:HOME} \"' name"
        chosen = step.apply(frame, node="p", columns={odd: "`s`", "twice": "try_multiply(`n`, 2)", "n": "`n`"})
        self.assertEqual(chosen.columns, [odd, "twice", "n", RECORD, LIVE, REJECTS])
        row = chosen.collect()[0]
        self.assertEqual((row[odd], row["twice"], row["n"], row[LIVE], row[REJECTS]), ("a", 2, 1, True, None))

    def test_an_odd_name_is_read_as_it_is(self) -> None:
        odd = "we`ird ${env:HOME} \"' name"
        frame = step.apply(rows("`n` INT", (5,)), node="p", columns={odd: "`n`"})
        again = step.apply(frame, node="q", columns={"back": "`" + odd.replace("`", "``") + "`"})
        self.assertEqual(again.collect()[0]["back"], 5)

    def test_a_failed_column_is_one_reject_that_names_the_first(self) -> None:
        frame = rows("`s` STRING", ("1",), ("x",), (None,))
        bad = "`s` IS NOT NULL AND try_cast(`s` AS INT) IS NULL"
        chosen = step.apply(frame, node="p", columns={"a": "try_cast(`s` AS INT)", "b": "`s`"}, failed={"a": bad, "b": bad})
        found = [(row["b"], row[LIVE], row[REJECTS] and [tuple(each) for each in row[REJECTS]]) for row in chosen.collect()]
        self.assertEqual(found[0], ("1", True, None))
        self.assertEqual(found[1], ("x", False, [("p", "select/failed", "column `a` has no value for this row")]))
        self.assertEqual(found[2], (None, True, None))

    def test_a_row_without_a_record_needs_none(self) -> None:
        chosen = step.apply(rows("`n` INT", (1,), record=False), node="p", columns={"m": "`n`"})
        self.assertEqual(chosen.columns, ["m", LIVE, REJECTS])
