"""transform.filter: keep the rows for which a predicate is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.counting import dropped
from stream_job.rows import LIVE, REJECTS, add_reject, is_true, refused_by, travelling

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(frame: DataFrame, *, node: str, where: str, failed: str | None = None) -> DataFrame:
    """Rows for which `where` is true.

    `where` and `failed` are Spark SQL that cannot throw; `failed` says that an expression inside `where` went wrong, which makes
    the row a reject (`filter/failed`). What is dropped is counted as an observed metric of the query, `filtered:<node>`.
    """
    broken = is_true(F.expr(failed)) if failed else F.lit(False)
    kept = F.col(LIVE) & ~broken & is_true(F.expr(where))
    changes = {LIVE: kept, "__dropped": F.col(LIVE) & ~broken & ~kept}
    if failed:
        changes[REJECTS] = add_reject(frame, broken, refused_by(node, "filter/failed", F.lit("the condition has no value for this row")))
    # The observation also keeps the condition from being pushed below the parsing, where it would parse every record twice.
    marked = dropped(frame.withColumns(changes), node, "__dropped")
    return marked.where(travelling()).drop("__dropped")
