"""A collection as the table of a lookup: kept and read again, or asked for keys."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from typing import Any
from unittest import mock

from stream_job import table_collection
from stream_job.tables import Broken, kept_table, table_path
from stream_job.testing import MONGODB_URI, fresh_name, needs_mongodb

FIELDS = [{"name": name, "type": kind, "nullable": True, "metadata": {}} for name, kind in {"id": "long", "place": "string", "boss": "string"}.items()]


@needs_mongodb
class CollectionTest(unittest.TestCase):
    """A collection of the test's own."""

    def setUp(self) -> None:
        from stream_job.collection import client
        from stream_job.table_documents import Shape

        database = fresh_name()
        self.stores = client(MONGODB_URI)[database]["stores"]
        self.addCleanup(lambda: client(MONGODB_URI).drop_database(database))
        schema = json.dumps({"type": "struct", "fields": FIELDS})
        self.sources = {key: table_collection.Source("n", MONGODB_URI, database, "stores", Shape(schema, key)) for key in [("id",), ("id", "place")]}
        self.source = self.sources["id",]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.patch(mock.patch.dict(os.environ, {"TABLES": os.path.join(folder.name, "new")}))
        self.events: list[dict[str, Any]] = []
        self.patch(mock.patch.object(table_collection.events, "emit", lambda event, **more: self.events.append({"event": event, **more})))

    def patch(self, patch: Any) -> None:
        """For this test alone."""
        patch.start()
        self.addCleanup(patch.stop)

    def kept(self) -> dict[Any, Any]:
        """What a worker finds."""
        return kept_table(str(table_path("n")), (0,)).rows()

    def test_a_kept_table_is_read_whole_and_again(self) -> None:
        self.stores.insert_many([{"_id": at, "id": at, "boss": f"b{at}"} for at in range(3)])
        table_collection.keep(self.source, None)
        keeper = table_collection._Keeper(self.source)
        keeper.put(table_collection._whole(self.source))
        self.assertEqual(self.kept(), {(str(at),): [str(at), None, f"b{at}"] for at in range(3)})
        keeper.refresh()
        self.assertEqual(self.events, [])
        self.stores.update_one({"_id": 1}, {"$set": {"boss": "new"}})
        keeper.refresh()
        self.assertEqual(self.kept()["1",], ["1", None, "new"])
        self.assertEqual(self.events, [{"event": "table", "node": "n", "rows": 3}])

    def test_a_table_that_cannot_be_read_again_stays_and_is_told_once(self) -> None:
        self.stores.insert_one({"id": 1, "boss": "b"})
        keeper = table_collection._Keeper(self.source)
        keeper.put(table_collection._whole(self.source))
        self.stores.insert_many([{"id": 2}, {"id": 3}])
        with mock.patch.object(table_collection, "MOST_ROWS", 2):
            keeper.refresh()
            keeper.refresh()
        self.assertEqual(self.kept(), {("1",): ["1", None, "b"]})
        ((code, message),) = [(each["code"], each["message"]) for each in self.events]
        self.assertEqual(code, "lookup/kept")
        self.assertIn("n keeps the rows that it has: the table of n is too large to be kept: `stores` has more than 2 documents", message)

    def test_a_table_that_is_too_large_at_first_ends_the_job(self) -> None:
        self.stores.insert_many([{"id": 1}, {"id": 2}, {"id": 3}])
        for bound, told in {"MOST_ROWS": "more than 2 documents", "MOST_BYTES": "more than 16 MiB"}.items():
            with mock.patch.object(table_collection, bound, 2), self.assertRaisesRegex(table_collection.TableError, told):
                table_collection.keep(self.source, None)

    def test_what_is_wrong_with_a_table_is_told(self) -> None:
        table_collection.keep(self.source, None)
        self.stores.insert_many([{"_id": 1, "id": 1}, {"_id": 2, "id": 1}, {"_id": 3}, {"_id": 4, "id": 4, "boss": 7}])
        table_collection.keep(self.source, None)
        self.assertEqual([each["code"] for each in self.events], ["lookup/no-rows", "lookup/wrong-value", "lookup/duplicate-key"])
        self.assertIn("1 document of `stores` without `id` of its type, such as `_id: 3`", self.events[1]["message"])
        self.assertEqual(self.kept()["1",], Broken("lookup/duplicate-key", "the documents `_id: 1` and `_id: 2` have the same key"))
        self.assertEqual(self.kept()["4",], ["4", None, "7"])

    def test_an_asked_table_is_as_it_is_now(self) -> None:
        self.stores.insert_many([{"id": at, "place": "x" if at % 2 else "y", "boss": f"b{at}", "more": "x" * 100} for at in range(2_500)])
        asked = table_collection.AskedTable(self.source)
        keys = [(str(at % 3_000),) for at in range(4_000)]
        self.assertEqual({key: row[2] for key, row in asked.find(keys).items()}, {(str(at),): f"b{at}" for at in range(2_500)})
        self.stores.update_one({"id": 7}, {"$set": {"boss": "new"}})
        self.assertEqual(asked.find([("7",)]), {("7",): ["7", "x", "new"]})
        both = table_collection.AskedTable(self.sources["id", "place"])
        pairs = [(str(at), "x") for at in range(300)]
        self.assertEqual(set(both.find(pairs)), {(str(at), "x") for at in range(1, 300, 2)})
        self.assertEqual(asked.find([]), {})

    def test_a_question_whose_answer_has_no_end_fails(self) -> None:
        self.stores.insert_many([{"id": 1} for _ in range(5)])
        with mock.patch.object(table_collection, "MOST_ROWS", 3), self.assertRaisesRegex(table_collection.TableError, "more than 3 documents of `stores`"):
            table_collection.AskedTable(self.source).find([("1",)])
        self.assertEqual(table_collection.AskedTable(self.source).find([("1",)])["1",].code, "lookup/duplicate-key")

    def test_a_key_without_an_index_is_told(self) -> None:
        warn = table_collection.warn_of_slow_questions
        warn(self.source)
        self.stores.create_index("id", partialFilterExpression={"id": {"$gt": 1}})
        warn(self.source)
        self.assertEqual([each["code"] for each in self.events], ["lookup/no-index"])
        self.assertIn('db.getCollection("stores").createIndex({ "id": 1 })', self.events[0]["hint"])
        self.stores.create_index([("place", 1), ("id", 1)])
        warn(self.sources["id", "place"])
        self.assertEqual(len(self.events), 1)

    def test_a_service_that_is_away_is_told_as_such(self) -> None:
        from dataclasses import replace

        from stream_job.retrying import ServiceError

        away = replace(self.source, uri="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")
        with mock.patch.object(table_collection, "_PATIENCE_SECONDS", 0.1), self.assertRaises(ServiceError):
            table_collection.AskedTable(away).find([("1",)])
        self.assertNotIn("127.0.0.1", repr(away))
