"""kafka.topic and source.kafka: reading a topic as a stream of rows, and writing the rejects of one. sink.kafka: rows become records of a topic."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.batches import SinkTask, add_query
from stream_job.facts import NO_TEXT, Fact, no_text
from stream_job.json_rows import at_path, json_of
from stream_job.producing import Record, Undelivered, deliver, forget_producers, is_too_large
from stream_job.reading import read_strictly
from stream_job.retrying import insist
from stream_job.rows import ELEMENT, KEY, LIVE, RECORD, REJECTS, TOPIC, VALUE, no_rejects, quoted, refused_by, user_columns

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

    from stream_job.counts import Counts
    from stream_job.dead_letters import Letter
    from stream_job.job import Job
    from stream_job.retrying import Report

_SOURCE = {
    "startingOffsets": "earliest",
    "failOnDataLoss": "true",
    "includeHeaders": "false",
    # A dead broker must end in an error that the job sees and retries, not in minutes of silence.
    "kafka.request.timeout.ms": "10000",
    "kafka.default.api.timeout.ms": "15000",
    "kafka.max.partition.fetch.bytes": "8388608",
    "kafkaConsumer.pollTimeoutMs": "20000",
    # After every poll a consumer asks for the topic's bounds, and waits behind its request for records that are yet to come.
    "kafka.fetch.max.wait.ms": "5",
    # By default that is two requests for 500 records.
    "kafka.max.poll.records": "5000",
}


# What belongs to somebody else is not brought to life by a client that asks for it, and may be written in transactions.
_EXISTING = {"kafka.allow.auto.create.topics": "false", "kafka.isolation.level": "read_committed"}


def read(
    job: Job,
    *,
    node: str,
    topic: str,
    columns: str,
    units: dict[str, str] | None = None,
    max_offsets_per_trigger: int = 50_000,
    metadata: dict[str, str] | None = None,
    start: str | None = None,
) -> DataFrame:
    """The topic's records as rows. `columns` is Spark DDL, NOT NULL where required; `units` says for a timestamp column that comes
    as a number what it counts since 1970 (path → `s`, `ms` or `us`). `metadata`: column → what Kafka knows of a record. `start`: where a topic
    of somebody else is read from, `earliest`, `latest` or an ISO 8601 time; TOPIC_STARTS may say it more exactly. What cannot be read is a reject of `node`."""
    options = {**_SOURCE, **spark_options(job.kafka_options), "kafka.bootstrap.servers": job.bootstrap_servers}
    if start is not None:
        options |= {**_EXISTING, **_beginning(start, topic, job.topic_starts)}
    if any(Fact(fact).header is not None for fact in (metadata or {}).values()):
        options["includeHeaders"] = "true"
    source = job.spark.readStream.format("kafka").options(**options)
    records = source.option("subscribe", topic).option("maxOffsetsPerTrigger", max_offsets_per_trigger).load()
    return rows_of(job, records, node=node, columns=columns, units=units, metadata=metadata)


def rows_of(
    job: Job, records: DataFrame, *, node: str, columns: str, units: dict[str, str] | None = None, metadata: dict[str, str] | None = None
) -> DataFrame:
    """The rows of records as Spark's Kafka source has them. `columns`, `units` and `metadata` as `read` takes them."""
    facts = {name: Fact(fact) for name, fact in (metadata or {}).items()}
    schema = T.StructType.fromDDL(columns)
    job.readers[node] = {"schema": schema.jsonValue(), "units": units or {}}
    record = F.struct("topic", "partition", "offset", "timestamp", "value").alias(RECORD)
    known = records.select(record, *[fact.value().alias(name) for name, fact in facts.items()], *no_text(facts))
    rows = read_strictly(known, f"{RECORD}.value", schema, units or {}, "__unreadable")
    refused = F.when(F.col("__unreadable"), refused_by(node, UNREADABLE, F.lit(None).cast("string")))
    live = ~F.col("__unreadable")
    if NO_TEXT in rows.columns:
        refused = refused.when(F.col(NO_TEXT).isNotNull(), refused_by(node, "record/not-utf8", F.col(NO_TEXT)))
        live = live & F.col(NO_TEXT).isNull()
    names = [quoted(name) for name in rows.columns if name not in ("__unreadable", NO_TEXT)]
    return rows.select(*names, live.alias(LIVE), refused.otherwise(no_rejects()).alias(REJECTS))


