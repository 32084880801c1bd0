"""transform.lookup: columns from a table, found by a key."""

from __future__ import annotations

import json
import os
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.counting import dropped
from stream_job.rows import LIVE, REJECTS, add_reject, at_path, carried, quoted, refused_by, travelling, user_columns
from stream_job.tables import Broken, kept_table, table_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame

    from stream_job.tables import Key, Values

    # The rows of the table with these keys.
    Find = Callable[[list[Key]], dict[Key, Values | Broken]]

# Names of the table's columns while both are in one frame, so that they meet none of the rows' own.
_COLUMN, _FOUND, _TOLD, _CODE, _WHY = "__lookup_", "__found", "__told", "__code", "__why"
# How the types begin whose values are no single ones.
_MADE_OF_OTHERS = ("STRUCT<", "ARRAY<", "MAP<", "BINARY")


def apply(
    frame: DataFrame,
    *,
    node: str,
    on: dict[str, str],
    columns: dict[str, str],
    rows: list[list[str | None]] | None = None,
    added: dict[str, str],
    missing: str = "keep",
    collection: str | None = None,
    **reading: Any,
) -> DataFrame:
    """The frame with the columns `added` (the table's name → ours) of the table's row whose key equals that of the row.

    `on`: path in the rows → column of the table. `columns`: the table's columns with their types (DDL). `rows`: their values as texts, in the order of the
    columns, each key once. `collection`: of the database of the job, and `reading` what `_in_collection` takes. Without either the table is the file that
    `table_path` names, which may be replaced while the job runs. A row without a match becomes what `missing` says: `keep` (the added columns are null),
    `drop` (counted as filtered), or `dead-letter` (`lookup/missing`). One that finds a document that cannot be used is a dead letter
    (`lookup/wrong-value`, `lookup/duplicate-key`).
    """
    if rows is not None:
        found = _in_rows(frame, on, columns, rows)
    elif collection is not None:
        found = _in_collection(frame, node, on, columns, collection, **reading)
    else:
        found = _in_file(frame, node, on, columns)
    own, is_missing = [quoted(name) for name in user_columns(frame)], F.col(LIVE) & F.col(_FOUND).isNull()
    if missing == "drop":
        found = dropped(found, node, is_missing).where(~is_missing | F.col(REJECTS).isNotNull())
        found = found.withColumn(LIVE, F.col(LIVE) & ~is_missing).where(travelling())
    elif missing == "dead-letter":
        message = F.lit("the table has no row for " + ", ".join(f"`{path}`" for path in on))
        rejects = add_reject(found, is_missing, refused_by(node, "lookup/missing", message))
        found = found.withColumns({REJECTS: rejects, LIVE: F.col(LIVE) & ~is_missing})
    place = _places(columns)
    return found.select(*own, *[F.col(place[name]).alias(ours) for name, ours in added.items()], *carried(frame), LIVE, REJECTS)


def _places(columns: dict[str, str]) -> dict[str, str]:
    return {name: f"{_COLUMN}{at}" for at, name in enumerate(columns)}


def _in_rows(frame: DataFrame, on: dict[str, str], columns: dict[str, str], rows: list[list[str | None]]) -> DataFrame:
    """The frame with the table's columns at their places, null beside rows without a match, and `__found`."""
    place = _places(columns)
    matches = reduce(lambda a, b: a & b, [at_path(path) == F.col(place[name]) for path, name in on.items()])
    return frame.join(F.broadcast(_table(frame, columns, rows)), matches, "left")


def _table(frame: DataFrame, columns: dict[str, str], rows: list[list[str | None]]) -> DataFrame:
    """The table as a frame that Spark makes by itself: no Python worker is started for it."""
    texts = json.dumps([{f"c{at}": text for at, text in enumerate(row)} for row in rows])
    kind = ", ".join(f"c{at}: STRING" for at in range(len(columns)))
    made = frame.sparkSession.range(1).select(F.inline(F.from_json(F.lit(texts), f"ARRAY<STRUCT<{kind}>>", {"mode": "FAILFAST"})))
    values = [F.col(f"c{at}").cast(ddl).alias(f"{_COLUMN}{at}") for at, ddl in enumerate(columns.values())]
    return made.select(*values, F.lit(True).alias(_FOUND))


def _in_file(frame: DataFrame, node: str, on: dict[str, str], columns: dict[str, str]) -> DataFrame:
    """As `_in_rows`. A join would fix the table with the query's plan, so each worker looks the rows up in its own copy."""
    path = str(table_path(node))
    key = tuple(list(columns).index(name) for name in on.values())
    return _asked(frame, list(on), columns, lambda _: kept_table(path, key).rows())


