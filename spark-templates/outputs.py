"""Steps with several outputs: one frame each, told apart by a column that names the output of every live row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.counting import dropped
from stream_job.rows import LIVE, is_true, travelling

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

OUTPUT = "__output"
# The output of a node that has side outputs besides.
MAIN = "main"


def branches(frame: DataFrame, node: str, output: Column, read: list[str]) -> dict[str, DataFrame]:
    """Output → its frame, for the outputs that are read. `output` names the output of each live row, null for none.

    A live row that goes to none of them is dropped and counted. A row with rejects travels in every frame, live in its own alone: whichever
    query owns the rejects finds them.
    """
    named = dropped(frame.withColumn(OUTPUT, output), node, F.col(LIVE) & ~is_true(F.col(OUTPUT).isin(*read)))
    return {
        name: named.withColumn(LIVE, F.col(LIVE) & is_true(F.col(OUTPUT) == name)).where(travelling()).drop(OUTPUT) for name in read
    }