def _beginning(start: str, topic: str, starts: dict[str, dict[str, int]]) -> dict[str, str]:
    """Options of Spark's source for a query without a checkpoint."""
    if topic in starts:
        return {"startingOffsets": json.dumps({topic: starts[topic]})}
    if start in ("earliest", "latest"):
        return {"startingOffsets": start}
    moment = datetime.datetime.fromisoformat(start.replace("Z", "+00:00"))
    return {"startingTimestamp": str(int(moment.timestamp() * 1000)), "startingOffsetsByTimestampStrategy": "latest"}


# The code of a reject whose reason is still to be put into words, by the process that writes the dead letter.
UNREADABLE = "record/unreadable"


def rejects(job: Job, frame: DataFrame, *, query: str, owns: list[str], **shape: Any) -> None:
    """A query for the rejects of `owns` alone: where no other query reads the frame. `shape`: what else `add_query` takes."""
    narrow = frame.drop(*user_columns(frame))
    add_query(job, narrow.withColumn(LIVE, F.lit(False)), RejectsTask(**job.sink_settings(owns)), query=query, owns=owns, **shape)


@dataclasses.dataclass(frozen=True)
class RejectsTask(SinkTask):
    """Writes no rows, only dead letters."""


def send(
    job: Job,
    frame: DataFrame,
    *,
    query: str,
    node: str,
    topic: str,
    topics: list[str],
    key: list[str] | None = None,
    acks: str = "all",
    owns: list[str],
    **shape: Any,
) -> None:
    """A query that sends every row of `frame` as a JSON object to `topic`, in which `{column}` stands for the column's value: one of `topics`.

    The record's key is the text of the column `key`, or a JSON object of several. `shape`: what else `add_query` takes.
    """
    made = {TOPIC: _topic_of(topic), KEY: _key_of(key or []), VALUE: json_of(user_columns(frame))}
    named = {"node": node, "query": query, "checkpoint": job.checkpoint_version(query)}
    task = SendTask(**job.sink_settings([*owns, node]), **named, topics=frozenset(topics), key=tuple(key or []), acks=acks)
    add_query(job, frame.withColumns(made), task, query=query, owns=owns, **shape)


def _topic_of(template: str) -> Column:
    """The name of a row's topic; null where one of its columns is."""
    parts = [part for part in re.split(r"(\{[^{}]+\})", template) if part]
    return F.concat(*[at_path(part[1:-1]).cast("string") if part.startswith("{") else F.lit(part) for part in parts])


def _key_of(key: list[str]) -> Column:
    if not key:
        return F.lit(None).cast("string")
    return at_path(key[0]).cast("string") if len(key) == 1 else json_of(key)


