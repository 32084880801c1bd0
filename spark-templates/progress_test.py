"""From Spark's progress to the `batch` event."""

from __future__ import annotations

import json
import unittest
from types import SimpleNamespace
from typing import Any

from stream_job.counts import Counts
from stream_job.progress import batch_event

PROGRESS: dict[str, Any] = {
    "batchId": 3,
    "numInputRows": 20,
    "durationMs": {"triggerExecution": 45},
    "eventTime": {"watermark": "2024-01-01T00:00:00.000Z"},
    "stateOperators": [
        {"operatorName": "stateStoreSave", "numRowsDroppedByWatermark": 2, "numRowsTotal": 5},
        {
            "operatorName": "dedupeWithinWatermark",
            "numRowsDroppedByWatermark": 4,
            "numRowsTotal": 6,
            "customMetrics": {"numDroppedDuplicateRows": 8, "other": 1},
        },
        {"operatorName": "symmetricHashJoin", "numRowsDroppedByWatermark": 1, "numRowsTotal": 9},
    ],
    "observedMetrics": {
        "filtered:mine": {"rows": 4},
        "filtered:theirs": {"rows": 9},
        "added:mine": {"rows": 6},
        "broken:mine": {"a": 2, "b": 0},
        "broken:theirs": {"a": 2},
        "other": {"rows": 1},
    },
    "sources": [
        {"numInputRows": 12, "endOffset": {"a": {"0": 7, "1": 2}}, "latestOffset": {"a": {"0": 9}}},
        {"numInputRows": 8, "endOffset": json.dumps({"b": {"0": 1}}), "latestOffset": None},
    ],
}


class ProgressTest(unittest.TestCase):
    """Pure."""

    def event(self, counts: Counts, *operators: str | None, scans: tuple[int, ...] = ()) -> dict[str, Any]:
        """The event of a query that owns `mine`."""
        query: Any = SimpleNamespace(name="q", owns=frozenset(["mine"]), operators=operators, scans=scans)
        return batch_event(PROGRESS, counts, query)

    def test_holds_what_the_query_answers_for(self) -> None:
        event = self.event(Counts(written=7, repeats=1, dead={"mine": {"c": 2}}), "w")
        self.assertEqual(
            event,
            {
                **{"query": "q", "batch": 3, "rows": 20, "records": {"a": 12, "b": 8}, "written": 7, "repeats": 1, "dead": {"mine": {"c": 2}}, "filtered": {"mine": 4}},
                **{"added": {"mine": 6}, "broken": {"mine": {"a": 2, "b": 0}}, "late": {"w": 2}, "openWindows": 5, "ms": 45, "offsets": {"a": {"0": 7, "1": 2}, "b": {"0": 1}}, "latest": {"a": {"0": 9}}},
                **{"watermark": "2024-01-01T00:00:00.000Z", "stateRows": 20},
            },
        )
        self.assertEqual(self.event(Counts(), None, None)["late"], {})

    def test_a_stateful_step_is_told_by_its_place_among_sparks_operators(self) -> None:
        event = self.event(Counts(), None, "d")
        self.assertEqual((event["late"], event["filtered"], event["openWindows"], event["stateRows"]), ({"d": 4}, {"mine": 4, "d": 8}, 0, 20))

    def test_what_waits_in_a_join_is_no_window(self) -> None:
        event = self.event(Counts(), "w", None, "j")
        self.assertEqual((event["late"], event["openWindows"]), ({"w": 2, "j": 1}, 5))

    def test_a_topic_that_is_read_twice_counts_once(self) -> None:
        event = self.event(Counts(), scans=(3, 1))
        self.assertEqual((event["rows"], event["records"]), (12, {"a": 4, "b": 8}))

    def test_a_batch_that_was_computed_twice_counts_once(self) -> None:
        event = self.event(Counts(passes=2), "w", "d")
        self.assertEqual((event["rows"], event["filtered"]), (10, {"mine": 2, "d": 4}))
        self.assertEqual((event["added"], event["broken"], event["late"]), ({"mine": 3}, {"mine": {"a": 1, "b": 0}}, {"w": 1, "d": 2}))
