"""sink.file: every row once, whatever has been written before, in folders that other programs read."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pyarrow.dataset

from stream_job import begun, row_files
from stream_job.dead_letters import Origin
from stream_job.io.file import FileTask
from stream_job.retrying import silent
from stream_job.row_files import folder_of
from stream_job.rows import VALUE
from stream_job.testing import arrow_rows


def batch(*numbers: int, region: str | None = "north", record: bool = True) -> pa.RecordBatch:
    """Rows of a number and a region."""
    values = [json.dumps({"n": n, "region": region}) for n in numbers]
    columns = {"n": pa.array(numbers, pa.int64()), "region": pa.array([region] * len(numbers), pa.string()), VALUE: pa.array(values)}
    return arrow_rows(columns, record=record)


class FileTest(unittest.TestCase):
    """Every test has a folder of its own, and begins as a new process does."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name, "out")
        begun.forget()

    def task(self, format: str = "ndjson", *partition_by: str) -> FileTask:
        """A sink `export`."""
        origin = Origin("p", "s", "letters", ())
        return FileTask(origin, frozenset(["export"]), {}, "export", str(self.folder), "export.v1", format, partition_by)

    def run_parts(self, task: FileTask, at: int, *parts: list[pa.RecordBatch]) -> None:
        """A batch, each part by a task of its own."""
        task.begin(at)
        for number, part in enumerate(parts):
            with mock.patch("pyspark.TaskContext.get", return_value=mock.Mock(partitionId=lambda number=number: number)):
                task.run(part, at, silent)

    def found(self) -> list[int]:
        """The numbers in all files that have their name."""
        files = [path for path in self.folder.rglob("*.ndjson") if not path.name.startswith(".")]
        return sorted(json.loads(line)["n"] for path in files for line in path.read_text().splitlines())

    def test_a_batch_that_is_repeated_by_fewer_tasks_leaves_every_row_once(self) -> None:
        self.run_parts(self.task(), 6, [batch(1)])
        self.run_parts(self.task(), 7, [batch(2), batch(3)], [batch(4)], [batch(5)])
        self.assertEqual(self.found(), [1, 2, 3, 4, 5])
        for begin_anew in (True, False):
            with self.subTest(begin_anew=begin_anew):
                if begin_anew:
                    begun.forget()
                self.run_parts(self.task(), 7, [batch(2), batch(3), batch(4), batch(5)])
                self.assertEqual(self.found(), [1, 2, 3, 4, 5])
        self.assertEqual([path.name for path in sorted(self.folder.iterdir())], ["export.v1.00000006.0.ndjson", "export.v1.00000007.0.ndjson"])

    def test_what_was_left_unfinished_is_never_read_and_is_taken_back(self) -> None:
        class Broken(Exception):
            pass

        def parts() -> object:
            yield batch(1)
            raise Broken

        task = self.task("ndjson", "region")
        for _ in range(2):
            with self.assertRaises(Broken):
                task.run(parts(), 7, silent)
        self.assertEqual(self.found(), [])
        task.run([batch(1), batch(2)], 7, silent)
        self.assertEqual(self.found(), [1, 2], "a task that is tried again begins its file anew")
        with self.assertRaises(Broken):
            task.run(parts(), 8, silent)
        task.begin(8)
        self.assertEqual([path.name for path in self.folder.rglob("*.ndjson")], ["export.v1.00000007.0.ndjson"])

    def test_another_query_keeps_its_files(self) -> None:
        other = FileTask(Origin("p", "s", "l", ()), frozenset(), {}, "e", str(self.folder), "other.export.v1", "ndjson", ())
        self.run_parts(other, 7, [batch(1)])
        self.run_parts(self.task(), 7, [batch(2)])
        self.assertEqual(self.found(), [1, 2])

    def test_folders_are_read_back_as_columns(self) -> None:
        regions = ["north", "a/b=%", None, "", "é"]
        with mock.patch.object(row_files, "_MOST_OPEN", 2):
            rows = [batch(at, region=region) for at, region in enumerate(regions)] + [batch(9)]
            self.run_parts(self.task("parquet", "region"), 7, rows)
        hive = pyarrow.dataset.partitioning(pa.schema([("region", pa.string())]), flavor="hive")
        table = pyarrow.dataset.dataset(self.folder, format="parquet", partitioning=hive).to_table()
        self.assertEqual(table.schema.names, ["n", "region"])
        read = sorted(zip(table["n"].to_pylist(), table["region"].to_pylist()))
        self.assertEqual(read, [(0, "north"), (1, "a/b=%"), (2, None), (3, None), (4, "é"), (9, "north")])

    def test_a_value_too_long_for_a_folder_costs_one_row(self) -> None:
        with mock.patch("stream_job.dead_letters.send") as sent:
            counts = self.task("ndjson", "region").run([batch(1), batch(2, region="é" * 130)], 7, silent)
        self.assertEqual((counts.written, counts.dead), (1, {"export": {"file/partition-too-long": 1}}))
        self.assertEqual([each.code for each in sent.call_args.args[0]], ["file/partition-too-long"])
        self.assertEqual(self.found(), [1])

    def test_the_names_of_folders(self) -> None:
        self.assertEqual(folder_of(("a", "b", "c:d"), (True, 5, "x")), "a=true/b=5/c%3Ad=x")
        self.assertEqual(folder_of((), ()), "")
