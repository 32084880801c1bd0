"""transform.text_clean: a column of text made plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.rows import LIVE, at_path, with_values
from stream_job.text_function import with_result

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


def apply(frame: DataFrame, *, node: str, text: str, into: str | None = None, **arguments: Any) -> DataFrame:
    """The frame with the text at the path cleaned, where it stands or in a new column `into`; null stays null. `arguments`: of `texts.text_clean`."""

    def put(judged: DataFrame, cleaned: Column) -> DataFrame:
        if into is not None:
            return judged.withColumn(into, cleaned)
        # What a row is refused with is the text as it was.
        return with_values(judged, {text: F.when(F.col(LIVE), cleaned).otherwise(at_path(text))})

    return with_result(frame, node, "text_clean", arguments, text, "string", put)
