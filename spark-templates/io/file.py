"""sink.file: the rows of every batch as files of a folder, named so that a batch that is repeated replaces its own."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stream_job.batches import SinkTask, add_query
from stream_job.begun import may_be_repeated
from stream_job.json_rows import json_of
from stream_job.rows import RESERVED, VALUE, user_columns
from stream_job.row_files import RowFiles, folder_of, remove_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from stream_job.counts import Counts
    from stream_job.dead_letters import Letter
    from stream_job.job import Job
    from stream_job.retrying import Report


def write(
    job: Job, frame: DataFrame, *, query: str, node: str, path: str, format: str, partition_by: list[str], owns: list[str], **shape: Any
) -> None:
    """A query that writes every batch of `frame` to files below `path`, as `ndjson` or `parquet`, in a folder for each value of `partition_by`.

    `shape`: what else `add_query` takes.
    """
    if format == "ndjson":
        frame = frame.withColumn(VALUE, json_of(user_columns(frame)))
    named = {"node": node, "folder": str(job.files / path), "prefix": f"{query}.{job.checkpoint_version(query)}"}
    task = FileTask(**job.sink_settings([*owns, node]), **named, format=format, partition_by=tuple(partition_by))
    add_query(job, frame, task, query=query, owns=owns, **shape)


@dataclass(frozen=True)
class FileTask(SinkTask):
    """Writes rows to files."""

    node: str
    folder: str
    prefix: str
    format: str
    partition_by: tuple[str, ...]
    # Those of one run of this task.
    files: RowFiles | None = None

    def begin(self, batch_id: int) -> FileTask:
        """Take back what an attempt before has left: the rows may be shared out to other tasks this time."""
        if may_be_repeated(f"{self.folder}/{self.prefix}", batch_id):
            remove_files(Path(self.folder), self._name(batch_id))
        return self

    def run(self, batches: Iterable[pa.RecordBatch], batch_id: int, report: Report) -> Counts:
        """Write everything, and give the files their names when all of them are complete."""
        from pyspark import TaskContext

        context = TaskContext.get()
        name = f"{self._name(batch_id)}{context.partitionId() if context else 0}"
        files = RowFiles(Path(self.folder), name, self.format)
        counts = SinkTask.run(dataclasses.replace(self, files=files), batches, batch_id, report)
        files.publish()
        return counts

    def write_rows(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[Letter]:
        """Write the rows to the file of their folder; a row whose folder cannot be made becomes a letter."""
        letters: list[Letter] = []
        for folder, at in self._folders(batch).items():
            rows = batch.take(at)
            if folder is None:
                for place in range(rows.num_rows):
                    counts.bury(self.node, "file/partition-too-long")
                    letters += self.letters(rows.slice(place, 1), [(0, self.node, "file/partition-too-long", _TOO_LONG)], batch_id)
            else:
                self.files.write(folder, self._content(rows))
                counts.written += rows.num_rows
        return letters

    def _folders(self, batch: pa.RecordBatch) -> dict[str | None, list[int]]:
        """Folder → the places of its rows; None for those that have none."""
        columns = [batch.column(name).to_pylist() for name in self.partition_by]
        places: dict[str | None, list[int]] = {}
        for at, values in enumerate(zip(*columns) if columns else [()] * batch.num_rows):
            places.setdefault(folder_of(self.partition_by, values), []).append(at)
        return places

    def _content(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        if self.format == "ndjson":
            return rows.select([VALUE])
        return rows.select([name for name in rows.schema.names if name not in RESERVED and name not in self.partition_by])

    def _name(self, batch_id: int) -> str:
        return f"{self.prefix}.{batch_id:08d}."


_TOO_LONG = "a value of `partitionBy` is too long for a folder's name"
