"""transform.lookup: columns from a small table, found by a key."""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.counting import dropped
from stream_job.rows import LIVE, REJECTS, add_reject, at_path, carried, quoted, refused_by, travelling, user_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Names of the table's columns while both are in one frame, so that they meet none of the rows' own.
_COLUMN, _FOUND = "__lookup_", "__found"


def apply(
    frame: DataFrame,
    *,
    node: str,
    on: dict[str, str],
    columns: dict[str, str],
    rows: list[list[str | None]],
    added: dict[str, str],
    missing: str = "keep",
) -> DataFrame:
    """The frame with the columns `added` (the table's name → ours) of the table's row whose key equals that of the row.

    `on`: path in the rows → column of the table. `columns`: the table's columns with their types (DDL). `rows`: their values as texts, in the order of the
    columns, each key once. A row without a match becomes what `missing` says: `keep` (the added columns are null), `drop` (counted as filtered), or
    `dead-letter` (`lookup/missing`).
    """
    table = _table(frame, columns, rows)
    place = {name: f"{_COLUMN}{at}" for at, name in enumerate(columns)}
    matches = reduce(lambda a, b: a & b, [at_path(path) == F.col(place[name]) for path, name in on.items()])
    own, is_missing = [quoted(name) for name in user_columns(frame)], F.col(LIVE) & F.col(_FOUND).isNull()
    joined = frame.join(F.broadcast(table), matches, "left")
    if missing == "drop":
        joined = dropped(joined, node, is_missing).where(~is_missing | F.col(REJECTS).isNotNull())
        joined = joined.withColumn(LIVE, F.col(LIVE) & ~is_missing).where(travelling())
    elif missing == "dead-letter":
        message = F.lit("the table has no row for " + ", ".join(f"`{path}`" for path in on))
        rejects = add_reject(joined, is_missing, refused_by(node, "lookup/missing", message))
        joined = joined.withColumns({REJECTS: rejects, LIVE: F.col(LIVE) & ~is_missing})
    return joined.select(*own, *[F.col(place[name]).alias(ours) for name, ours in added.items()], *carried(frame), LIVE, REJECTS)


def _table(frame: DataFrame, columns: dict[str, str], rows: list[list[str | None]]) -> DataFrame:
    """The table as a frame that Spark makes by itself: no Python worker is started for it."""
    texts = json.dumps([{f"c{at}": text for at, text in enumerate(row)} for row in rows])
    kind = ", ".join(f"c{at}: STRING" for at in range(len(columns)))
    made = frame.sparkSession.range(1).select(F.inline(F.from_json(F.lit(texts), f"ARRAY<STRUCT<{kind}>>", {"mode": "FAILFAST"})))
    values = [F.col(f"c{at}").cast(ddl).alias(f"{_COLUMN}{at}") for at, ddl in enumerate(columns.values())]
    return made.select(*values, F.lit(True).alias(_FOUND))
