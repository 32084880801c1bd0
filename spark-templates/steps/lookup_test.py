"""A lookup: each row finds the table's row of its key, and what finds none becomes what it was said to become."""

from __future__ import annotations

import datetime
import json
import os
import unittest
from typing import TYPE_CHECKING, Any
from unittest import mock

from stream_job.rows import LIVE, REJECTS
from stream_job.steps import lookup as step
from stream_job.tables import table_path
from stream_job.testing import MONGODB_URI, fresh_name, needs_mongodb, needs_spark, rows

if TYPE_CHECKING:
    from collections.abc import Callable

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

    @needs_mongodb
    def test_a_collection_is_kept_or_asked(self) -> None:
        from stream_job.collection import client

        database = fresh_name()
        self.addCleanup(lambda: client(MONGODB_URI).drop_database(database))
        environment = mock.patch.dict(os.environ, {"MONGODB_URI": MONGODB_URI, "MONGODB_DATABASE": database})
        environment.start()
        self.addCleanup(environment.stop)
        stores = client(MONGODB_URI)[database]["stores"]
        moment = datetime.datetime(2024, 1, 1, 0, 0)
        told = [("x", 1, 12.5, {"city": "Lyon", "since": moment}), ("y", 2.0, "7", None), ("x", 3, "much", None), ("x", 4, 1, None), ("x", 4, 2, None)]
        stores.insert_many([{"_id": at, "place": p, "id": id, "area": area, "shop": shop} for at, (p, id, area, shop) in enumerate(told)])
        columns = {"id": "BIGINT", "place": "STRING", "area": "DECIMAL(8,2)", "shop": "STRUCT<`city`: STRING, `since`: DATE, `at`: TIMESTAMP>"}
        frame = rows("`n` INT, `p` STRING", (1, "x"), (2, "y"), (3, "x"), (4, "x"), (5, "x"), (1, None))

        def found(**reading: Any) -> Callable[[], list[Any]]:
            more = {"columns": columns, "added": {"area": "area", "shop": "store"}, "collection": "stores", "required": ["area"], **reading}
            out = step.apply(frame, node=fresh_name(), on={"n": "id", "p": "place"}, **more)
            return lambda: [shown(row) for row in out.collect()]

        def shown(row: Any) -> Any:
            rejects = [(each["code"], each["message"]) for each in row[REJECTS] or []]
            return (row["n"], row["area"] and str(row["area"]), row["store"] and row["store"].asDict(), row[LIVE], rejects)

        lyon = {"city": "Lyon", "since": moment.date(), "at": None}
        why = [
            [("lookup/wrong-value", 'the document `_id: 2` does not fit: column `area` wants decimal(8,2), not "much"')],
            [("lookup/duplicate-key", "the documents `_id: 3` and `_id: 4` have the same key")],
        ]
        refused = [(3, None, None, False, why[0]), (4, None, None, False, why[1])]
        rest = [*refused, (5, None, None, True, []), (1, None, None, True, [])]
        kept, live = found(), found(live=True)
        for each in (kept, live):
            self.assertEqual(each(), [(1, "12.50", lyon, True, []), (2, "7.00", None, True, []), *rest])
        stores.update_one({"id": 1}, {"$set": {"area": 13}})
        self.assertEqual([each()[0][1] for each in (kept, live)], ["12.50", "13.00"])
        dropped = step.apply(frame, node="d", on={"n": "id", "p": "place"}, columns=columns, added={}, missing="drop", collection="stores", live=True)
        self.assertEqual([(row["n"], row[LIVE]) for row in dropped.collect()], [(1, True), (2, True), (3, False), (4, False)])
