"""How many rows a batch will read, from files as Spark writes them."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from stream_job.offsets import planned_rows


class OffsetsTest(unittest.TestCase):
    """A checkpoint folder of its own."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, path: str, *lines: str) -> None:
        """One file of the checkpoint."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text("\n".join(lines))

    def test_counts_from_the_offsets_before(self) -> None:
        self.write("sources/0/0", "\0v1", json.dumps({"t": {"0": 5, "1": 0}}))
        self.write("offsets/0", "v1", "{}", json.dumps({"t": {"0": 7, "1": 4}}))
        self.write("offsets/1", "v1", "{}", json.dumps({"t": {"0": 7, "1": 9, "2": 3}}))
        self.assertEqual([planned_rows(str(self.folder), batch) for batch in (0, 1)], [6, 8])
        self.assertEqual(planned_rows(f"file://{self.folder}", 1), 8)

    def test_says_nothing_where_it_cannot_know(self) -> None:
        self.write("offsets/1", "v1", "{}", "not json")
        for folder, batch in ((str(self.folder), 0), (str(self.folder), 1), (str(self.folder), 2), ("s3a://bucket/x", 1)):
            self.assertIsNone(planned_rows(folder, batch))
