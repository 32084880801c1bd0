"""transform.top: the first rows of every window and group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DataType, MapType, StructType

from stream_job import windows
from stream_job.rows import EVENT_TIME, LIVE, REJECTS, no_rejects, quoted, user_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_FIRST, _AT, _ROW = "__first", "__at", "__row"


def guard(
    frame: DataFrame, *, node: str, on: str | None = None, max_ahead: str | None = None, failed: dict[str, str] | None = None
) -> DataFrame:
    """The frame, with a reject noted on every live row that `node` will leave out."""
    return windows.guarded(frame, node, "top", on, max_ahead, failed)


def apply(
    frame: DataFrame,
    *,
    node: str,
    n: int,
    value: str,
    lowest: bool,
    by: dict[str, str],
    rank: str,
    on: str | None = None,
    size: str | None = None,
    slide: str | None = None,
    watermark: str | None = None,
    final: bool = False,
    given: bool = False,
    max_ahead: str | None = None,
    failed: dict[str, str] | None = None,
) -> DataFrame:
    """The first `n` rows of every window and group by `value`: `window_start`, `window_end`, `rank` from 1, the columns of the frame.

    `on`, `value` and the values of `by` are Spark SQL that cannot throw. The rows that `guard` notes are left out. `given`: rows come in windows that a
    step above has closed, and those of one moment are one window; otherwise without `on` a group has its first rows of all time.
    """
    rows = windows.taken_in(frame, on, watermark, max_ahead, failed)
    names = [quoted(name) for name in user_columns(frame)]
    made = [windows.window(size, slide)] if on is not None else [F.col(EVENT_TIME)] if given else []
    # With names of their own: a column of the rows may be called as a group is.
    groups = [F.expr(sql).alias(f"__by_{at}") for at, sql in enumerate(by.values())]
    first = F.min_by if lowest else F.max_by
    best = rows.groupBy(*made, *groups).agg(first(F.struct(*names), _order(frame, value, lowest), n).alias(_FIRST))
    times = [windows.window_time()] if on is not None and final else [F.col(EVENT_TIME)] if given else []
    ranked = best.select(*([] if on is None else windows.bounds()), *times, F.posexplode(_FIRST).alias(_AT, _ROW))
    return ranked.select(
        *([] if on is None else ["window_start", "window_end"]),
        (F.col(_AT) + 1).cast("int").alias(rank),
        *[F.col(f"{_ROW}.{name}") for name in names],
        *[EVENT_TIME for _ in times],
        F.lit(True).alias(LIVE),
        no_rejects().alias(REJECTS),
    )


def _order(frame: DataFrame, value: str, lowest: bool) -> Column:
    """What rows are compared by: whether they have a value, so that those without stand last, the value, and then every column that can be compared."""
    decides = F.expr(value)
    ties = [F.col(quoted(name)) for name in user_columns(frame) if _has_order(frame.schema[name].dataType)]
    parts = [decides.isNull() if lowest else decides.isNotNull(), decides, *ties]
    return F.struct(*[part.alias(f"_{at}") for at, part in enumerate(parts)])


def _has_order(kind: DataType) -> bool:
    """Spark compares no maps."""
    if isinstance(kind, StructType):
        return all(_has_order(field.dataType) for field in kind.fields)
    return _has_order(kind.elementType) if isinstance(kind, ArrayType) else not isinstance(kind, MapType)
