"""transform.deduplicate: the first row of a key, within a time."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.event_time import is_out_of_time, out_of_time_rejects, with_watermark
from stream_job.rows import LIVE, REJECTS, add_reject, no_rejects, refused_by

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def guard(frame: DataFrame, *, node: str, keys: list[str], on: str, max_ahead: str | None = None) -> DataFrame:
    """The frame, with a reject noted on every live row that `node` will leave out since its time or its key is no good; the rows go on living."""
    timed = frame.withColumn(REJECTS, out_of_time_rejects(frame, node, "deduplicate/event-time", on, max_ahead))
    nameless = refused_by(node, "deduplicate/null-key", F.lit("the key is null"))
    return timed.withColumn(REJECTS, add_reject(timed, _has_no_key(keys) & ~is_out_of_time(frame, on, max_ahead), nameless))


def apply(frame: DataFrame, *, node: str, keys: list[str], on: str, within: str | None = None, max_ahead: str | None = None) -> DataFrame:
    """The first row of every key; what repeats it within the time is dropped. Spark counts that itself.

    `keys` and `on` are Spark SQL that cannot throw. The rows that `guard` notes are left out. `within` is None where a step above has set the
    watermark.
    """
    names = {f"__key_{at}": F.expr(sql) for at, sql in enumerate(keys)}
    rows = taken_in(frame, keys, on, within, max_ahead)
    return rows.withColumns(names).dropDuplicatesWithinWatermark(list(names)).drop(*names)


def taken_in(frame: DataFrame, keys: list[str], on: str, within: str | None, max_ahead: str | None) -> DataFrame:
    """The live rows that the guard has not noted, with the watermark under which repeats are looked for."""
    good = F.col(LIVE) & ~is_out_of_time(frame, on, max_ahead) & ~_has_no_key(keys)
    # The rejects that a row bears here are seen by whoever reads the frame above.
    rows = frame.withColumn("__good", good).where("__good").drop("__good").withColumn(REJECTS, no_rejects())
    return with_watermark(rows, on, within)


def _has_no_key(keys: list[str]) -> Column:
    return reduce(or_, [F.expr(sql).isNull() for sql in keys])
