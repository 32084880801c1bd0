"""transform.explode: a row of every element of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.counting import ADDED, counted, dropped
from stream_job.rows import ELEMENT, LIVE, REJECTS, carried, no_rejects, quoted, user_columns

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_ITEMS, _SIZE, _LEAD, _AT, _ITEM = "__items", "__size", "__lead", "__at", "__item"


def apply(frame: DataFrame, *, node: str, list: str, element: str, index: str, drop: str | None = None, keep_empty: bool = False) -> DataFrame:
    """The frame's columns but `drop`, then `element` and `index`: a row of every element of `list`, which is Spark SQL.

    A row whose list is empty or null is dropped and counted, or with `keep_empty` it stays, without an element and with the index -1. The rejects of a row travel
    on a row of their own, which does not live: no element has part in them.
    """
    names = [quoted(name) for name in user_columns(frame) if name != drop]
    own = [name for name in carried(frame) if name != ELEMENT]
    outer = F.col(ELEMENT) if ELEMENT in frame.columns else None
    prepared = _prepared(frame, node, list, keep_empty)
    rows = prepared.select(*names, *own, *([] if outer is None else [ELEMENT]), LIVE, REJECTS, _LEAD, F.posexplode(_ITEMS).alias(_AT, _ITEM))
    place = F.col(_AT) - F.col(_LEAD)
    is_bearer = F.col(REJECTS).isNotNull() & (F.col(_AT) == 0)
    return rows.select(
        *names,
        F.col(_ITEM).alias(element),
        # Never null, so that it can be part of a key: -1 where there is no element.
        place.alias(index),
        *own,
        _path(outer, place).alias(ELEMENT),
        (F.col(LIVE) & ~is_bearer).alias(LIVE),
        F.when(is_bearer, F.col(REJECTS)).otherwise(no_rejects()).alias(REJECTS),
    )


def _prepared(frame: DataFrame, node: str, items: str, keep_empty: bool) -> DataFrame:
    """The frame with the list to take apart. `__lead` nulls stand in front of the elements: one for the row that bears the rejects, one for a row
    that stays without an element."""
    kind = frame.select(F.expr(items)).schema[0].dataType.elementType  # type: ignore[attr-defined]
    sized = frame.withColumns({_ITEMS: F.when(F.col(LIVE), F.expr(items)), _SIZE: F.when(F.col(LIVE), F.coalesce(F.size(F.expr(items)), F.lit(0)))})
    stays = F.lit(keep_empty) & (F.col(_SIZE) == 0)
    made = counted(sized, ADDED, node, rows=F.coalesce(F.sum(F.greatest(F.col(_SIZE) - 1, F.lit(0))), F.lit(0)))
    made = dropped(made, node, F.lit(not keep_empty) & (F.col(_SIZE) == 0))
    lead = F.col(REJECTS).isNotNull().cast("int") + F.coalesce(stays, F.lit(False)).cast("int")
    front = F.array_repeat(F.lit(None).cast(kind), F.col(_LEAD))
    filled = F.concat(front, F.coalesce(F.col(_ITEMS), F.array_repeat(F.lit(None).cast(kind), F.lit(0))))
    return made.withColumn(_LEAD, lead).withColumn(_ITEMS, F.when(F.col(_LEAD) == 0, F.col(_ITEMS)).otherwise(filled))


def _path(outer: Column | None, place: Column) -> Column:
    """Which element of its record a row is: its place in the list, behind those of the lists that were taken apart before."""
    own = F.when(place >= 0, place.cast("string"))
    if outer is None:
        return own
    return F.when(outer.isNotNull() & own.isNotNull(), F.concat(outer, F.lit("."), own)).otherwise(F.coalesce(outer, own))
