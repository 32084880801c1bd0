"""From Spark's progress to the `batch` event."""

from __future__ import annotations

import json
import unittest
from types import SimpleNamespace
from typing import Any

from stream_job.batches import Counts
from stream_job.progress import batch_event

PROGRESS: dict[str, Any] = {
    "batchId": 3,
    "numInputRows": 20,
    "durationMs": {"triggerExecution": 45},
    "eventTime": {"watermark": "2024-01-01T00:00:00.000Z"},
    "stateOperators": [{"numRowsDroppedByWatermark": 1, "numRowsTotal": 5}, {"numRowsDroppedByWatermark": 2, "numRowsTotal": 6}],
    "observedMetrics": {"filtered:mine": {"rows": 4}, "filtered:theirs": {"rows": 9}, "other": {"rows": 1}},
    "sources": [
        {"endOffset": {"a": {"0": 7}}, "latestOffset": {"a": {"0": 9}}},
        {"endOffset": json.dumps({"a": {"1": 2}, "b": {"0": 1}}), "latestOffset": None},
    ],
}


class ProgressTest(unittest.TestCase):
    """Pure."""

    def event(self, counts: Counts, aggregate: str | None) -> dict[str, Any]:
        """The event of a query that owns `mine`."""
        return batch_event(PROGRESS, counts, SimpleNamespace(name="q", owns=frozenset(["mine"]), aggregate=aggregate))

    def test_holds_what_the_query_answers_for(self) -> None:
        event = self.event(Counts(written=7, repeats=1, dead={"mine": {"c": 2}}), "w")
        self.assertEqual(
            event,
            {
                **{"query": "q", "batch": 3, "rows": 20, "written": 7, "repeats": 1, "dead": {"mine": {"c": 2}}, "filtered": {"mine": 4}},
                **{"late": {"w": 3}, "ms": 45, "offsets": {"a": {"0": 7, "1": 2}, "b": {"0": 1}}, "latest": {"a": {"0": 9}}},
                **{"watermark": "2024-01-01T00:00:00.000Z", "stateRows": 11},
            },
        )
        self.assertEqual(self.event(Counts(), None)["late"], {})

    def test_a_batch_that_was_computed_twice_counts_once(self) -> None:
        event = self.event(Counts(passes=2), None)
        self.assertEqual((event["rows"], event["filtered"]), (10, {"mine": 2}))
