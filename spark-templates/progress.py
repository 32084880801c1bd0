"""From Spark's progress of a committed batch to the job's `batch` event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stream_job.counting import ADDED, BROKEN, FILTERED

if TYPE_CHECKING:
    from stream_job.batches import Query
    from stream_job.counts import Counts

# What Spark calls the rows that `dropDuplicatesWithinWatermark` drops.
_DUPLICATES = "numDroppedDuplicateRows"
# What Spark calls steps that remember rows and no windows: all that `dedupe…` names, and joins.
_WITHOUT_WINDOWS = ("dedupe", "symmetricHashJoin")
_NO_WATERMARK = "1970-01-01T00:00:00.000Z"


def batch_event(progress: dict[str, Any], counts: Counts, query: Query) -> dict[str, Any]:
    """The fields of the event. `progress` is Spark's JSON; what is counted by node holds only the nodes that this query answers for."""
    operators = progress.get("stateOperators", [])
    reported = [(node, each) for node, each in zip(query.operators, operators) if node is not None]
    duplicates = {node: each["customMetrics"][_DUPLICATES] for node, each in reported if _DUPLICATES in each.get("customMetrics", {})}
    filtered = {node: counts["rows"] for node, counts in _observed(progress, FILTERED, query.owns).items()}
    watermark = progress.get("eventTime", {}).get("watermark")
    return {
        "query": query.name,
        "batch": progress["batchId"],
        "rows": _rows(progress, query.scans) // counts.passes,
        "records": {topic: rows // counts.passes for topic, rows in _by_topic(progress, query.scans).items()},
        "written": counts.written,
        "repeats": counts.repeats,
        **({"deleted": counts.deleted} if counts.deleted else {}),
        "dead": counts.dead,
        "filtered": {node: rows // counts.passes for node, rows in {**filtered, **duplicates}.items()},
        "added": {node: each["rows"] // counts.passes for node, each in _observed(progress, ADDED, query.owns).items()},
        "broken": {
            node: {rule: rows // counts.passes for rule, rows in rules.items()} for node, rules in _observed(progress, BROKEN, query.owns).items()
        },
        "late": {node: each["numRowsDroppedByWatermark"] // counts.passes for node, each in reported},
        "ms": progress["durationMs"].get("triggerExecution", 0),
        "offsets": _merged(progress, "endOffset"),
        "latest": _merged(progress, "latestOffset"),
        "watermark": None if watermark == _NO_WATERMARK else watermark,
        "stateRows": sum(each["numRowsTotal"] for each in operators),
        "openWindows": sum(each["numRowsTotal"] for _, each in reported if not each["operatorName"].startswith(_WITHOUT_WINDOWS)),
    }


def _observed(progress: dict[str, Any], kind: str, owns: frozenset[str]) -> dict[str, dict[str, int]]:
    """Node → its counts of that kind."""
    metrics = {name[len(kind) :]: row for name, row in progress.get("observedMetrics", {}).items() if name.startswith(kind)}
    return {node: row for node, row in metrics.items() if node in owns}


def _rows(progress: dict[str, Any], scans: tuple[int, ...]) -> int:
    """Source rows, each once however often the query reads its topic."""
    if not scans:
        return progress["numInputRows"]
    return sum(source["numInputRows"] // times for source, times in zip(progress["sources"], scans))


def _by_topic(progress: dict[str, Any], scans: tuple[int, ...]) -> dict[str, int]:
    """The same by topic: each is a source."""
    sources = progress["sources"]
    return {
        topic: source["numInputRows"] // times
        for source, times in zip(sources, scans or (1,) * len(sources))
        for topic in _offsets(source, "endOffset")
    }


def _merged(progress: dict[str, Any], field: str) -> dict[str, dict[str, int]]:
    merged: dict[str, dict[str, int]] = {}
    for source in progress["sources"]:
        for topic, partitions in _offsets(source, field).items():
            merged.setdefault(topic, {}).update(partitions)
    return merged


def _offsets(source: dict[str, Any], field: str) -> dict[str, dict[str, int]]:
    offsets = source.get(field)
    return (json.loads(offsets) if isinstance(offsets, str) else offsets) or {}
