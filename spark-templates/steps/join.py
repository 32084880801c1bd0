"""transform.join: rows of two streams that belong together, by keys and within a time."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, TypedDict

from pyspark.sql import functions as F

from stream_job.event_time import is_out_of_time, out_of_time_rejects, with_watermark
from stream_job.rows import EVENT_TIME, LIVE, REJECTS, add_reject, no_rejects, quoted, refused_by, user_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Names of the right rows' columns while both are in one frame, so that they meet none of the left's.
_RIGHT, _RIGHT_KEY, _RIGHT_TIME, _LEFT_KEY = "__right_", "__right_key_", "__right_time", "__left_key_"


class Side(TypedDict):
    """How the rows of one input are taken in: the Spark SQL of their keys, and of their event time with its watermark, None where a step above has set one."""

    keys: list[str]
    on: str | None
    watermark: str | None
    max_ahead: str | None


def guard(frame: DataFrame, *, node: str, keys: list[str], on: str | None = None, max_ahead: str | None = None) -> DataFrame:
    """The frame of one input, with a reject noted on every live row that `node` will leave out since its time or its key is no good; the rows go on living."""
    timed = frame if on is None else frame.withColumn(REJECTS, out_of_time_rejects(frame, node, "join/event-time", on, max_ahead))
    nameless = refused_by(node, "join/null-key", F.lit("the key is null"))
    return timed.withColumn(REJECTS, add_reject(timed, _has_no_key(keys) & ~_is_untimely(frame, on, max_ahead), nameless))


def apply(
    frames: list[DataFrame], *, node: str, kind: str, left: Side, right: Side, columns: dict[str, str], before: str, after: str
) -> DataFrame:
    """Every left row with each right row that has the same keys, and a time at most `before` before and `after` after its own.

    The rows have the left's columns and event time, then `columns` of the right (its name → ours). With the kind `left` a left row that has found none when the
    watermark has passed the last moment for it comes out once, null on the right. The rows that `guard` notes are left out. Intervals are Spark's, such as `1 hour`.
    """
    mine, theirs = _taken_in(frames[0], left), _taken_in(frames[1], right)
    own = [quoted(name) for name in user_columns(frames[0])]
    one = mine.select(*own, *_keys(left, _LEFT_KEY), EVENT_TIME)
    other = theirs.select(
        *[F.col(quoted(name)).alias(f"{_RIGHT}{at}") for at, name in enumerate(columns)],
        *_keys(right, _RIGHT_KEY),
        F.col(EVENT_TIME).alias(_RIGHT_TIME),
    )
    same = [F.col(f"{_LEFT_KEY}{at}") == F.col(f"{_RIGHT_KEY}{at}") for at in range(len(left["keys"]))]
    near = [F.expr(f"{_RIGHT_TIME} >= {EVENT_TIME} - INTERVAL {before}"), F.expr(f"{_RIGHT_TIME} <= {EVENT_TIME} + INTERVAL {after}")]
    joined = one.join(other, reduce(and_, [*same, *near]), "left" if kind == "left" else "inner")
    added = [F.col(f"{_RIGHT}{at}").alias(ours) for at, ours in enumerate(columns.values())]
    return joined.select(*own, *added, EVENT_TIME, F.lit(True).alias(LIVE), no_rejects().alias(REJECTS))


def _taken_in(frame: DataFrame, side: Side) -> DataFrame:
    """The live rows that the guard has not noted, with the watermark."""
    good = F.col(LIVE) & ~_is_untimely(frame, side["on"], side["max_ahead"]) & ~_has_no_key(side["keys"])
    rows = frame.withColumn("__good", good).where("__good").drop("__good")
    return rows if side["on"] is None else with_watermark(rows, side["on"], side["watermark"])


def _keys(side: Side, name: str) -> list[Column]:
    return [F.expr(sql).alias(f"{name}{at}") for at, sql in enumerate(side["keys"])]


def _has_no_key(keys: list[str]) -> Column:
    return reduce(or_, [F.expr(sql).isNull() for sql in keys])


def _is_untimely(frame: DataFrame, on: str | None, max_ahead: str | None) -> Column:
    return F.lit(False) if on is None else is_out_of_time(frame, on, max_ahead)
