"""A lookup: each row finds the table's row of its key, and what finds none becomes what it was said to become."""

from __future__ import annotations

import datetime
import json
import unittest
from typing import Any

from stream_job.rows import LIVE, REJECTS
from stream_job.steps import lookup as step
from stream_job.tables import table_path
from stream_job.testing import fresh_name, needs_spark, rows

COLUMNS = {"id": "BIGINT", "place": "STRING", "area": "DECIMAL(8,2)", "since": "TIMESTAMP"}
TABLE: list[list[str | None]] = [["1", "x", "12.50", "2024-01-01T00:00:00Z"], ["2", "y", None, None], ["2", "x", "7", None]]
ADDED = {"area": "we`ird area", "since": "since"}


@needs_spark
class LookupTest(unittest.TestCase):
    """In the one shared session."""

    def looked_up(self, missing: str) -> Any:
        """A match, a match without values, no match, a null in the key, a row that lives no longer."""
        from pyspark.sql import functions as F

        frame = rows("`n` INT, `shop` STRUCT<place: STRING>", (1, ("x",)), (2, ("y",)), (1, ("y",)), (None, ("x",)), (9, ("x",)))
        frame = frame.withColumn(LIVE, F.coalesce(F.col("n") < 9, F.lit(True)))
        return step.apply(frame, node="l", on={"n": "id", "shop.place": "place"}, columns=COLUMNS, rows=TABLE, added=ADDED, missing=missing)

    def test_values_have_the_types_of_the_table(self) -> None:
        from decimal import Decimal

        out = self.looked_up("keep")
        found = {(row["n"], row["shop"]["place"]): (row["we`ird area"], row["since"]) for row in out.collect()}
        since = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc).astimezone().replace(tzinfo=None)
        nothing = (None, None)
        self.assertEqual(
            found, {(1, "x"): (Decimal("12.50"), since), (2, "y"): nothing, (1, "y"): nothing, (None, "x"): nothing, (9, "x"): nothing}
        )
        self.assertEqual(out.columns[:4], ["n", "shop", "we`ird area", "since"])

    def test_rows_without_a_match_are_dropped_and_counted(self) -> None:
        out = self.looked_up("drop")
        self.assertEqual([(row["n"], row["shop"]["place"]) for row in out.collect()], [(1, "x"), (2, "y")])
        row = out._jdf.queryExecution().observedMetrics().apply("filtered:l")
        self.assertEqual(row.getLong(0), 2)

    def test_rows_without_a_match_are_dead_letters(self) -> None:
        out = self.looked_up("dead-letter")
        found = [(row["n"], row[LIVE], [(each["code"], each["message"]) for each in row[REJECTS] or []]) for row in out.collect()]
        why = [("lookup/missing", "the table has no row for `n`, `shop.place`")]
        self.assertEqual(found, [(1, True, []), (2, True, []), (1, False, why), (None, False, why), (9, False, [])])

    def test_a_table_in_a_file_may_be_replaced_between_two_batches(self) -> None:
        node = fresh_name()
        path = table_path(node)
        path.parent.mkdir(exist_ok=True)
        self.addCleanup(path.unlink)

        def put(table: list[list[str | None]]) -> None:
            path.with_suffix(".new").write_text("".join(f"{json.dumps(row)}\n" for row in table))
            path.with_suffix(".new").rename(path)

        put(TABLE)
        frame = rows("`n` INT, `shop` STRUCT<place: STRING>", (1, ("x",)), (2, ("y",)), (1, ("y",)), (None, ("x",)), (9, ("x",)))
        out = step.apply(frame, node=node, on={"n": "id", "shop.place": "place"}, columns=COLUMNS, added=ADDED, missing="dead-letter")

        def found() -> list[Any]:
            return [(row["n"], row["shop"]["place"], row["we`ird area"] and str(row["we`ird area"]), row[LIVE]) for row in out.collect()]

        lost = [(1, "y", None, False), (None, "x", None, False)]
        self.assertEqual(found(), [(1, "x", "12.50", True), (2, "y", None, True), *lost, (9, "x", None, False)])
        put([["9", "x", "3", None], ["1", "x", "13.00", None]])
        self.assertEqual(found(), [(1, "x", "13.00", True), (2, "y", None, False), *lost, (9, "x", "3.00", True)])
