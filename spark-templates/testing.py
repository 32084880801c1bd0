"""What the tests share: one Spark session, and places of their own in the real services. Not part of a rendered job."""

from __future__ import annotations

import datetime
import functools
import http.server
import os
import threading
import unittest
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from confluent_kafka import Message
    from pyspark.sql import DataFrame, SparkSession

INSIDE_SPARK = "PYSPARK_GATEWAY_PORT" in os.environ
MONGODB_URI = os.environ.get("MONGODB_URI", "")
KAFKA = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "")

needs_spark = unittest.skipUnless(INSIDE_SPARK, "start run_tests.py by SparkSubmit")
needs_mongodb = unittest.skipUnless(MONGODB_URI, "set MONGODB_URI")
needs_kafka = unittest.skipUnless(KAFKA, "set KAFKA_BOOTSTRAP_SERVERS")


@functools.cache
def session() -> SparkSession:
    """The one session of all tests, made as a job makes its own."""
    from stream_job.session import open_session

    return open_session("stream_job tests", 2)


def rows(columns: str, *values: tuple[Any, ...], record: bool = True) -> DataFrame:
    """Live rows of the columns (DDL), as a topic's reader leaves them; with `record` each has a place in a topic `t`."""
    from pyspark.sql import functions as F
    from pyspark.sql import types as T

    from stream_job.rows import LIVE, RECORD, REJECTS, no_rejects

    frame = session().createDataFrame([(at, *row) for at, row in enumerate(values)], T.StructType.fromDDL(f"`at` INT, {columns}"))
    place = F.struct(
        F.lit("t").alias("topic"),
        F.lit(0).alias("partition"),
        F.col("at").cast("bigint").alias("offset"),
        F.lit("2024-01-01T12:00:00Z").cast("timestamp").alias("timestamp"),
        F.lit(b"{}").alias("value"),
    ).cast("STRUCT<topic: STRING, partition: INT, offset: BIGINT, timestamp: TIMESTAMP, value: BINARY>")
    live = frame.select(*frame.columns[1:], *([place.alias(RECORD)] if record else []), F.lit(True).alias(LIVE), no_rejects().alias(REJECTS))
    return live


def fresh_name() -> str:
    """A name that no other test has."""
    return "job-test-" + uuid.uuid4().hex[:8]


def arrow_rows(
    columns: dict[str, pa.Array], rejects: list[Any] | None = None, *, record: bool = True, live: list[bool] | None = None
) -> pa.RecordBatch:
    """Rows as they reach a sink; with `record` each has a place in a topic `t`."""
    import pyarrow as pa

    from stream_job.rows import LIVE, RECORD, REJECTS

    reject = pa.list_(pa.struct([("node", pa.string()), ("code", pa.string()), ("message", pa.string())]))
    time = pa.timestamp("us", tz="UTC")
    place = pa.struct([("topic", pa.string()), ("partition", pa.int32()), ("offset", pa.int64()), ("timestamp", time), ("value", pa.binary())])
    count = len(next(iter(columns.values())))
    at = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    places = [{"topic": "t", "partition": 0, "offset": o, "timestamp": at, "value": b"{}"} for o in range(count)]
    ours = {LIVE: pa.array(live or [True] * count), REJECTS: pa.array(rejects or [None] * count, reject)}
    return pa.RecordBatch.from_pydict({**columns, **({RECORD: pa.array(places, place)} if record else {}), **ours})


def fresh_topic(test: unittest.TestCase) -> str:
    """A topic of the test's own, gone when it ends. It takes records up to 1 MiB."""
    from confluent_kafka.admin import AdminClient, NewTopic

    name, admin = fresh_name(), AdminClient({"bootstrap.servers": KAFKA})
    admin.create_topics([NewTopic(name, 1, 1, config={"max.message.bytes": "1048576"})])[name].result()
    test.addCleanup(lambda: admin.delete_topics([name])[name].result())
    return name


def records_of(topic: str) -> list[Message]:
    """Everything in the one partition of a topic."""
    from confluent_kafka import Consumer, TopicPartition

    consumer = Consumer({"bootstrap.servers": KAFKA, "group.id": "test", "enable.auto.commit": False})
    _, high = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
    consumer.assign([TopicPartition(topic, 0, 0)])
    found: list[Message] = []
    while len(found) < high:
        found += consumer.consume(high - len(found), timeout=5)
    consumer.close()
    return found


def headers_of(message: Message) -> dict[str, str]:
    """The headers of a record as text."""
    return {name: value.decode() for name, value in message.headers() or []}


class ServedEndpoint:
    """An HTTP endpoint on 127.0.0.1 that answers as the test says, until the test ends.

    `answer`: method, path and body (None where there is none) → status, headers, text. `asked` holds what it was asked, and `headers` those of the last request.
    """

    def __init__(self, test: unittest.TestCase, answer: Callable[[str, str, str | None], tuple[int, dict[str, str], str]]) -> None:
        self.asked: list[tuple[str, str, str | None]] = []
        self.headers: dict[str, str] = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """One request."""

            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                """Without a body."""
                self._answer(None)

            def do_POST(self) -> None:  # noqa: N802
                """With one."""
                self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

            def _answer(self, body: str | None) -> None:
                asked = (self.command, self.path, body)
                outer.asked.append(asked)
                outer.headers = {name.lower(): value for name, value in self.headers.items()}
                status, headers, text = answer(*asked)
                content = text.encode()
                self.send_response(status)
                for name, value in {"content-length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        test.addCleanup(server.server_close)
        test.addCleanup(server.shutdown)
