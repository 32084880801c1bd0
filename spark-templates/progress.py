"""From Spark's progress of a committed batch to the job's `batch` event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stream_job.steps.filter import FILTERED

if TYPE_CHECKING:
    from stream_job.batches import Counts, Query

_NO_WATERMARK = "1970-01-01T00:00:00.000Z"


def batch_event(progress: dict[str, Any], counts: Counts, query: Query) -> dict[str, Any]:
    """The fields of the event. `progress` is Spark's JSON; `late` and `filtered` hold only what this query answers for."""
    operators = progress.get("stateOperators", [])
    watermark = progress.get("eventTime", {}).get("watermark")
    return {
        "query": query.name,
        "batch": progress["batchId"],
        "rows": progress["numInputRows"] // counts.passes,
        "written": counts.written,
        "repeats": counts.repeats,
        "dead": counts.dead,
        "filtered": _filtered(progress, query.owns, counts.passes),
        "late": {query.aggregate: sum(each["numRowsDroppedByWatermark"] for each in operators)} if query.aggregate else {},
        "ms": progress["durationMs"].get("triggerExecution", 0),
        "offsets": _merged(progress, "endOffset"),
        "latest": _merged(progress, "latestOffset"),
        "watermark": None if watermark == _NO_WATERMARK else watermark,
        "stateRows": sum(each["numRowsTotal"] for each in operators),
    }


def _filtered(progress: dict[str, Any], owns: frozenset[str], passes: int) -> dict[str, int]:
    metrics = {name[len(FILTERED) :]: row for name, row in progress.get("observedMetrics", {}).items() if name.startswith(FILTERED)}
    return {node: row["rows"] // passes for node, row in metrics.items() if node in owns}


def _merged(progress: dict[str, Any], field: str) -> dict[str, dict[str, int]]:
    merged: dict[str, dict[str, int]] = {}
    for source in progress["sources"]:
        offsets = source.get(field)
        offsets = json.loads(offsets) if isinstance(offsets, str) else offsets
        for topic, partitions in (offsets or {}).items():
            merged.setdefault(topic, {}).update(partitions)
    return merged
