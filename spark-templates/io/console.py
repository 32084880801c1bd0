"""sink.console: the first rows of every batch, for trying out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.batches import SinkTask, add_query
from stream_job.json_rows import text_of_json
from stream_job.rows import VALUE, quoted, user_columns

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

    from stream_job.counts import Counts
    from stream_job.dead_letters import Letter
    from stream_job.job import Job
    from stream_job.retrying import Report

# Characters of a cell.
_CELL = 200


def show(job: Job, frame: DataFrame, *, query: str, node: str, rows: int, owns: list[str], **shape: Any) -> None:
    """A query that tells the first `rows` rows of every batch, once it has been committed. `shape`: what else `add_query` takes."""
    names = user_columns(frame)
    cells = F.array(*[_cell(frame.schema[name].dataType, name) for name in names])
    task = ShowTask(**job.sink_settings([*owns, node]), columns=tuple(names), most=rows)
    add_query(job, frame.withColumn(VALUE, cells), task, query=query, owns=owns, **shape)


def _cell(kind: T.DataType, name: str) -> Column:
    """The value as text."""
    value = F.col(quoted(name))
    text = text_of_json(value) if isinstance(kind, (T.StructType, T.ArrayType, T.MapType)) else value.cast("string")
    return F.when(F.length(text) > _CELL, F.concat(F.substring(text, 1, _CELL), F.lit("…"))).otherwise(text)


@dataclass(frozen=True)
class ShowTask(SinkTask):
    """Keeps the first rows with the counts of the batch."""

    columns: tuple[str, ...]
    most: int

    def write_rows(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[Letter]:
        """Take over what is still wanted."""
        counts.shown += batch.column(VALUE).slice(0, max(0, self.most - len(counts.shown))).to_pylist()
        counts.written += batch.num_rows
        return []

    def told(self, counts: Counts) -> dict[str, Any]:
        """What is told of a batch when it has been committed."""
        shown = counts.shown[: self.most]
        return {"columns": list(self.columns), "rows": shown, "left": counts.written - len(shown)}
