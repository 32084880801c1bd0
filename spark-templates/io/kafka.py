"""kafka.topic: reading a topic as a stream of rows, and writing the rejects of one."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.batches import SinkTask, add_query
from stream_job.reading import read_strictly
from stream_job.rows import LIVE, RECORD, REJECTS, no_rejects, quoted, refused_by, user_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from stream_job.job import Job

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


def read(
    job: Job, *, node: str, topic: str, columns: str, units: dict[str, str] | None = None, max_offsets_per_trigger: int = 50_000
) -> DataFrame:
    """The topic's records as rows. `columns` is Spark DDL, NOT NULL where required; `units` says for a timestamp column that comes
    as a number what it counts since 1970 (path → `s`, `ms` or `us`). What cannot be read is a reject of `node`."""
    schema = T.StructType.fromDDL(columns)
    job.readers[node] = {"schema": schema.jsonValue(), "units": units or {}}
    options = {**_SOURCE, **spark_options(job.kafka_options), "kafka.bootstrap.servers": job.bootstrap_servers}
    source = job.spark.readStream.format("kafka").options(**options)
    records = source.option("subscribe", topic).option("maxOffsetsPerTrigger", max_offsets_per_trigger).load()
    record = F.struct("topic", "partition", "offset", "timestamp", "value").alias(RECORD)
    rows = read_strictly(records.select(record), f"{RECORD}.value", schema, units or {}, "__unreadable")
    refused = F.when(F.col("__unreadable"), refused_by(node, UNREADABLE, F.lit(None).cast("string"))).otherwise(no_rejects())
    names = [quoted(name) for name in rows.columns if name != "__unreadable"]
    return rows.select(*names, (~F.col("__unreadable")).alias(LIVE), refused.alias(REJECTS))


# The code of a reject whose reason is still to be put into words, by the process that writes the dead letter.
UNREADABLE = "record/unreadable"


def rejects(job: Job, frame: DataFrame, *, query: str, owns: list[str], **shape: Any) -> None:
    """A query for the rejects of `owns` alone: where no other query reads the frame. `shape`: what else `add_query` takes."""
    narrow = frame.drop(*user_columns(frame))
    add_query(job, narrow.withColumn(LIVE, F.lit(False)), RejectsTask(**job.sink_settings(owns)), query=query, owns=owns, **shape)


@dataclasses.dataclass(frozen=True)
class RejectsTask(SinkTask):
    """Writes no rows, only dead letters."""


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
