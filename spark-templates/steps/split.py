"""transform.split: each row goes to the first output whose predicate is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.outputs import branches
from stream_job.rows import LIVE, REJECTS, add_reject, is_true, refused_by

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_WAY, _FAILED = "__way", "__failed"


def apply(
    frame: DataFrame, *, node: str, outputs: dict[str, str], read: list[str], otherwise: str | None = None, failed: dict[str, str] | None = None
) -> dict[str, DataFrame]:
    """A frame for each output in `read`.

    `outputs` holds Spark SQL that cannot throw, asked in order, null counted as false; `otherwise` takes what none of them takes. `failed` names, per
    output, the predicate that its condition went wrong: a row of which that is so is a reject (`split/failed`), unless an output before took it.
    """
    ways = [way for name, sql in outputs.items() for way in _ways(name, sql, (failed or {}).get(name))]
    routed = frame.withColumn(_WAY, F.coalesce(*ways, _way(name=otherwise)))
    if failed:
        name = F.col(_WAY).getField(_FAILED)
        broken = F.col(LIVE) & name.isNotNull()
        message = F.concat(F.lit("the condition of `"), name, F.lit("` has no value for this row"))
        rejects = add_reject(routed, broken, refused_by(node, "split/failed", message))
        routed = routed.withColumns({LIVE: F.col(LIVE) & ~broken, REJECTS: rejects})
    found = branches(routed, node, F.col(_WAY).getField("name"), read)
    return {name: frame.drop(_WAY) for name, frame in found.items()}


def _ways(name: str, where: str, failed: str | None) -> list[Column]:
    taken = F.when(is_true(F.expr(where)), _way(name=name))
    return [taken] if failed is None else [F.when(is_true(F.expr(failed)), _way(failed=name)), taken]


def _way(name: str | None = None, failed: str | None = None) -> Column:
    """Where a row goes: to an output, or nowhere since that output's condition failed."""
    return F.struct(F.lit(name).cast("string").alias("name"), F.lit(failed).cast("string").alias(_FAILED))
