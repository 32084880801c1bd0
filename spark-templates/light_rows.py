"""Rows without the heavy ones: what bounds the memory of whoever takes them as Arrow, and is quicker than counting their bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.rows import LIVE, RECORD, quoted

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

# Bytes of a record's value. A row whose record is larger is heavy.
LIGHT_RECORD = 16_384


class LightRows:
    """Batches of one query with null in every column of a heavy row.

    A batch is Spark's own plan and a projection that we add. The projection's columns are handed to the JVM once: naming them again for
    every batch took longer than running it.
    """

    def __init__(self) -> None:
        self._columns: Any = None
        self._of_records = False

    def bounds(self, frame: DataFrame) -> bool:
        """Whether the rows carry their records: of those that do not, nobody knows which are heavy."""
        self._prepare(frame)
        return self._of_records

    def select(self, frame: DataFrame) -> DataFrame:
        """The frame of a batch, heavy rows emptied."""
        self._prepare(frame)
        return type(frame)(frame._jdf.select(self._columns), frame.sparkSession)

    def fetch(self, frame: DataFrame) -> list[pa.RecordBatch] | None:
        """The rows of a batch in this process; None where one is heavy."""
        # `toArrow` would ask the JVM for the schema as well, and for settings.
        batches = self.select(frame)._collect_as_arrow()
        return None if any(map(has_emptied, batches)) else batches

    def _prepare(self, frame: DataFrame) -> None:
        if self._columns is None:
            names = frame.columns
            self._of_records = RECORD in names
            self._columns = frame._jcols(*_without_heavy(names))


def has_emptied(batch: pa.RecordBatch) -> bool:
    """Whether a row was heavy."""
    return batch.column(LIVE).null_count > 0


def _without_heavy(names: list[str]) -> list[Column]:
    if RECORD not in names:
        return [F.col(quoted(name)) for name in names]
    light = F.coalesce(F.length(f"{RECORD}.value") <= LIGHT_RECORD, F.lit(True))
    return [F.when(light, F.col(quoted(name))).alias(name) for name in names]
