"""transform.keywords: the terms of a column of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream_job.rows import at_path
from stream_job.text_function import of_each_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, text: str, into: str, **arguments: Any) -> DataFrame:
    """The frame with a new column `into`, a list of the terms of the text at the path; null where it is. `arguments`: of `texts.keywords`."""
    return frame.withColumn(into, of_each_text("keywords", arguments, "array<string>")(at_path(text)))
