"""transform.language: in which language a column of text is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stream_job.text_function import with_results

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, text: str, code: str, confidence: str, among: list[str], least: float) -> DataFrame:
    """The frame with two new columns for the text at the path, `code` and `confidence`; both null where it is."""
    returns = {code: ("code", "string"), confidence: ("confidence", "double")}
    return with_results(frame, node, "language", {"among": among, "least": least}, text, returns)
