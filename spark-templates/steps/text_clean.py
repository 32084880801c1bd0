"""transform.text_clean: a column of text made plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stream_job.rows import at_path, with_values
from stream_job.text_function import of_each_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, text: str, into: str | None = None, **arguments: Any) -> DataFrame:
    """The frame with the text at the path cleaned, where it stands or in a new column `into`; null stays null. `arguments`: of `texts.text_clean`."""
    cleaned = of_each_text("text_clean", arguments, "string")(at_path(text))
    return with_values(frame, {text: cleaned}) if into is None else frame.withColumn(into, cleaned)
