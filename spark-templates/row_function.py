"""A function of rows (`texts/`, `functions/`) as a function of Spark, by Arrow, batch by batch."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.calling import prepared
from stream_job.rows import LIVE, REJECTS, add_reject, refused_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame

_TOLD = "__told"


def file_beside(path: str) -> bytes:
    """What a file holds that was rendered beside the script."""
    return (Path(sys.argv[0]).resolve().parent / path).read_bytes()


def function_of(
    word: str, arguments: dict[str, Any], returns: str, read: Callable[[Any], list[Any]], content: bytes | None = None
) -> Callable[[Column], Column]:
    """The function over a column: a struct of `value`, of type `returns` (DDL), and `failed`, why there is none; null stays null.

    `read` makes values of an Arrow array. The content of the function's file travels to the workers with it.
    """
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_type
    from pyspark.sql.types import DataType

    given = json.dumps(arguments)
    told = f"struct<value: {returns}, failed: string>"
    kind = to_arrow_type(DataType.fromDDL(told), timezone="UTC")

    def results(values: pa.Array) -> pa.Array:
        return pa.array(prepared(word, given, content)(read(values)), kind)

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    results.__annotations__ = {"values": pa.Array, "return": pa.Array}
    # Taken for indeterminate, or Spark would call it once more for every step below that asks whether the row lives.
    return F.arrow_udf(results, told).asNondeterministic()


def judged(frame: DataFrame, node: str, code: str, asked: Column, called: Callable[[Column], Column], about: str = "") -> tuple[DataFrame, Column]:
    """The frame on whose live rows the function was called, and the column of its results. A row that it fails on is a reject with the code.

    `about` stands in front of what the function raised. The results stand in a column that is dropped by `settled`.
    """
    # In a column of its own: Spark calls the function once for all that is made of it.
    told = frame.withColumn(_TOLD, called(F.when(F.col(LIVE), asked)))
    why = F.col(f"{_TOLD}.failed")
    rejects = add_reject(told, why.isNotNull(), refused_by(node, code, F.concat(F.lit(about), why)))
    return told.withColumns({REJECTS: rejects, LIVE: F.col(LIVE) & why.isNull()}), F.col(f"{_TOLD}.value")


def settled(frame: DataFrame) -> DataFrame:
    """The frame without what `judged` needed."""
    return frame.drop(_TOLD)


def row_values(values: Any) -> list[list[Any] | None]:
    """The values of each row of an array of structs; null stays null."""
    columns = [_column(field) for field in values.flatten()]
    return [list(row) if there else None for row, there in zip(zip(*columns, strict=True), values.is_valid().to_pylist(), strict=True)]


def _column(field: Any) -> list[Any]:
    try:
        return field.to_pylist(maps_as_pydicts="lossy")
    except Exception:  # of one value that Python cannot hold, such as a time in the year 20000
        return [_value(scalar) for scalar in field]


def _value(scalar: Any) -> Any:
    """The value, or as a value why there is none: its row fails by it."""
    try:
        return scalar.as_py(maps_as_pydicts="lossy")
    except Exception as error:
        return error
