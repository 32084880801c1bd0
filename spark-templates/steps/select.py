"""transform.select: the columns of the output, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.rows import LIVE, REJECTS, add_reject, carried, first_failed, refused_by

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, columns: dict[str, str], failed: dict[str, str] | None = None) -> DataFrame:
    """Rows of exactly `columns`: name → Spark SQL that cannot throw, the full ordered projection.

    `failed` names, per column, the predicate that its expression went wrong: such a row is a reject (`select/failed`).
    """
    rejects, live = F.col(REJECTS), F.col(LIVE)
    if failed:
        broken, name = first_failed(failed)
        message = F.concat(F.lit("column `"), name, F.lit("` has no value for this row"))
        rejects, live = add_reject(frame, broken, refused_by(node, "select/failed", message)), F.col(LIVE) & ~broken
    return frame.select(
        *[F.expr(sql).alias(name) for name, sql in columns.items()], *carried(frame), live.alias(LIVE), rejects.alias(REJECTS)
    )
