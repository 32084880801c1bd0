"""The printed SQL of every function and operator, run by Spark as a job runs it: ANSI mode, UTC.

EXPRESSION_CASES names a file that the engine's own printer has made. All cases run over all rows at once, which shows that none
throws on any of them; each is then compared on its own rows.
"""

from __future__ import annotations

import datetime
import decimal
import json
import math
import os
import unittest
from pathlib import Path
from typing import Any

from stream_job.testing import needs_spark, session

FILE = os.environ.get("EXPRESSION_CASES", "")
# So many cases in one query: more make generated code that the JVM does not compile.
TOGETHER = 60


@needs_spark
@unittest.skipUnless(FILE, "set EXPRESSION_CASES")
class ExpressionTest(unittest.TestCase):
    """Row expressions and aggregates, each in a few queries."""

    @classmethod
    def setUpClass(cls) -> None:
        found = json.loads(Path(FILE).read_text("utf-8"))
        cls.columns, cls.cases = found["columns"], found["cases"]

    def test_row_expressions(self) -> None:
        cases = [case for case in self.cases if not case["aggregate"]]
        self.assertGreater(len(cases), 150)
        frame = _rows(self.columns, cases).cache()
        for start in range(0, len(cases), TOGETHER):
            some = cases[start : start + TOGETHER]
            self._is_total(frame, some)
            own = [part for at, case in enumerate(some) for part in _parts(case, at, f"CASE WHEN `case` = {start + at} THEN ({{}}) END")]
            one = frame.selectExpr("`case`", *own).where(f"`case` >= {start} AND `case` < {start + len(some)}").toArrow().to_pylist()
            for at, case in enumerate(some):
                row = next(each for each in one if each["case"] == start + at)
                self._compare(case, row[f"value{at}"], row[f"failed{at}"])

    def test_aggregates(self) -> None:
        cases = [case for case in self.cases if case["aggregate"]]
        self.assertGreater(len(cases), 15)
        frame = _rows(self.columns, cases).coalesce(1).sortWithinPartitions("case", "place")
        parts = [part for at, case in enumerate(cases) for part in _parts(case, at, "({})")]
        from pyspark.sql import functions as F

        found = frame.groupBy("case").agg(*[F.expr(part) for part in parts]).toArrow().to_pylist()
        self.assertEqual(len(found), len(cases))
        for at, case in enumerate(cases):
            row = next(each for each in found if each["case"] == at)
            self._compare(case, row[f"value{at}"], row[f"failed{at}"])

    def _is_total(self, frame: Any, cases: list[dict[str, Any]]) -> None:
        """No value throws on any row of any case, and no predicate is null."""
        counts = [f"count({case['value']}) AS value{at}" for at, case in enumerate(cases)]
        nulls = [f"count_if(({case['failed'] or 'false'}) IS NULL) AS nulls{at}" for at, case in enumerate(cases)]
        row = frame.selectExpr(*counts, *nulls).collect()[0]
        self.assertEqual([case["text"] for at, case in enumerate(cases) if row[f"nulls{at}"]], [], "the predicate is null on some row")

    def _compare(self, case: dict[str, Any], value: Any, failed: bool) -> None:
        with self.subTest(of=case["of"], text=case["text"], rows=case["rows"], value=case["value"], failed=case["failed"]):
            self.assertEqual(failed, "failed" in case["expected"])
            if not failed:
                self.assertTrue(_same(_plain(value), case["expected"]["value"]), f"{_plain(value)!r} is not {case['expected']['value']!r}")


def _rows(columns: str, cases: list[dict[str, Any]]) -> Any:
    """One row per row of every case, with its `case` and its `place`; read by Spark from JSON."""
    from pyspark.sql import functions as F

    given = [(at, place, json.dumps(_longs(row))) for at, case in enumerate(cases) for place, row in enumerate(case["rows"])]
    frame = session().createDataFrame(given, "`case` INT, `place` INT, `text` STRING").coalesce(2)
    read = frame.select("case", "place", F.from_json("text", columns, {"mode": "FAILFAST"}).alias("row"))
    return read.select("case", "place", "row.*")


def _longs(row: dict[str, Any]) -> dict[str, Any]:
    """JavaScript gives a large long as text."""
    return {**row, **({"l": int(row["l"])} if isinstance(row.get("l"), str) else {})}


def _parts(case: dict[str, Any], at: int, form: str) -> list[str]:
    return [f"{form.format(case['value'])} AS value{at}", f"{form.format(case['failed'] or 'false')} AS failed{at}"]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return float(value)
    return value


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, float) and isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return math.isclose(found, wanted, rel_tol=1e-12)
    return type(found) is type(wanted) and found == wanted
