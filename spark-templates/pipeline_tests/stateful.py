"""What stateful steps make of batches that come one after the other: a streaming query for each."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from stream_job.pipeline_tests.flow import RECORDS, records_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql import types as T

    from stream_job.pipeline_tests.flow import Flow

    # As RECORDS has it.
    Record = dict[str, Any]


@dataclass
class Emitted:
    """What left a step: the rows of each batch, and what Spark tells of it."""

    schema: T.StructType
    tables: dict[int, list[pa.Table]]
    told: list[dict[str, Any]]

    def frame(self, spark: SparkSession, batch: int) -> DataFrame:
        """The rows of a batch and of the rest behind it."""
        tables = [table for table in self.tables[batch] if table.num_rows]
        return spark.createDataFrame(pa.concat_tables(tables) if tables else [], self.schema)


def emitted_by(spark: SparkSession, flow: Flow, node: str, mode: str, batches: list[list[Record]], scratch: Path, enter: Callable[[int], None]) -> Emitted:
    """Run the batches through a query that ends with the step. `enter` is called as each begins.

    A file is a batch, and after each stands one without records: Spark then rests, and lets go what the watermark has passed.
    """
    folder = scratch / node
    folder.mkdir()
    for at, batch in enumerate(each for full in batches for each in (full, [])):
        _write(folder / f"{at:04}.json", batch, at)
    stream = spark.readStream.schema(RECORDS).option("maxFilesPerTrigger", 1).json(str(folder))
    frame = flow.frame(records_of(stream), node)
    tables: dict[int, list[pa.Table]] = defaultdict(list)

    def keep(batch: DataFrame, at: int) -> None:
        enter(_batch(at, batches))
        tables[_batch(at, batches)].append(batch.toArrow())

    writer = frame.writeStream.outputMode(mode).option("checkpointLocation", str(scratch / f"{node}.checkpoint"))
    query = writer.trigger(availableNow=True).foreachBatch(keep).start()
    query.awaitTermination()
    progress = [json.loads(each.json) for each in query.recentProgress]
    return Emitted(frame.schema, tables, [_told(progress, batches, at) for at in range(len(batches))])


def _write(file: Path, batch: list[Record], at: int) -> None:
    file.write_text("\n".join(map(json.dumps, batch)), "utf-8")
    # Spark takes the oldest first.
    os.utime(file, (1_000_000_000 + at, 1_000_000_000 + at))


def _batch(at: int, batches: list[list[Record]]) -> int:
    return min(at // 2, len(batches) - 1)


def _told(progress: list[dict[str, Any]], batches: list[list[Record]], batch: int) -> dict[str, Any]:
    """What Spark says of the step in a batch and its rest: rows it dropped, windows it keeps, and the watermark behind which a row of the batch was late."""
    steps = {each["batchId"]: each["stateOperators"][0] for each in progress}
    mine = [step for at, step in steps.items() if _batch(at, batches) == batch]
    before = next((each for each in progress if each["batchId"] == 2 * batch - 1), {})
    return {
        "late": sum(step["numRowsDroppedByWatermark"] for step in mine),
        "repeats": sum(step["customMetrics"].get("numDroppedDuplicateRows", 0) for step in mine),
        "open": mine[-1]["numRowsTotal"] if mine else 0,
        "watermark": before.get("eventTime", {}).get("watermark"),
    }
