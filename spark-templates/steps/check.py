"""transform.check: named rules for rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.counting import BROKEN, counted, dropped
from stream_job.outputs import MAIN, branches
from stream_job.rows import LIVE, REJECTS, add_reject, first_failed, is_true, quoted, refused_by, travelling

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_BROKEN = "__broken"


def apply(
    frame: DataFrame,
    *,
    node: str,
    rules: dict[str, str],
    failed: dict[str, str] | None = None,
    otherwise: str = "dead-letter",
    tag: str | None = None,
    read: list[str] | None = None,
) -> DataFrame | dict[str, DataFrame]:
    """The rows that keep every rule; those that do not become what `otherwise` says: `dead-letter`, `drop`, `tag` or `output`.

    `rules` is Spark SQL that cannot throw; a rule is kept where it is true. `failed` names, per rule, the predicate that its expression went wrong: such
    a row is a reject (`check/failed`), whatever the rules say of it. `tag` is the column for the names of the rules that a row breaks. How many
    rows break each rule is observed. With `output` the frames of the outputs that are `read` are given: `main`, and `broken` with the tag.
    """
    judged = _judged(frame, node, rules, failed or {})
    is_broken = F.col(LIVE) & (F.size(_BROKEN) > 0)
    if otherwise == "dead-letter":
        message = F.concat(F.lit("breaks `"), F.array_join(_BROKEN, "`, `"), F.lit("`"))
        rejects = add_reject(judged, is_broken, refused_by(node, "check/broken", message))
        return judged.withColumns({LIVE: F.col(LIVE) & ~is_broken, REJECTS: rejects}).drop(_BROKEN)
    if otherwise == "drop":
        return dropped(judged, node, is_broken).withColumn(LIVE, F.col(LIVE) & ~is_broken).where(travelling()).drop(_BROKEN)
    tagged = judged.withColumn(tag or "", F.col(_BROKEN)).drop(_BROKEN)
    if otherwise == "tag":
        return tagged
    output = F.when(F.size(quoted(tag or "")) > 0, F.lit("broken")).otherwise(F.lit(MAIN))
    found = branches(tagged, node, output, read or [])
    return {name: each.drop(tag or "") if name == MAIN else each for name, each in found.items()}


def _judged(frame: DataFrame, node: str, rules: dict[str, str], failed: dict[str, str]) -> DataFrame:
    """The frame with the names of the rules that each row breaks; rows on which a rule failed live no longer."""
    if failed:
        broken, name = first_failed(failed)
        message = F.concat(F.lit("the rule `"), name, F.lit("` has no value for this row"))
        rejects = add_reject(frame, broken, refused_by(node, "check/failed", message))
        frame = frame.withColumns({LIVE: F.col(LIVE) & ~broken, REJECTS: rejects})
    names = F.array_compact(F.array(*[F.when(~is_true(F.expr(sql)), F.lit(name)) for name, sql in rules.items()]))
    judged = frame.withColumn(_BROKEN, names)
    # The observation also keeps the rules from being pushed below the parsing, where they would parse every record once more.
    return counted(judged, BROKEN, node, **{name: F.count_if(F.col(LIVE) & F.array_contains(_BROKEN, name)) for name in rules})
