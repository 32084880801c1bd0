"""A function of `texts/` over a column of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream_job.row_function import function_of, judged, settled
from stream_job.rows import at_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import Column, DataFrame


def with_result(
    frame: DataFrame, node: str, word: str, arguments: dict[str, Any], text: str, returns: str, put: Callable[[DataFrame, Column], DataFrame]
) -> DataFrame:
    """The frame with what `put` makes of the result of the text at a path, of type `returns` (DDL); null stays null.

    What is no UTF-8 is read with `\ufffd` in its place. A row whose text the function fails on is a reject, `texts/failed`.
    """
    called = function_of(f"texts.{word}", arguments, returns, _texts)
    # As bytes: no text is refused on its way to Python.
    frame, value = judged(frame, node, "texts/failed", at_path(text).cast("string").cast("binary"), called, f"`{text}`: ")
    return settled(put(frame, value))


def with_results(frame: DataFrame, node: str, word: str, arguments: dict[str, Any], text: str, columns: dict[str, tuple[str, str]]) -> DataFrame:
    """The frame with several results of the text at a path: new column → field of the result, and its type."""
    fields = ", ".join(f"{field}: {kind}" for field, kind in columns.values())

    def put(judged: DataFrame, value: Column) -> DataFrame:
        return judged.withColumns({column: value.getField(field) for column, (field, _) in columns.items()})

    return with_result(frame, node, word, arguments, text, f"struct<{fields}>", put)


def _texts(values: Any) -> list[str | None]:
    return [None if value is None else value.decode("utf-8", "replace") for value in values.to_pylist()]
