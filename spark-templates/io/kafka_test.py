"""sink.kafka: what is sent, what is refused, and in which order records of a key come when some are sent again."""

from __future__ import annotations

import random
import unittest
from typing import Any
from unittest import mock

import pyarrow as pa

from stream_job.counts import Counts
from stream_job.dead_letters import Origin
from stream_job.io import kafka
from stream_job.io.kafka import SendTask
from stream_job.producing import Record
from stream_job.retrying import ServiceError, silent
from stream_job.rows import KEY, TOPIC, VALUE, user_columns
from stream_job.testing import KAFKA, arrow_rows, fresh_topic, headers_of, needs_kafka, needs_spark, records_of, rows


def task(*topics: str, letters: str = "letters", servers: str = KAFKA) -> SendTask:
    """A sink `alerts` that may write to the topics."""
    origin = Origin("p", "s", letters, (("bootstrap.servers", servers),))
    return SendTask(origin, frozenset(["alerts"]), {}, "alerts", "alerts", "v1", frozenset(topics), ("k",), "all")


def batch(*sent: tuple[str | None, str | None, str], record: bool = True) -> pa.RecordBatch:
    """Rows of topic, key and value."""
    columns = {name: pa.array(list(each), pa.string()) for name, each in zip((TOPIC, KEY, VALUE), zip(*sent))}
    return arrow_rows({"k": columns[KEY], **columns}, record=record)


class BeginningTest(unittest.TestCase):
    """Where a topic of somebody else is read from."""

    def test_the_offsets_of_the_engine_go_before_what_the_spec_says(self) -> None:
        self.assertEqual(kafka._beginning("latest", "a", {"a": {"0": 7}}), {"startingOffsets": '{"a": {"0": 7}}'})
        self.assertEqual(kafka._beginning("latest", "a", {}), {"startingOffsets": "latest"})
        told = kafka._beginning("2026-01-05T12:00:00Z", "a", {})
        self.assertEqual(told, {"startingTimestamp": "1767614400000", "startingOffsetsByTimestampStrategy": "latest"})


class SendAgainTest(unittest.TestCase):
    """With a Kafka that the test plays."""

    def setUp(self) -> None:
        self.sent: list[list[bytes | None]] = []
        self.losses: list[set[int]] = []
        patch = mock.patch.object(kafka, "deliver", self._deliver)
        patch.start()
        self.addCleanup(patch.stop)
        pause = mock.patch("stream_job.retrying.time.sleep")
        pause.start()
        self.addCleanup(pause.stop)

    def _deliver(self, records: list[Record], _settings: Any, *, acks: str) -> dict[int, Any]:
        self.assertEqual(acks, "all")
        self.sent.append([record.value for record in records])
        return dict.fromkeys(self.losses.pop(0) if self.losses else ())

    def test_what_came_behind_a_lost_record_of_its_key_is_sent_again_behind_it(self) -> None:
        self.losses = [{1, 3}, {0}]
        sent = batch(("t", "a", "0"), ("t", "a", "1"), ("t", "b", "2"), ("t", None, "3"), ("t", "a", "4"), ("t", None, "5"), ("u", "a", "6"))
        counts = task("t", "u").run([sent], 7, silent)
        self.assertEqual([[value.decode() for value in each] for each in self.sent[1:]], [["1", "3", "4"], ["1", "4"]])
        self.assertEqual((counts.written, counts.dead), (7, {}))

    def test_a_kafka_that_stays_away_ends_in_a_service_error(self) -> None:
        self.losses = [{0}] * 3
        with mock.patch("stream_job.retrying.time.monotonic", side_effect=range(0, 1_000, 100)), self.assertRaises(ServiceError):
            task("t").run([batch(("t", "a", "0"))], 7, silent)


@needs_kafka
class SendTest(unittest.TestCase):
    """With the real one."""

    def test_records_are_told_apart_and_what_has_no_topic_is_a_letter(self) -> None:
        topic, letters = fresh_topic(self), fresh_topic(self)
        huge = random.Random(0).randbytes(2_000_000).hex()
        sent = batch((topic, "a", "{}"), (None, "b", "{}"), ("other", "c", "{}"), (topic, None, "{}"), (topic, "d", huge))
        counts = task(topic, letters=letters).run([sent], 7, silent)
        self.assertEqual(counts, Counts(written=2, dead={"alerts": {"kafka/null-topic": 1, "kafka/unlisted-topic": 1, "kafka/too-large": 1}}))
        found = records_of(topic)
        self.assertEqual([(each.key(), each.value()) for each in found], [(b"a", b"{}"), (None, b"{}")])
        told = {"engine.query": "alerts", "engine.checkpoint": "v1", "engine.batch": "7"}
        self.assertEqual([headers_of(each) for each in found], [{**told, "engine.record": "t|0|0"}, {**told, "engine.record": "t|0|3"}])
        codes = [headers_of(each)["__connect.errors.class.name"] for each in records_of(letters)]
        self.assertEqual(codes, ["kafka/null-topic", "kafka/unlisted-topic", "kafka/too-large"])


@needs_spark
class RecordsTest(unittest.TestCase):
    """What Spark makes of a row."""

    def test_topic_key_and_value_of_a_row(self) -> None:
        literals = {
            "n": "1152921504606846976L",
            "d": "CAST('12345678901234567.10' AS DECIMAL(20, 2))",
            "at": "TIMESTAMP'2026-01-05T12:00:00.000001Z'",
            "day": "DATE'2026-01-05'",
            "raw": "X'ff'",
            "s": "named_struct('x', double('NaN'))",
            "m": "map('x', 1)",
        }
        frame = rows("`k` STRING", ("a",), (None,)).selectExpr("k", *[f"{sql} AS {name}" for name, sql in literals.items()])
        values = frame.select(kafka._topic_of("t.{day}-{k}"), kafka._key_of(["n"]), kafka._key_of(["k", "s.x"]), kafka.json_of(user_columns(frame))).collect()
        self.assertEqual(tuple(values[0])[:3], ("t.2026-01-05-a", "1152921504606846976", '{"k":"a","x":"NaN"}'))
        some = '"n":1152921504606846976,"d":12345678901234567.10,"at":"2026-01-05T12:00:00.000001Z","day":"2026-01-05","raw":"/w=="'
        self.assertEqual(values[0][3], '{"k":"a",' + some + ',"s":{"x":"NaN"},"m":{"x":1}}')
        self.assertEqual((values[1][0], values[1][2]), (None, '{"k":null,"x":"NaN"}'))
