"""When a row happened: the column that Spark's watermark stands on, and the rows that must not move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.rows import EVENT_TIME, RECORD, add_reject, is_true, refused_by

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def with_watermark(frame: DataFrame, on: str, watermark: str | None) -> DataFrame:
    """The frame with its event time, `on` in Spark SQL, and a watermark on it; None where a step above has set one: Spark takes one alone."""
    return frame if watermark is None else frame.withColumn(EVENT_TIME, F.expr(on)).withWatermark(EVENT_TIME, watermark)


def is_out_of_time(frame: DataFrame, on: str, max_ahead: str | None) -> Column:
    """No event time, or one later than Kafka's timestamp allows: it would move the watermark past all real data."""
    event_time = F.expr(on)
    if max_ahead is None or RECORD not in frame.columns:
        return event_time.isNull()
    return event_time.isNull() | is_true(event_time > F.col(f"{RECORD}.timestamp") + F.expr(f"INTERVAL {max_ahead}"))


def out_of_time_rejects(frame: DataFrame, node: str, code: str, on: str, max_ahead: str | None) -> Column:
    """The `__rejects` of the frame, with one for each live row that is out of time."""
    missing = F.lit(f"{on.replace('`', '')} is missing")
    ahead = F.concat(
        F.lit(f"{on.replace('`', '')} is "), F.expr(f"CAST({on} AS STRING)"), F.lit(f", more than {max_ahead} after the record was produced")
    )
    message = F.when(F.expr(on).isNull(), missing).otherwise(ahead)
    return add_reject(frame, is_out_of_time(frame, on, max_ahead), refused_by(node, code, message))
