"""A function of `texts/` as a function of Spark, by Arrow, batch by batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.calling import outcomes, prepared
from stream_job.rows import LIVE, REJECTS, add_reject, at_path, refused_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame

_TOLD = "__told"


def of_each_text(word: str, arguments: dict[str, Any], returns: str) -> Callable[[Column], Column]:
    """The function over a column of text: a struct of `value`, of type `returns` (DDL), and `failed`, why there is none.

    Null stays null, and what is no UTF-8 is read with `\ufffd` in its place.
    """
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_type
    from pyspark.sql.types import DataType

    given = json.dumps(arguments)
    told = f"struct<value: {returns}, failed: string>"
    kind = to_arrow_type(DataType.fromDDL(told))

    def results(values: pa.Array) -> pa.Array:
        texts = [None if value is None else value.decode("utf-8", "replace") for value in values.to_pylist()]
        return pa.array(outcomes(prepared(word, given), texts), kind)

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    results.__annotations__ = {"values": pa.Array, "return": pa.Array}
    # Taken for indeterminate, or Spark would call it once more for every step below that asks whether the row lives.
    called = F.arrow_udf(results, told).asNondeterministic()
    # As bytes: no text is refused on its way to Python.
    return lambda value: called(value.cast("string").cast("binary"))


def with_result(
    frame: DataFrame, node: str, word: str, arguments: dict[str, Any], text: str, returns: str, put: Callable[[DataFrame, Column], DataFrame]
) -> DataFrame:
    """The frame with what `put` makes of the result of the text at a path. A row whose text the function fails on is a reject, `texts/failed`."""
    asked = F.when(F.col(LIVE), at_path(text))
    told = frame.withColumn(_TOLD, of_each_text(word, arguments, returns)(asked))
    why = F.col(f"{_TOLD}.failed")
    rejects = add_reject(told, why.isNotNull(), refused_by(node, "texts/failed", F.concat(F.lit(f"`{text}`: "), why)))
    judged = told.withColumns({REJECTS: rejects, LIVE: F.col(LIVE) & why.isNull()})
    return put(judged, F.col(f"{_TOLD}.value")).drop(_TOLD)


def with_results(frame: DataFrame, node: str, word: str, arguments: dict[str, Any], text: str, columns: dict[str, tuple[str, str]]) -> DataFrame:
    """The frame with several results of the text at a path: new column → field of the result, and its type."""
    fields = ", ".join(f"{field}: {kind}" for field, kind in columns.values())

    def put(judged: DataFrame, value: Column) -> DataFrame:
        return judged.withColumns({column: value.getField(field) for column, (field, _) in columns.items()})

    return with_result(frame, node, word, arguments, text, f"struct<{fields}>", put)
