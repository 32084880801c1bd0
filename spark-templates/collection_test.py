"""Upserts into a real collection: what is inserted, what replaced, what refused, and what is tried again."""

from __future__ import annotations

import decimal
import unittest
from typing import Any
from unittest import mock

from pymongo.collection import Collection
from pymongo.errors import AutoReconnect

from stream_job import retrying
from stream_job.collection import CollectionWriter, client
from stream_job.testing import MONGODB_URI, fresh_name, needs_mongodb


@needs_mongodb
class CollectionTest(unittest.TestCase):
    """Every test has a database of its own, and runs both ways of writing where they must agree."""

    def setUp(self) -> None:
        self.database = client(MONGODB_URI)[fresh_name()]
        self.addCleanup(client(MONGODB_URI).drop_database, self.database.name)
        self.reports: list[tuple[str, int, str]] = []

    def writer(self, *, replace: bool = False, collection: str = "c") -> CollectionWriter:
        """A writer for the test's collection."""
        return CollectionWriter(MONGODB_URI, self.database.name, collection, replace_always=replace)

    def report(self, service: str, attempt: int, message: str) -> None:
        """Keeps what is reported."""
        self.reports.append((service, attempt, message))

    def found(self, collection: str = "c") -> dict[Any, Any]:
        """`_id` → `x` of what is stored."""
        return {each["_id"]: each.get("x") for each in self.database[collection].find()}

    def test_inserts_first_then_replaces_what_is_there(self) -> None:
        for replace in (False, True):
            with self.subTest(replace=replace):
                collection = f"c{replace}"
                writer = self.writer(replace=replace, collection=collection)
                first = writer.write([{"_id": 1, "x": "a"}, {"_id": 2, "x": "a", "old": True}], self.report)
                second = writer.write([{"_id": 2, "x": "b"}, {"_id": 3, "x": "b"}], self.report)
                self.assertEqual([(w.written, w.repeats, w.refused) for w in (first, second)], [(2, 0, []), (1, 1, [])])
                self.assertEqual(self.found(collection), {1: "a", 2: "b", 3: "b"})
                self.assertNotIn("old", self.database[collection].find_one(2), "replaced, not merged")

    def test_many_repeats_switch_to_replacing_and_few_back(self) -> None:
        writer = self.writer()
        writer.write([{"_id": at} for at in range(10)], self.report)
        with mock.patch.object(writer, "_insert", side_effect=writer._insert) as insert:
            writer.write([{"_id": at} for at in range(10)], self.report)
            self.assertEqual(insert.call_count, 1)
            writer.write([{"_id": at} for at in range(10)], self.report)
            self.assertEqual(insert.call_count, 1, "the chunk before had met many")
            writer.write([{"_id": at} for at in range(10, 20)], self.report)
            writer.write([{"_id": at} for at in range(20, 30)], self.report)
            self.assertEqual(insert.call_count, 2, "the chunk before had met none")
        self.assertEqual(len(self.found()), 30)

    def test_nothing_to_write_is_nothing(self) -> None:
        for replace in (False, True):
            done = self.writer(replace=replace).write([], self.report)
            self.assertEqual((done.written, done.repeats, done.refused, self.reports), (0, 0, [], []))

    def test_a_duplicate_of_another_unique_index_is_the_rows_own_error(self) -> None:
        for replace in (False, True):
            with self.subTest(replace=replace):
                collection = f"c{replace}"
                self.database[collection].create_index("x", unique=True)
                chunk = [{"_id": 1, "x": "a"}, {"_id": 2, "x": "a"}, {"_id": 3, "x": "c"}]
                for written, repeats in ((2, 0), (0, 2)):
                    done = self.writer(replace=replace, collection=collection).write(chunk, self.report)
                    self.assertEqual((done.written, done.repeats), (written, repeats))
                    self.assertEqual([each[:2] for each in done.refused], [(1, "mongodb/duplicate")])
                self.assertEqual(self.found(collection), {1: "a", 3: "c"})

    def test_a_place_that_is_not_on_the_globe_is_the_rows_own_error(self) -> None:
        for replace in (False, True):
            collection = f"c{replace}"
            self.database[collection].create_index({"x": "2dsphere"})
            chunk = [{"_id": 1, "x": [10.0, 50.0]}, {"_id": 2, "x": [10.0, 500.0]}, {"_id": 3, "x": {"type": "Pint", "coordinates": []}}, {"_id": 4, "x": None}]
            done = self.writer(replace=replace, collection=collection).write(chunk, self.report)
            self.assertEqual([each[:2] for each in done.refused], [(1, "mongodb/no-place"), (2, "mongodb/no-place")])
            self.assertEqual(set(self.found(collection)), {1, 4})

    def test_the_validator_refuses_single_documents_and_says_why(self) -> None:
        self.database.create_collection("c", validator={"$jsonSchema": {"properties": {"x": {"bsonType": "string"}}}})
        for replace in (False, True):
            done = self.writer(replace=replace).write([{"_id": 1, "x": "a"}, {"_id": 2, "x": 5}, {"_id": 3, "x": "c"}], self.report)
            self.assertEqual([each[:2] for each in done.refused], [(1, "mongodb/validation")])
            self.assertIn("bsonType", done.refused[0][2])
        self.assertEqual(self.found(), {1: "a", 3: "c"})

    def test_a_document_that_spoils_the_chunk_is_found_and_the_rest_is_written(self) -> None:
        spoilers = [("mongodb/too-large", "x" * 17_000_000), ("mongodb/too-large", "x" * (16 * 2**20 + 100)), ("mongodb/encoding", decimal.Decimal(1)), ("mongodb/encoding", {"a\0": 1})]
        for code, spoiler in spoilers:
            for replace in (False, True):
                with self.subTest(code=code, replace=replace):
                    collection = fresh_name()
                    chunk = [{"_id": at, "x": spoiler if at == 5 else at} for at in range(9)]
                    done = self.writer(replace=replace, collection=collection).write(chunk, self.report)
                    self.assertEqual([each[:2] for each in done.refused], [(5, code)])
                    self.assertEqual((done.written + done.repeats, self.found(collection)), (8, {at: at for at in range(9) if at != 5}))
        self.assertEqual(self.reports, [], "none of it is the service's fault")

    def test_names_that_mongodb_refuses_are_the_rows_own_error(self) -> None:
        done = self.writer().write([{"_id": {"$a": 1}}, {"_id": 2}, {"_id": [3]}], self.report)
        self.assertEqual([each[:2] for each in done.refused], [(0, "mongodb/encoding"), (2, "mongodb/encoding")])

    def test_a_lost_acknowledgement_is_tried_again_and_reported(self) -> None:
        for replace, method in ((False, "insert_many"), (True, "bulk_write")):
            with self.subTest(replace=replace):
                self.reports.clear()
                real, calls = getattr(Collection, method), []

                def lose_first(*arguments: Any, real: Any = real, calls: list[int] = calls, **keywords: Any) -> Any:
                    calls.append(1)
                    result = real(*arguments, **keywords)
                    if len(calls) == 1:
                        raise AutoReconnect("connection closed")
                    return result

                with mock.patch.object(Collection, method, lose_first):
                    done = self.writer(replace=replace, collection=method).write([{"_id": 1, "x": 1}], self.report)
                self.assertEqual((done.written, done.repeats, done.refused, self.found(method)), (0, 1, [], {1: 1}))
                self.assertEqual([attempt for _, attempt, _ in self.reports], [1, 0])

    def test_a_service_that_stays_away_is_a_service_error(self) -> None:
        with mock.patch.object(retrying, "PATIENCE_SECONDS", 0.0), mock.patch("pymongo.collection.Collection.insert_many", side_effect=AutoReconnect("away")):
            with self.assertRaisesRegex(retrying.ServiceError, "away"):
                retrying.insist("mongodb", lambda: self.writer()._insert([(0, {"_id": 1})]), (AutoReconnect,), self.report, patience=0.0)
        self.assertEqual(self.reports, [("mongodb", 1, "AutoReconnect: away")])

    def test_two_writers_of_one_new_id_both_succeed(self) -> None:
        import threading

        chunks = [[{"_id": at, "x": name} for at in range(500)] for name in ("a", "b")]
        done: list[Any] = []
        threads = [threading.Thread(target=lambda chunk=chunk: done.append(self.writer(replace=True).write(chunk, self.report))) for chunk in chunks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((sum(w.written for w in done), sum(w.repeats for w in done), [w.refused for w in done]), (500, 500, [[], []]))
