"""A function of `texts/` as a function of Spark, by Arrow, batch by batch."""

from __future__ import annotations

import importlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.rows import at_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame


@cache
def _prepared(word: str, arguments: str) -> Callable[[str], Any]:
    """Once in each worker, so that a model is loaded once."""
    return importlib.import_module(f"stream_job.texts.{word}").prepare(**json.loads(arguments))


def of_each_text(word: str, arguments: dict[str, Any], returns: str) -> Callable[[Column], Column]:
    """The function over a column of text; null stays null, and what is no UTF-8 is read with `\ufffd` in its place. `returns` is Spark's DDL."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_type
    from pyspark.sql.types import DataType

    given = json.dumps(arguments)
    kind = to_arrow_type(DataType.fromDDL(returns))

    def results(values: pa.Array) -> pa.Array:
        function = _prepared(word, given)
        return pa.array([None if value is None else function(value.decode("utf-8", "replace")) for value in values.to_pylist()], kind)

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    results.__annotations__ = {"values": pa.Array, "return": pa.Array}
    called = F.arrow_udf(results, returns)
    # As bytes: no text is refused on its way to Python.
    return lambda value: called(value.cast("string").cast("binary"))


def with_results(frame: DataFrame, word: str, arguments: dict[str, Any], text: str, returns: dict[str, tuple[str, str]]) -> DataFrame:
    """The frame with several results of the text at a path: new column → field of the result, and its type."""
    fields = ", ".join(f"{field}: {kind}" for field, kind in returns.values())
    # In a column of its own: Spark calls the function once for all of the others.
    told = frame.withColumn("__told", of_each_text(word, arguments, f"struct<{fields}>")(at_path(text)))
    return told.withColumns({column: F.col(f"__told.{field}") for column, (field, _) in returns.items()}).drop("__told")
