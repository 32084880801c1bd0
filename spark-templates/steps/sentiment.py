"""transform.sentiment: how a column of text feels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream_job.text_function import with_results

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, text: str, label: str, score: str, neutral: float) -> DataFrame:
    """The frame with two new columns for the text at the path, `label` and `score`; both null where it is."""
    return with_results(frame, node, "sentiment", {"neutral": neutral}, text, {label: ("label", "string"), score: ("score", "double")})
