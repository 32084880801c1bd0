"""transform.union: the rows of several streams in one."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.event_time import is_out_of_time, out_of_time_rejects
from stream_job.rows import ELEMENT, EVENT_TIME, LIVE, REJECTS, carried, no_rejects, quoted, travelling

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(
    frames: list[DataFrame],
    *,
    node: str,
    columns: dict[str, str],
    on: str | None = None,
    watermark: str | None = None,
    max_ahead: str | None = None,
    told: list[list[str]] | None = None,
) -> DataFrame:
    """The rows of all frames with exactly `columns`, name → type as Spark's DDL, null where a frame lacks one.

    With `watermark` each frame has one by itself, on the Spark SQL `on`: Spark then takes the smallest. A row that is out of time is a reject
    (`union/event-time`). `told` lists, per frame, the nodes whose rejects come by a frame before it: the frames are branches of one stream.
    """
    united = [_without_rejects_of(frame, nodes) for frame, nodes in zip(frames, told or [[] for _ in frames])]
    united = [frame.select(*[_column(frame, name, kind) for name, kind in columns.items()], *carried(frame), LIVE, REJECTS) for frame in united]
    if on is not None and watermark is not None:
        united = [_timed(frame, node, on, watermark, max_ahead) for frame in united]
    if any(ELEMENT in frame.columns for frame in united):
        united = [frame if ELEMENT in frame.columns else frame.withColumn(ELEMENT, F.lit(None).cast("string")) for frame in united]
    return reduce(lambda one, other: one.unionByName(other), united)


def _column(frame: DataFrame, name: str, kind: str) -> object:
    return F.col(quoted(name)) if name in frame.columns else F.lit(None).cast(kind).alias(name)


def _timed(frame: DataFrame, node: str, on: str, watermark: str, max_ahead: str | None) -> DataFrame:
    """The frame with its own watermark. Rows that are out of time, or live no longer, have no event time and so do not move it."""
    rejects = out_of_time_rejects(frame, node, "union/event-time", on, max_ahead)
    live = F.col(LIVE) & ~is_out_of_time(frame, on, max_ahead)
    return frame.withColumns({REJECTS: rejects, LIVE: live, EVENT_TIME: F.when(live, F.expr(on))}).withWatermark(EVENT_TIME, watermark)


def _without_rejects_of(frame: DataFrame, nodes: list[str]) -> DataFrame:
    if not nodes:
        return frame
    others = F.filter(REJECTS, lambda reject: ~reject.getField("node").isin(*nodes))
    return frame.withColumn(REJECTS, F.when(F.size(others) > 0, others).otherwise(no_rejects())).where(travelling())