def _in_collection(
    frame: DataFrame,
    node: str,
    on: dict[str, str],
    columns: dict[str, str],
    collection: str,
    *,
    required: list[str] | None = None,
    units: dict[str, str] | None = None,
    live: bool = False,
    refresh_ms: int | None = None,
) -> DataFrame:
    """As `_in_rows`, and rows that find a document that cannot be used are refused.

    `required`: columns that are never null. `units`: a column's path → what a number in it counts since 1970. `live`: each slice of a batch asks for its
    keys; otherwise the table is read once, here, and again every `refresh_ms`, and each worker looks into the file that is made of it.
    """
    # MongoDB's client takes its time to load, and most lookups need none.
    from stream_job.table_collection import Source, asked, keep, warn_of_slow_questions
    from stream_job.table_documents import Shape

    kind = T.StructType([T.StructField(name, T.DataType.fromDDL(ddl), name not in (required or [])) for name, ddl in columns.items()])
    shape = Shape(kind.json(), tuple(on.values()), tuple((units or {}).items()))
    source = Source(node, _set("MONGODB_URI"), _set("MONGODB_DATABASE"), collection, shape)
    if live:
        warn_of_slow_questions(source)
        return _refused(_asked(frame, list(on), columns, lambda keys: asked(source).find(keys)), node)
    keep(source, None if refresh_ms is None else refresh_ms / 1000)
    return _refused(_in_file(frame, node, on, columns), node)


def _set(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ValueError(f"{name} is not set")
    return value


def _refused(found: DataFrame, node: str) -> DataFrame:
    """The frame with the rows refused whose document cannot be used."""
    code = F.col(_CODE)
    reject = F.array(F.struct(F.lit(node).alias("node"), code.alias("code"), F.col(_WHY).alias("message")))
    return found.withColumns({REJECTS: add_reject(found, code.isNotNull(), reject), LIVE: F.col(LIVE) & code.isNull()})


def _asked(frame: DataFrame, paths: list[str], columns: dict[str, str], find: Find) -> DataFrame:
    """The frame with what `find` knows of the keys at the paths: the table's columns at their places, `__found`, and why a row of it cannot be used."""
    # As bytes: no text is refused on its way to Python.
    parts = [at_path(path).cast("string").cast("binary") for path in paths]
    key = F.struct(*[part.alias(f"k{at}") for at, part in enumerate(parts)])
    is_whole = reduce(lambda a, b: a & b, [part.isNotNull() for part in parts])
    told = frame.withColumn(_TOLD, _called(find, len(columns))(F.when(F.col(LIVE) & is_whole, key)))
    values = {f"{_COLUMN}{at}": _read(F.col(f"{_TOLD}.c{at}"), ddl) for at, ddl in enumerate(columns.values())}
    why = {_FOUND: F.col(f"{_TOLD}.found"), _CODE: F.col(f"{_TOLD}.code"), _WHY: F.col(f"{_TOLD}.message")}
    return told.withColumns({**values, **why}).drop(_TOLD)


def _read(text: Column, ddl: str) -> Column:
    """The value of a text of a table. One that is made of others stands there as JSON, below `v`."""
    if ddl.startswith(_MADE_OF_OTHERS):
        return F.from_json(text, f"v {ddl}", {"mode": "FAILFAST"}).getField("v")
    return text.cast(ddl)


def _called(find: Find, width: int) -> Any:
    """A function of Spark from keys to the texts of their rows, null where there is none."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_type
    from pyspark.sql.types import DataType

    names = [f"c{at}" for at in range(width)]
    returns = ", ".join(["found: boolean", "code: string", "message: string", *[f"{name}: string" for name in names]])
    kind = to_arrow_type(DataType.fromDDL(f"struct<{returns}>"))

    def rows(values: pa.Array) -> pa.Array:
        keys = [None if each is None else tuple(part.decode("utf-8", "replace") for part in each.values()) for each in values.to_pylist()]
        known = find([key for key in keys if key is not None])
        found = [None if key is None else known.get(key) for key in keys]
        return pa.array([None if row is None else _result(row, names) for row in found], kind)

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    rows.__annotations__ = {"values": pa.Array, "return": pa.Array}
    # Taken for indeterminate, since a table may change, and Spark would ask once more for every step below.
    return F.arrow_udf(rows, f"struct<{returns}>").asNondeterministic()


def _result(row: Values | Broken, names: list[str]) -> dict[str, Any]:
    return row._asdict() if isinstance(row, Broken) else {"found": True, **dict(zip(names, row))}
