"""transform.aggregate: windows of event time, sessions, and running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.event_time import is_out_of_time, out_of_time_rejects, with_watermark
from stream_job.rows import EVENT_TIME, LIVE, REJECTS, add_reject, first_failed, no_rejects, quoted, refused_by

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def guard(
    frame: DataFrame, *, node: str, on: str | None = None, max_ahead: str | None = None, failed: dict[str, str] | None = None
) -> DataFrame:
    """The frame, with a reject noted on every live row that the aggregate `node` will leave out; the rows go on living.

    Stands right after the line of the aggregate's input, so that whichever query owns the rejects writes them as dead letters.
    `on` is the Spark SQL of the event time, None where there are no windows, `max_ahead` an interval such as `1 hour`, `failed` name →
    predicate "it failed".
    """
    guarded = frame
    if on is not None:
        guarded = frame.withColumn(REJECTS, out_of_time_rejects(frame, node, "aggregate/event-time", on, max_ahead))
    if failed:
        broken, name = first_failed(failed)
        message = F.concat(F.lit("`"), name, F.lit("` has no value for this row"))
        guarded = guarded.withColumn(
            REJECTS, add_reject(guarded, broken & _is_in_time(frame, on, max_ahead), refused_by(node, "aggregate/failed", message))
        )
    return guarded


def apply(
    frame: DataFrame,
    *,
    node: str,
    by: dict[str, str],
    compute: dict[str, str],
    on: str | None = None,
    size: str | None = None,
    slide: str | None = None,
    gap: str | None = None,
    watermark: str | None = None,
    final: bool = False,
    max_ahead: str | None = None,
    failed: dict[str, str] | None = None,
    broken: dict[str, str] | None = None,
) -> DataFrame:
    """One row per window and group: `window_start`, `window_end`, the columns of `by`, the columns of `compute`. Without `on` one per group.

    `on` and the values of `by` and `compute` are Spark SQL that cannot throw. The rows that `guard` notes are left out. `broken`
    names, per column, the predicate over the group that its value went wrong: such a group is a reject (`aggregate/failed`). `watermark` is None where a
    step above has set it. Windows are of one `size`, with a `slide` if they overlap, or sessions that a `gap` ends; where they are `final` they have an
    event time of their own, for a stateful step below.
    """
    good = F.col(LIVE) & _is_in_time(frame, on, max_ahead)
    if failed:
        good = good & ~first_failed(failed)[0]
    rows = frame.withColumn("__good", good).where("__good").drop("__good")
    windows = [] if on is None else [_window(size, slide, gap)]
    windowed = rows if on is None else with_watermark(rows, on, watermark)
    groups = [F.expr(sql).alias(name) for name, sql in by.items()]
    totals = windowed.groupBy(*windows, *groups).agg(
        *[F.expr(sql).alias(name) for name, sql in compute.items()],
        *[F.expr(sql).alias(f"__broken_{name}") for name, sql in (broken or {}).items()],
    )
    live, rejects = _verdict(node, list(broken or {}))
    bounds = [] if on is None else [F.col("__window.start").alias("window_start"), F.col("__window.end").alias("window_end")]
    return totals.select(
        *bounds,
        *[F.col(quoted(name)) for name in [*by, *compute]],
        *([F.window_time("__window").alias(EVENT_TIME)] if final else []),
        live.alias(LIVE),
        rejects.alias(REJECTS),
    )


def _is_in_time(frame: DataFrame, on: str | None, max_ahead: str | None) -> Column:
    return F.lit(True) if on is None else ~is_out_of_time(frame, on, max_ahead)


def _window(size: str | None, slide: str | None, gap: str | None) -> Column:
    window = F.session_window(EVENT_TIME, gap) if size is None else F.window(EVENT_TIME, size, slide)
    return window.alias("__window")


def _verdict(node: str, broken: list[str]) -> tuple[Column, Column]:
    """`__live` and `__rejects` of a group whose columns `broken` may have failed."""
    if not broken:
        return F.lit(True), no_rejects()
    failed, name = first_failed({name: quoted(f"__broken_{name}") for name in broken})
    message = F.concat(F.lit("`"), name, F.lit("` has no value for this group"))
    return ~failed, F.when(failed, refused_by(node, "aggregate/failed", message)).otherwise(no_rejects())
