"""One test: what every stream and sink that it asks for makes of its batches."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.counting import FILTERED
from stream_job.json_rows import json_of
from stream_job.pipeline_tests.flow import RECORDS, Flow, records_of
from stream_job.pipeline_tests.given import Given
from stream_job.pipeline_tests.noting import NotingJob, noted
from stream_job.pipeline_tests.stateful import Emitted, emitted_by
from stream_job.rows import ELEMENT, EVENT_TIME, LIVE, RECORD, REJECTS, user_columns
from stream_job.unreadable import explain

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from pyspark.sql import Column, DataFrame, SparkSession

    from stream_job.pipeline_tests.flow import Frames

_ROW = "__row"
# What tells a record from all others.
_PLACE = ("topic", "partition", "offset")


def run_test(spark: SparkSession, test: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """`batches`, or `lacking`: which `node` asked for what the test does not give. Of each batch `streams` (by name: rows, and how many its node filtered), `steps` (of stateful ones: what Spark tells, and which rows came) and `sinks`."""
    job = NotingJob(spark, test["pipeline"])
    flow = Flow(job, test["calls"])
    given = Given(test["standIns"], scratch)
    emitted = {step["node"]: emitted_by(spark, flow, step["node"], step["mode"], test["batches"], scratch, given.enter) for step in test["stateful"]}
    batches = []
    for at in range(len(test["batches"])):
        given.enter(at)
        batches.append(_batch(job, flow, test, at, emitted))
    lacking = given.lacking()
    return {"batches": batches} if lacking is None else {"lacking": lacking}


def _batch(job: NotingJob, flow: Flow, test: dict[str, Any], at: int, emitted: dict[str, Emitted]) -> dict[str, Any]:
    """What has no state is the same of a batch that stands still."""
    records = records_of(job.spark.createDataFrame(test["batches"][at], RECORDS).coalesce(1))
    frames = flow.frames(records, {node: each.frame(job.spark, at) for node, each in emitted.items()})
    return {
        "streams": {name: _tapped(job, name, frames[name]) for name in test["taps"] if name in frames},
        "steps": {step["node"]: emitted[step["node"]].told[at] | _taken_in(flow, frames, step) for step in test["stateful"]},
        "sinks": {sink["node"]: _written(job, sink, frames[sink["from"]]) for sink in test["sinks"]},
    }


def _tapped(job: NotingJob, stream: str, frame: DataFrame) -> dict[str, Any]:
    """`rows`: of each its place, its JSON where it is live, and why it was refused."""
    node = stream.split(".")[0]
    shown = frame.select(F.when(F.col(LIVE), json_of(user_columns(frame))).alias("row"), *_place(frame), F.col(REJECTS).alias("rejects"))
    rows = [{"row": row["row"], "place": row["place"], "element": row["element"], "rejects": _reasons(job, row)} for row in shown.collect()]
    metrics = shown._jdf.queryExecution().observedMetrics()
    filtered = metrics.apply(FILTERED + node).getLong(0) if metrics.contains(FILTERED + node) else 0
    return {"rows": rows, "filtered": filtered}


def _place(frame: DataFrame) -> list[Column]:
    """`place` and `value` of the record that a row was made of, and which `element` of it it is; nulls below an aggregate."""
    none = F.lit(None).cast("string")
    record = [F.concat_ws("|", *[f"{RECORD}.{name}" for name in _PLACE]).alias("place"), F.col(f"{RECORD}.value")] if RECORD in frame.columns else [none.alias("place"), none.alias("value")]
    return [*record, F.col(ELEMENT).alias("element") if ELEMENT in frame.columns else none.alias("element")]


def _reasons(job: NotingJob, row: Any) -> list[dict[str, Any]]:
    """The rejects of a row, those of a topic in the words of its dead letters."""
    told = []
    for node, code, message in row["rejects"] or []:
        if message is None:
            reader = job.readers[node]
            code, message = explain(bytes(row["value"]), reader["schema"], reader["units"])
        told.append({"node": node, "code": code, "message": message})
    return told


def _taken_in(flow: Flow, frames: Frames, step: dict[str, Any]) -> dict[str, Any]:
    """`came`: of the rows that a step took in the place of the record, and the last moment that it belongs to, in microseconds; None where they are no records."""
    arguments, rows = flow.taken_in(frames, step["node"])
    overlapping = arguments.get("slide") is not None
    if not step["names"] or rows is None or RECORD not in rows.columns or EVENT_TIME not in rows.columns:
        return {"came": None, "overlapping": overlapping}
    last = F.unix_micros(_last_moment(arguments)).alias("last")
    return {"came": [[row["place"], row["last"]] for row in rows.select(_place(rows)[0], last).collect()], "overlapping": overlapping}


def _last_moment(arguments: dict[str, Any]) -> Column:
    """The end of the last window that a row lies in; without windows its own time."""
    size, slide, gap = (arguments.get(name) for name in ("size", "slide", "gap"))
    if size is not None:
        return F.window(EVENT_TIME, slide or size).getField("start") + F.expr(f"INTERVAL {size}")
    return F.col(EVENT_TIME) + F.expr(f"INTERVAL {gap}") if gap else F.col(EVENT_TIME)


def _written(job: NotingJob, sink: dict[str, Any], frame: DataFrame) -> list[dict[str, Any]]:
    """What a sink makes of each row that reaches it."""
    module = importlib.import_module(f"stream_job.io.{sink['module']}")
    getattr(module, sink["call"])(job, frame, query=sink["node"], node=sink["node"], owns=[], **sink["arguments"])
    query = job.declared
    table = query.frame.withColumn(_ROW, json_of(user_columns(query.frame))).toArrow()
    texts = table.column(_ROW).to_pylist()
    rows = [row for batch in table.drop_columns([_ROW]).to_batches() for row in _each(batch)]
    return [_outcome(query.task, row, text) for row, text in zip(rows, texts)]


def _each(batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    return [batch.slice(at, 1) for at in range(batch.num_rows)]


def _outcome(task: Any, row: pa.RecordBatch, text: str) -> dict[str, Any]:
    record = row.column(RECORD)[0].as_py() if RECORD in row.schema.names else None
    written, letters = noted(task, row)
    rejects = [{"node": each.node, "code": each.code, "message": each.headers["__connect.errors.exception.message"]} for each in letters]
    document = {"document": text} if written == {"row": True} else written or {}
    place = record and "|".join(str(record[name]) for name in _PLACE)
    return {"place": place, **document, "rejects": rejects}