@dataclasses.dataclass(frozen=True)
class SendTask(SinkTask):
    """Sends rows as records."""

    node: str
    query: str
    checkpoint: str
    topics: frozenset[str]
    key: tuple[str, ...]
    acks: str

    def write_rows(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[Letter]:
        """Send the rows and await every acknowledgement; a row whose topic is not among the sink's, or that Kafka finds too large, becomes a letter."""
        records = self._records(batch, batch_id)
        refused = {at: self._without_topic(record) for at, record in enumerate(records) if record.topic not in self.topics}
        places = [at for at in range(len(records)) if at not in refused]
        too_large = _send_all([records[at] for at in places], self.origin.settings, self.acks, report)
        refused |= {places[at]: ("kafka/too-large", "the record is larger than its topic takes") for at in too_large}
        counts.written += len(records) - len(refused)
        letters: list[Letter] = []
        for at, (code, message) in sorted(refused.items()):
            counts.bury(self.node, code)
            letters += self.letters(batch.slice(at, 1), [(0, self.node, code, message)], batch_id)
        return letters

    def _records(self, batch: pa.RecordBatch, batch_id: int) -> list[Record]:
        told = {"engine.query": self.query, "engine.checkpoint": self.checkpoint, "engine.batch": str(batch_id)}
        columns = [batch.column(name).to_pylist() for name in (TOPIC, KEY, VALUE)]
        return [
            Record(topic, None if key is None else key.encode(), value.encode(), {**told, **place})
            for topic, key, value, place in zip(*columns, _places(batch))
        ]

    def _without_topic(self, record: Record) -> tuple[str, str]:
        if record.topic is None:
            return "kafka/null-topic", "a column of the topic's name is null"
        return "kafka/unlisted-topic", f"`{record.topic[:249]}` is not among the topics of this sink"

    def key_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """The declared key, else the whole row."""
        from stream_job.documents import values_at

        return {path: values_at([row], tuple(path.split(".")))[0] for path in self.key} or row


def _places(batch: pa.RecordBatch) -> list[dict[str, str]]:
    """A header that names the record of each row, where it has one: by it a reader can tell what it has read before."""
    if RECORD not in batch.schema.names:
        return [{}] * batch.num_rows
    record = batch.column(RECORD)
    columns = [record.field(name).to_pylist() for name in ("topic", "partition", "offset")]
    if ELEMENT in batch.schema.names:
        columns.append(batch.column(ELEMENT).to_pylist())
    return [{"engine.record": "|".join(str(part) for part in parts if part is not None)} for parts in zip(*columns)]


def _send_all(records: list[Record], settings: tuple[tuple[str, str], ...], acks: str, report: Report) -> list[int]:
    """Send all, again where Kafka does not acknowledge, bounded. Those of a key keep their order. Returns the places of those that are too large."""
    pending, too_large = list(enumerate(records)), []

    def attempt() -> None:
        refused = deliver([record for _, record in pending], settings, acks=acks)
        too_large.extend(pending[at][0] for at, error in refused.items() if is_too_large(error))
        pending[:] = _to_send_again(pending, {at for at, error in refused.items() if not is_too_large(error)})
        if pending:
            forget_producers()
            raise Undelivered(f"{len(pending)} records were not acknowledged by {pending[0][1].topic}")

    if pending:
        insist("kafka", attempt, (Undelivered,), report)
    return too_large


def _to_send_again(sent: list[tuple[int, Record]], lost: set[int]) -> list[tuple[int, Record]]:
    """What was lost, and what came behind it with the same key: otherwise the older record would be the newer one in the topic."""
    keys, again = set(), []
    for at, (place, record) in enumerate(sent):
        key = (record.topic, record.key)
        if at in lost or (record.key is not None and key in keys):
            keys.add(key)
            again.append((place, record))
    return again


def spark_options(settings: dict[str, str]) -> dict[str, str]:
    """KAFKA_OPTIONS as options of Spark's source: the Java client's spelling behind `kafka.`."""
    plain = {name: value for name, value in settings.items() if not name.startswith(("sasl.username", "sasl.password", "ssl.ca."))}
    if "sasl.username" in settings:
        plain.setdefault("sasl.jaas.config", _jaas(settings))
    if "ssl.ca.location" in settings:
        plain.update({"ssl.truststore.type": "PEM", "ssl.truststore.location": settings["ssl.ca.location"]})
    if "ssl.ca.pem" in settings:
        plain.update({"ssl.truststore.type": "PEM", "ssl.truststore.certificates": settings["ssl.ca.pem"]})
    return {f"kafka.{name}": value for name, value in plain.items()}


def _jaas(settings: dict[str, str]) -> str:
    scram = settings.get("sasl.mechanism", "PLAIN").upper().startswith("SCRAM")
    module = "org.apache.kafka.common.security." + ("scram.ScramLoginModule" if scram else "plain.PlainLoginModule")
    username, password = (_jaas_text(settings.get(name, "")) for name in ("sasl.username", "sasl.password"))
    return f"{module} required username={username} password={password};"


def _jaas_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def producer_settings(bootstrap_servers: str, settings: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """KAFKA_OPTIONS as settings of librdkafka, for the dead letters."""
    java_only = ("sasl.jaas.config", "ssl.truststore.", "ssl.keystore.", "ssl.endpoint.")
    plain = {name: value for name, value in settings.items() if not name.startswith(java_only)}
    if settings.get("ssl.truststore.type") == "PEM":
        plain.setdefault("ssl.ca.location", settings["ssl.truststore.location"])
    return tuple(sorted({**plain, "bootstrap.servers": bootstrap_servers}.items()))


def parse_options(text: str | None) -> dict[str, str]:
    """The environment's KAFKA_OPTIONS: a JSON object of client settings, or nothing."""
    options: dict[str, Any] = json.loads(text) if text else {}
    return {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in options.items()}
