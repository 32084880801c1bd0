"""What one process does with its share of a batch: rows to MongoDB, refusals to the dead letters, and honest counts."""

from __future__ import annotations

import datetime
import decimal
import json
import random
import unittest
from dataclasses import replace
from typing import Any
from unittest import mock

import pyarrow as pa

from stream_job import batches, begun
from stream_job.batches import SinkTask, write_batch
from stream_job.counts import Counts
from stream_job.dead_letters import Origin
from stream_job.io import mongodb
from stream_job.io.mongodb import InsertTask, UpsertTask
from stream_job.light_rows import LIGHT_RECORD, LightRows
from stream_job.rows import DELETE, RECORD
from stream_job.testing import KAFKA, MONGODB_URI, arrow_rows, fresh_topic, headers_of, needs_kafka, needs_mongodb, needs_spark, records_of, rows

def no_report(_service: str, _attempt: int, _message: str) -> None:
    """Nobody listens."""


@needs_mongodb
@needs_kafka
class SinkTaskTest(unittest.TestCase):
    """Every test has a database and a dead-letter topic of its own."""

    def setUp(self) -> None:
        from stream_job.collection import client

        self.name = fresh_topic(self)
        self.servers = (("bootstrap.servers", KAFKA),)
        self.collection = client(MONGODB_URI)[self.name].c
        self.addCleanup(client(MONGODB_URI).drop_database, self.name)

    def task(self, *key: str, replace: bool = False, owns: tuple[str, ...] = ()) -> UpsertTask:
        """A sink `store` that owns the nodes named."""
        readers = {"in": {"schema": {"type": "struct", "fields": [{"name": "n", "type": "integer", "nullable": False}]}, "units": {}}}
        paths = tuple(tuple(each.split(".")) for each in key)
        origin = Origin("p", "s", self.name, self.servers)
        return UpsertTask(origin, frozenset([*owns, "store"]), readers, "store", MONGODB_URI, self.name, "c", paths, {"t": "e1"}, replace)

    def letters(self) -> list[tuple[str, str, bytes | None]]:
        """Key, code and value of every letter."""
        return [(message.key().decode(), headers_of(message)["__connect.errors.class.name"], message.value()) for message in records_of(self.name)]

    def batch(self, columns: dict[str, pa.Array], rejects: list[Any] | None = None, *, record: bool = True, live: list[bool] | None = None) -> pa.RecordBatch:
        """Rows as they reach a sink."""
        return arrow_rows(columns, rejects, record=record, live=live)

    def run_task(self, task: SinkTask, batch: pa.RecordBatch) -> Counts:
        """As a worker would."""
        return task.run([batch], 7, no_report)

    def test_a_batch_of_null_keys_alone_is_all_letters(self) -> None:
        for replace in (False, True):
            counts = self.run_task(self.task("n", replace=replace), self.batch({"n": pa.array([None, None], pa.int32())}))
            self.assertEqual((counts.written, counts.repeats, counts.dead), (0, 0, {"store": {"mongodb/null-key": 2}}))
        self.assertEqual([key for key, _, _ in self.letters()], ["store|t|0|0", "store|t|0|1"] * 2)

    def test_every_kind_of_key(self) -> None:
        kinds = {
            "s": pa.array(["a", "b", "a"]),
            "l": pa.array([1, 2, 1]),
            "d": pa.array([1.5, 2.5, 1.5]),
            "b": pa.array([True, False, True]),
            "day": pa.array([1, 2, 1], pa.date32()),
            "ts": pa.array([1, 2_000, 1], pa.timestamp("us", tz="UTC")),
            "amount": pa.array([decimal.Decimal("1.50"), decimal.Decimal("2.50"), decimal.Decimal("1.50")], pa.decimal128(10, 2)),
            "raw": pa.array([b"\0", b"\1", b"\0"]),
        }
        for name in kinds:
            for key in ((name,), ("s", name) if name != "s" else ("l", "s")):
                with self.subTest(key=key):
                    self.collection.delete_many({})
                    columns = {**kinds, "row": pa.array([0, 1, 2])}
                    counts = self.run_task(self.task(*key), self.batch(columns))
                    self.assertEqual((counts.written, counts.repeats, counts.dead), (2, 1, {}))
                    self.assertEqual({each["row"] for each in self.collection.find()}, {1, 2}, "the last one wins")
                    again = self.run_task(self.task(*key), self.batch(columns))
                    self.assertEqual((again.written, again.repeats), (0, 3), "a replay finds the same keys")
        self.assertEqual(list(self.collection.find_one()["_id"]), ["s", "raw"], "in declared order")

    def test_without_a_key_the_place_in_the_topic_is_the_id(self) -> None:
        self.run_task(self.task(), self.batch({"n": pa.array([5, 6])}))
        self.assertEqual({each["_id"]: each["n"] for each in self.collection.find()}, {"e1:t:0:0": 5, "e1:t:0:1": 6})

    def test_every_update_is_kept_and_a_batch_that_is_repeated_writes_nothing_twice(self) -> None:
        task = InsertTask(**vars(self.task("k")), query="q", checkpoint="v1", per="batch")
        batch = self.batch({"k": pa.array(["a", "b"]), "n": pa.array([1, 2])}, record=False)
        found = [task.run([batch], at, no_report) for at in (7, 7, 8)]
        self.assertEqual([(each.written, each.repeats) for each in found], [(2, 0), (0, 2), (2, 0)])
        ids = [each["_id"] for each in self.collection.find().sort("_id", 1)]
        self.assertEqual(ids, [{"key": key, "query": "q", "checkpoint": "v1", "batch": at} for key in "ab" for at in (7, 8)])
        anew = replace(task, checkpoint="v2").run([batch], 7, no_report)
        self.assertEqual(anew.written, 2, "batches of another checkpoint are others")

    def test_of_a_row_and_its_deletion_the_last_one_counts_however_often_the_batch_is_repeated(self) -> None:
        rows_of = [("a", 1, False), ("b", 2, False), ("a", 3, True), ("c", 4, True), ("c", 5, False), ("b", 6, False), ("d", 7, True)]
        keys, numbers, deletes = zip(*rows_of)
        batch = self.batch({"k": pa.array(keys), "n": pa.array(numbers), DELETE: pa.array(deletes)})
        for chunk in (1, 2, 3, 100):
            with self.subTest(chunk=chunk), mock.patch.object(mongodb, "_CHUNK_ROWS", chunk):
                self.collection.delete_many({})
                self.collection.insert_one({"_id": "d", "k": "d"})
                for _ in range(2):
                    counts = self.run_task(self.task("k", replace=True), batch)
                    self.assertEqual({each["_id"]: each["n"] for each in self.collection.find()}, {"b": 6, "c": 5})
                    self.assertEqual(counts.written + counts.repeats + counts.deleted, len(rows_of))
                    self.assertEqual(counts.deleted, 2 if chunk > 6 else counts.deleted)

    def test_a_time_series_takes_a_batch_that_is_repeated_once(self) -> None:
        self.collection.database.create_collection("c", timeseries={"timeField": "at", "metaField": "k", "granularity": "seconds"})
        this_year = 1_767_225_600_000_000
        for per, first in (("batch", this_year), ("record", this_year), ("close to 1970", 0)):
            with self.subTest(per=per):
                at = pa.array([first + 1_001, first + 2_000_000, None], pa.timestamp("us", tz="UTC"))
                begun.forget()
                task = InsertTask(**vars(self.task("k", "at")), query=per, checkpoint="v1", per="record" if per == "record" else "batch", time_field="at")
                batch = self.batch({"k": pa.array(["a", "a", "b"]), "at": at})
                counts = [task.begin(number).run([batch], number, no_report) for number in (7, 7, 8)]
                told = [(each.written, each.repeats, sum(each.dead["store"].values())) for each in counts]
                self.assertEqual(told, [(2, 0, 1), (0, 2, 1), (2, 0, 1)])
        begun.forget()
        self.assertTrue(task.begin(8).may_be_repeated, "a new process does not know")
        self.assertFalse(task.begin(9).may_be_repeated)
        self.assertEqual(self.collection.count_documents({}), 12)

    def test_every_record_of_a_key_is_kept(self) -> None:
        task = InsertTask(**vars(self.task("k")), query="q", checkpoint="v1", per="record")
        for _ in range(2):
            self.run_task(task, self.batch({"k": pa.array(["a", "a", None])}))
        self.assertEqual([each["_id"] for each in self.collection.find()], [{"key": "a", "record": f"e1:t:0:{at}"} for at in (0, 1)])
        self.assertEqual(len(self.letters()), 2)

    def test_what_bson_cannot_hold_costs_one_row(self) -> None:
        columns = {
            "n": pa.array([0, 1, 2]),
            "big": pa.array([decimal.Decimal(1), decimal.Decimal(10**37 + 1), None], pa.decimal128(38, 0)),
            "ts": pa.array([0, 0, -62135596800000001], pa.timestamp("us", tz="UTC")),
        }
        counts = self.run_task(self.task("n"), self.batch(columns))
        self.assertEqual((counts.written, counts.dead), (1, {"store": {"mongodb/encoding": 2}}))
        derived = self.run_task(self.task("n", replace=True), self.batch(columns, record=False))
        self.assertEqual((derived.repeats, derived.dead), (1, {"store": {"mongodb/encoding": 2}}))
        self.assertEqual([json.loads(value)["n"] for _, _, value in self.letters()[2:]], [1, 2])

    def test_rejects_are_written_by_their_owner_alone(self) -> None:
        rejects = [
            [{"node": "in", "code": "record/unreadable", "message": None}],
            [{"node": "f", "code": "filter/failed", "message": "m"}, {"node": "other", "code": "x", "message": "y"}],
            None,
        ]
        batch = self.batch({"n": pa.array([0, 1, 2])}, rejects, live=[False, True, True])
        counts = self.run_task(self.task("n", owns=("in", "f")), batch)
        self.assertEqual((counts.written, counts.dead), (2, {"in": {"record/missing-required": 1}, "f": {"filter/failed": 1}}))
        self.assertEqual(self.letters(), [("in|t|0|0", "record/missing-required", b"{}"), ("f|t|0|1", "filter/failed", b"{}")])

    def test_a_reject_of_a_derived_row_carries_its_json_and_one_key_for_ever(self) -> None:
        rejects = [[{"node": "f", "code": "filter/failed", "message": "m"}], None]
        columns = {"w": pa.array([1, 2], pa.timestamp("us", tz="UTC")), "n": pa.array([0, 1])}
        batch = self.batch(columns, rejects, record=False, live=[False, True])
        for _ in range(2):
            counts = self.run_task(self.task("w", owns=("f",), replace=True), batch)
            self.assertEqual((counts.written + counts.repeats, counts.dead), (1, {"f": {"filter/failed": 1}}))
        letters = self.letters()
        self.assertEqual(letters[0], letters[1])
        self.assertEqual((letters[0][1], json.loads(letters[0][2])), ("filter/failed", {"w": "1970-01-01T00:00:00.000Z", "n": 0}))
        self.assertTrue(letters[0][0].startswith("f|derived|"))

    def test_a_letter_that_is_too_large_for_its_topic_is_cut_without_alarm(self) -> None:
        from stream_job.dead_letters import record_letter, send

        reports: list[Any] = []
        place = {"topic": "t", "partition": 0, "offset": 1, "timestamp": datetime.datetime(2024, 1, 1), "value": random.Random(0).randbytes(3_000_000)}
        send([record_letter(place, "in", "c", "m")], Origin("p", "s", self.name, self.servers), lambda *told: reports.append(told))
        self.assertEqual([(key, len(value or b"")) for key, _, value in self.letters()], [("in|t|0|1", 65_536)])
        self.assertEqual(reports, [])

    def test_letters_that_kafka_does_not_take_end_in_a_service_error(self) -> None:
        from stream_job import dead_letters
        from stream_job.retrying import ServiceError, insist

        origin = Origin("p", "s", self.name, (("bootstrap.servers", "127.0.0.1:1"), ("delivery.timeout.ms", "300"), ("linger.ms", "0")))
        impatient = lambda *arguments: insist(*arguments, patience=0.0)  # noqa: E731
        with mock.patch.object(dead_letters, "insist", impatient), self.assertRaisesRegex(ServiceError, "1 dead letters were not acknowledged"):
            dead_letters.send([dead_letters.Letter("k", b"v", "n", "c")], origin, no_report)

    @needs_spark
    def test_driver_and_workers_write_the_same(self) -> None:
        values = [(at, f"t{at}", [at, None], {"a": at / 2}, decimal.Decimal(at) / 4 if at % 3 else None) for at in range(50)]
        frame = rows("`n` INT, `s` STRING, `list` ARRAY<INT>, `m` MAP<STRING, DOUBLE>, `amount` DECIMAL(10,2)", *values)
        stored = []
        for size in (50, None):
            self.collection.delete_many({})
            counts = write_batch(frame, 0, self.task("n"), LightRows(), size, no_report)
            self.assertEqual((counts.written, counts.repeats, counts.dead, counts.passes), (50, 0, {}, 1))
            stored.append(list(self.collection.find().sort("_id")))
        self.assertEqual(*stored)
        self.assertEqual(stored[0][1]["m"], {"a": 0.5})

    @needs_spark
    def test_a_first_batch_starts_no_workers_unless_it_is_large(self) -> None:
        frame = rows("`n` INT", *[(at,) for at in range(10)])
        with (
            mock.patch.object(batches, "SMALL_BATCH", 4),
            mock.patch.object(batches, "SMALL_FIRST_BATCH", 10),
            mock.patch.object(batches, "_in_workers", wraps=batches._in_workers) as in_workers,
        ):
            for batch, (size, first, started) in enumerate([(10, True, 0), (11, True, 1), (10, False, 1), (4, False, 0)]):
                in_workers.reset_mock()
                write_batch(frame, batch, self.task("n"), LightRows(), size, no_report, first=first)
                self.assertEqual(in_workers.call_count, started, (size, first))

    @needs_spark
    def test_a_heavy_record_in_a_large_batch_is_met_and_told(self) -> None:
        frame = self.rows_with_a_heavy_record()
        with mock.patch.object(batches, "SMALL_BATCH", 0):
            counts = write_batch(frame, 0, self.task("n"), LightRows(), 10, no_report)
            self.assertEqual((counts.written, counts.repeats, counts.heavy, counts.passes), (10, 0, True, 2))
            self.assertEqual(self.collection.count_documents({}), 10)
            again = write_batch(frame.where("n <> 7"), 1, self.task("n"), LightRows(), 9, no_report)
            self.assertEqual((again.written, again.repeats, again.heavy, again.passes), (0, 9, False, 1))

    @needs_spark
    def test_heavy_records_are_not_fetched_by_the_driver(self) -> None:
        frame = self.rows_with_a_heavy_record()
        counts = write_batch(frame, 0, self.task("n"), LightRows(), 10, no_report)
        self.assertEqual((counts.written, counts.repeats, counts.heavy, counts.passes), (10, 0, True, 2))
        self.assertEqual(write_batch(frame.where("n <> 7"), 1, self.task("n"), LightRows(), None, no_report).heavy, False)

    def rows_with_a_heavy_record(self) -> Any:
        """Ten rows, of which the one with n = 7 came from a heavy record."""
        from pyspark.sql import functions as F

        frame = rows("`n` INT", *[(at,) for at in range(10)])
        value = F.when(F.col("n") == 7, F.lit(b"x" * (LIGHT_RECORD + 1))).otherwise(F.col(f"{RECORD}.value"))
        return frame.withColumn(RECORD, F.col(RECORD).withField("value", value))
