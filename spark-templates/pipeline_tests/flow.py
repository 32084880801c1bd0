"""The streams of a pipeline, on whatever records they are given."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job import windows
from stream_job.io import kafka
from stream_job.steps import deduplicate

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    # Stream, by the name that it has in the plan → its frame.
    Frames = dict[str, DataFrame]

# A record as Spark's Kafka source has it, with text for bytes and microseconds for a time; `source` is the topic from which it is read.
RECORDS = (
    "source STRING, topic STRING, partition INT, offset BIGINT, timestamp BIGINT, key STRING, headers ARRAY<STRUCT<key: STRING, value: STRING>>, value STRING"
)


class Flow:
    """The calls of a plan that make streams."""

    def __init__(self, job: Any, calls: list[dict[str, Any]]) -> None:
        self._job, self._calls = job, calls

    def frames(self, records: DataFrame, emitted: Frames) -> Frames:
        """Every stream, and those of stateful steps as `emitted` has them. What lies below one that is not there is left out."""
        frames = dict(emitted)
        for call in self._calls:
            if not call.get("stateful") and all(name in frames for name in _inputs(call)):
                frames |= self._made(call, records, frames)
        return frames

    def frame(self, records: DataFrame, node: str) -> DataFrame:
        """What leaves a stateful step that reads a stream of records."""
        frames: Frames = {}
        for call in self._calls:
            frames |= self._made(call, records, frames)
            if call["node"] == node and call["call"] == "apply":
                break
        return frames[node]

    def taken_in(self, frames: Frames, node: str) -> tuple[dict[str, Any], DataFrame | None]:
        """What a stateful step is called with, and the rows that may touch its state; None where what it reads is not there."""
        call = next(each for each in self._calls if each["node"] == node and each["call"] == "apply")
        arguments, frame = call["arguments"], frames.get(_inputs(call)[0])
        if frame is None:
            return arguments, None
        times = {name: arguments.get(name) for name in ("on", "max_ahead")}
        if call["module"] == "deduplicate":
            return arguments, deduplicate.taken_in(frame, arguments["keys"], within=arguments.get("within"), **times)
        return arguments, windows.taken_in(frame, watermark=arguments.get("watermark"), failed=arguments.get("failed"), **times)

    def _made(self, call: dict[str, Any], records: DataFrame, frames: Frames) -> Frames:
        node, stream, arguments = call["node"], call["stream"], call["arguments"]
        if call["call"] == "read":
            mine = records.where(F.col("source") == arguments["topic"])
            shape = {name: arguments.get(name) for name in ("columns", "units", "metadata")}
            return {stream: kafka.rows_of(self._job, mine, node=node, **shape)}
        step = getattr(importlib.import_module(f"stream_job.steps.{call['module']}"), call["call"])
        inputs = [frames[name] for name in _inputs(call)]
        made = step(inputs if isinstance(call["from"], list) else inputs[0], node=node, **arguments)
        return {f"{node}.{name}": frame for name, frame in made.items()} if isinstance(made, dict) else {stream: made}


def records_of(rows: DataFrame) -> DataFrame:
    """Rows of RECORDS as Kafka's source has them."""
    headers = F.transform("headers", lambda each: each.withField("value", each.getField("value").cast("binary")))
    made = {"timestamp": F.timestamp_micros("timestamp"), "key": F.col("key").cast("binary"), "headers": headers, "value": F.col("value").cast("binary")}
    return rows.withColumns(made)


def _inputs(call: dict[str, Any]) -> list[str]:
    read = call.get("from", [])
    return read if isinstance(read, list) else [read]
