"""What the tests share: one Spark session, and places of their own in the real services. Not part of a rendered job."""

from __future__ import annotations

import functools
import os
import unittest
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
