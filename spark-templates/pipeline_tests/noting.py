"""Sinks that note what they would write: the job's own tasks, on services that are not there."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stream_job import dead_letters, measurements
from stream_job.collection import Deletion, Written
from stream_job.counts import Counts
from stream_job.dead_letters import Letter, Origin
from stream_job.io import file, kafka, mongodb
from stream_job.producing import Record
from stream_job.retrying import silent

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

    from stream_job.batches import Query, SinkTask

_noted: list[Any] = []


def note_instead_of_writing() -> None:
    """From here on nothing that a task writes leaves this process."""
    dead_letters.send = lambda letters, *_: _noted.extend(letters)
    mongodb._writer = lambda *_: _Writer()
    measurements.MeasurementWriter = lambda *_: _Writer()
    kafka._send_all = lambda records, *_: _noted.extend(records) or []


class NotingJob:
    """What steps and sinks know of a job, without one. `declared` is the query that a sink has made."""

    bootstrap_servers, mongodb_uri, mongodb_database, files = "", "", "", Path()

    def __init__(self, spark: SparkSession, pipeline: str) -> None:
        self.spark, self._pipeline = spark, pipeline
        self.readers: dict[str, Any] = {}
        self.windows_from: dict[str, str] = {}
        self.topic_epochs: dict[str, str] = {}
        self.kafka_options: dict[str, str] = {}
        self.declared: Query | None = None

    def sink_settings(self, owns: list[str]) -> dict[str, Any]:
        """As a job has them."""
        return {"origin": Origin(self._pipeline, "", "", ()), "owns": frozenset(owns), "readers": self.readers}

    def declare(self, query: Query) -> None:
        """Keep the query."""
        self.declared = query

    def line_of_caller(self) -> None:
        """No script was generated."""

    def checkpoint_version(self, _query: str) -> str:
        """Every test begins anew."""
        return "v1"


def noted(task: SinkTask, row: pa.RecordBatch) -> tuple[dict[str, Any] | None, list[Letter]]:
    """What a task makes of one row: `document` as JSON, `deleted`, or `row`, as which it is written as it is; None of a row that it refuses. And its dead letters."""
    _noted.clear()
    if isinstance(task, file.FileTask):
        task = dataclasses.replace(task, files=_Files())
    counts = Counts()
    task._write(row, 0, counts, silent)
    letters = [each for each in _noted if isinstance(each, Letter)]
    written = [_told(each) for each in _noted if not isinstance(each, Letter)] or [{"row": True}] * counts.written
    return (written[0] if written else None), letters


class _Writer:
    """Notes documents."""

    def write(self, writes: list[Any], *_: Any, **__: Any) -> Written:
        """Take all of them."""
        _noted.extend(writes)
        return Written(written=len(writes))


class _Files:
    """Has room for every row."""

    def write(self, _folder: str, _rows: pa.RecordBatch) -> None:
        """Take them."""


def _told(written: Any) -> dict[str, Any]:
    if isinstance(written, Deletion):
        return {"deleted": True}
    if isinstance(written, Record):
        key = None if written.key is None else written.key.decode()
        # The value is JSON already, and Python would round its numbers.
        value = (written.value or b"null").decode()
        return {"document": f'{{"topic":{json.dumps(written.topic)},"key":{json.dumps(key)},"value":{value}}}'}
    return {"document": json.dumps(_plain(written))}


def _plain(value: Any) -> Any:
    """A document as JSON has it: times and decimals as text."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
