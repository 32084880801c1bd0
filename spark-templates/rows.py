"""What a row is between two steps: the user's columns at top level, and columns of ours.

`__record`   where the row came from (topic, partition, offset, timestamp, value); absent below an aggregate.
`__event_time`  below a step that set a watermark: the time that it stands on. Spark takes one alone, so what comes below uses it.
`__element`  below an explode: which element of its record the row is, `3` or `3.1` for a list in a list; null for the record itself.
`__live`     whether the row still flows. A row that is not live travels on only to carry its rejects to the sink.
`__rejects`  null, or why nodes refused the row: array of (node, code, message).
`__delete`   at a sink that deletes: whether the row stands for the end of its document.
`__topic`, `__key`, `__value`  what a sink makes of the row before it writes it.

Rows and rejects travel in one stream, so that nothing is computed twice; the sink tells them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

RECORD = "__record"
LIVE = "__live"
REJECTS = "__rejects"
ELEMENT = "__element"
EVENT_TIME = "__event_time"
DELETE = "__delete"
TOPIC = "__topic"
KEY = "__key"
VALUE = "__value"
RESERVED = (RECORD, ELEMENT, EVENT_TIME, LIVE, REJECTS, DELETE, TOPIC, KEY, VALUE)

REJECTS_TYPE = "ARRAY<STRUCT<`node`: STRING, `code`: STRING, `message`: STRING>>"


def user_columns(frame: DataFrame) -> list[str]:
    """The columns of the user, in order."""
    return [name for name in frame.columns if name not in RESERVED]


def carried(frame: DataFrame) -> list[str]:
    """The columns of ours that a step hands on as they are: all but `__live` and `__rejects`."""
    return [name for name in RESERVED if name in frame.columns and name not in (LIVE, REJECTS)]


def quoted(name: str) -> str:
    """A column name in backticks, as `DataFrame.select` and Spark SQL take it."""
    return "`" + name.replace("`", "``") + "`"


def at_path(path: str) -> Column:
    """The column, or the field in it, at a dotted path."""
    return F.col(".".join(map(quoted, path.split("."))))


def with_values(frame: DataFrame, values: dict[str, Column]) -> DataFrame:
    """The frame with other values at these paths; a field is replaced inside of its structure."""
    changed: dict[str, Column] = {}
    for path, value in values.items():
        top, *inner = path.split(".")
        before = changed.get(top, F.col(quoted(top)))
        changed[top] = before.withField(".".join(map(quoted, inner)), value) if inner else value
    return frame.withColumns(changed)


def is_true(predicate: Column) -> Column:
    """The predicate with null counted as false."""
    return F.coalesce(predicate, F.lit(False))


def no_rejects() -> Column:
    """The `__rejects` of a row that nobody has refused."""
    return F.lit(None).cast(REJECTS_TYPE)


def refused_by(node: str, code: str, message: Column) -> Column:
    """One element for `__rejects`."""
    return F.array(F.struct(F.lit(node).alias("node"), F.lit(code).alias("code"), message.alias("message")))


def add_reject(frame: DataFrame, failed: Column, reject: Column) -> Column:
    """The new `__rejects` of a frame whose live rows get `reject` where `failed` holds."""
    before = F.col(REJECTS)
    after = F.when(before.isNull(), reject).otherwise(F.concat(before, reject))
    return F.when(F.col(LIVE) & failed, after).otherwise(before)


def travelling() -> Column:
    """Rows that must reach the sink: live ones, and those that carry a reject."""
    return F.col(LIVE) | F.col(REJECTS).isNotNull()


def first_failed(failed: dict[str, str]) -> tuple[Column, Column]:
    """From name → predicate "it failed": whether any did, and the name of the first."""
    tests = {name: is_true(F.expr(sql)) for name, sql in failed.items()}
    name = F.coalesce(*[F.when(test, F.lit(name)) for name, test in tests.items()])
    return name.isNotNull(), name
