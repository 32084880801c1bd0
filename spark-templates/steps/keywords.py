"""transform.keywords: the terms of a column of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream_job.text_function import with_result

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, text: str, into: str, **arguments: Any) -> DataFrame:
    """The frame with a new column `into`, a list of the terms of the text at the path; null where it is. `arguments`: of `texts.keywords`."""
    return with_result(frame, node, "keywords", arguments, text, "array<string>", lambda judged, terms: judged.withColumn(into, terms))
