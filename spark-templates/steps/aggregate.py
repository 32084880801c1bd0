"""transform.aggregate: windows of event time, sessions, and running totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job import windows
from stream_job.rows import LIVE, REJECTS, first_failed, no_rejects, quoted, refused_by

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def guard(
    frame: DataFrame, *, node: str, on: str | None = None, max_ahead: str | None = None, failed: dict[str, str] | None = None
) -> DataFrame:
    """The frame, with a reject noted on every live row that the aggregate `node` will leave out."""
    return windows.guarded(frame, node, "aggregate", on, max_ahead, failed)


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
    rows = windows.taken_in(frame, on, watermark, max_ahead, failed)
    made = [] if on is None else [windows.window(size, slide, gap)]
    groups = [F.expr(sql).alias(name) for name, sql in by.items()]
    totals = rows.groupBy(*made, *groups).agg(
        *[F.expr(sql).alias(name) for name, sql in compute.items()],
        *[F.expr(sql).alias(f"__broken_{name}") for name, sql in (broken or {}).items()],
    )
    live, rejects = _verdict(node, list(broken or {}))
    return totals.select(
        *([] if on is None else windows.bounds()),
        *[F.col(quoted(name)) for name in [*by, *compute]],
        *([windows.window_time()] if final else []),
        live.alias(LIVE),
        rejects.alias(REJECTS),
    )


def _verdict(node: str, broken: list[str]) -> tuple[Column, Column]:
    """`__live` and `__rejects` of a group whose columns `broken` may have failed."""
    if not broken:
        return F.lit(True), no_rejects()
    failed, name = first_failed({name: quoted(f"__broken_{name}") for name in broken})
    message = F.concat(F.lit("`"), name, F.lit("` has no value for this group"))
    return ~failed, F.when(failed, refused_by(node, "aggregate/failed", message)).otherwise(no_rejects())
