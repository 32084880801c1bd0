"""transform.sentiment: how a column of text feels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.rows import at_path
from stream_job.text_function import of_each_text

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, text: str, label: str, score: str, neutral: float) -> DataFrame:
    """The frame with two new columns for the text at the path, `label` and `score`; both null where it is."""
    judged = of_each_text("sentiment", {"neutral": neutral}, "struct<label: string, score: double>")(at_path(text))
    # Judged once: Spark would call the function for each of the two columns.
    told = frame.withColumn("__judged", F.when(F.lit(True), judged))
    return told.withColumns({label: F.col("__judged.label"), score: F.col("__judged.score")}).drop("__judged")
