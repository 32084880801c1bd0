"""Groups within windows of event time: what the steps that form them share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.event_time import is_out_of_time, out_of_time_rejects, with_watermark
from stream_job.rows import EVENT_TIME, LIVE, REJECTS, add_reject, first_failed, refused_by

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

WINDOW = "__window"


def guarded(frame: DataFrame, node: str, word: str, on: str | None, max_ahead: str | None, failed: dict[str, str] | None) -> DataFrame:
    """The frame, with a reject noted on every live row that the step `word` of `node` will leave out; the rows go on living.

    Stands right after the line of the step's input, so that whichever query owns the rejects writes them as dead letters.
    `on` is the Spark SQL of the event time, None where there are no windows, `max_ahead` an interval such as `1 hour`, `failed` name →
    predicate "it failed".
    """
    timed = frame
    if on is not None:
        timed = frame.withColumn(REJECTS, out_of_time_rejects(frame, node, f"{word}/event-time", on, max_ahead))
    if not failed:
        return timed
    broken, name = first_failed(failed)
    message = F.concat(F.lit("`"), name, F.lit("` has no value for this row"))
    reject = refused_by(node, f"{word}/failed", message)
    return timed.withColumn(REJECTS, add_reject(timed, broken & _is_in_time(frame, on, max_ahead), reject))


def taken_in(frame: DataFrame, on: str | None, watermark: str | None, max_ahead: str | None, failed: dict[str, str] | None) -> DataFrame:
    """The live rows that the guard has not noted, with the watermark that they are grouped under; None where a step above has set it."""
    good = F.col(LIVE) & _is_in_time(frame, on, max_ahead)
    if failed:
        good = good & ~first_failed(failed)[0]
    rows = frame.withColumn("__good", good).where("__good").drop("__good")
    return rows if on is None else with_watermark(rows, on, watermark)


def window(size: str | None, slide: str | None = None, gap: str | None = None) -> Column:
    """The window that a row lies in: of one `size`, with a `slide` if they overlap, or the session that a `gap` ends."""
    made = F.session_window(EVENT_TIME, gap) if size is None else F.window(EVENT_TIME, size, slide)
    return made.alias(WINDOW)


def bounds() -> list[Column]:
    """The columns that windows make."""
    return [F.col(f"{WINDOW}.start").alias("window_start"), F.col(f"{WINDOW}.end").alias("window_end")]


def window_time() -> Column:
    """The event time of a window, for a stateful step below: its last moment."""
    return F.window_time(WINDOW).alias(EVENT_TIME)


def _is_in_time(frame: DataFrame, on: str | None, max_ahead: str | None) -> Column:
    return F.lit(True) if on is None else ~is_out_of_time(frame, on, max_ahead)
