"""What nodes count of the rows that pass them: observed metrics of the query, told by the one query that owns the node.

A metric is named by what it counts and the node: `filtered:sales`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

# Rows that a node drops.
FILTERED = "filtered:"
# Rows that leave a node beyond those that entered it.
ADDED = "added:"
# Rows that break a rule, by rule.
BROKEN = "broken:"


def counted(frame: DataFrame, kind: str, node: str, **counts: Column) -> DataFrame:
    """The frame, observed: each count is an aggregate of its rows at this place."""
    return frame.observe(kind + node, *[count.alias(name) for name, count in counts.items()])


def dropped(frame: DataFrame, node: str, predicate: str | Column) -> DataFrame:
    """The frame, which counts the rows that `node` is about to drop."""
    return counted(frame, FILTERED, node, rows=F.count_if(predicate))
