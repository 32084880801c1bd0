"""Runs the steps of a pipeline over the records of a sample, for the test of the preview: `spark.py JOB RESULT`, started by SparkSubmit.

JOB is JSON: `library` (the folder of the job's own library), `read` (what the topic's reader is called with), `batches` (records as `flow.RECORDS` has them, batch by batch) and `nodes`: `id`, `inputs`
(streams by name, `topic` for the records), `module`, `arguments`, `guard`, `outputs` (stream → the SQL that writes each of its columns as text), `streamed`
(the output mode, where the node needs a query; without `outputs` one below has it), and `files` (path → text) in the folder of the job. RESULT holds `rows` (stream → rows of texts) and `refused` (node → pairs of offset and code).
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def main() -> None:
    """Read the job, run its nodes, write the result."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    spec = importlib.util.spec_from_file_location("run_tests", Path(job["library"]) / "run_tests.py")
    run_tests = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run_tests)
    run_tests.mount()
    from stream_job.session import open_session

    spark = open_session("preview", 1)
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        for path, text in job["files"].items():
            Path(path).parent.mkdir(exist_ok=True)
            Path(path).write_text(text, "utf-8")
        result = _run(spark, job, Path(scratch))
    Path(sys.argv[2]).write_text(json.dumps(result), "utf-8")


def _run(spark: Any, job: dict[str, Any], scratch: Path) -> dict[str, Any]:
    from stream_job.pipeline_tests.flow import RECORDS
    from stream_job.pipeline_tests.noting import NotingJob

    records = [record for batch in job["batches"] for record in batch]
    reader = NotingJob(spark, "preview")
    frames = {"topic": _read(reader, spark.createDataFrame(records, RECORDS).coalesce(1), job["read"])}
    streams = {"topic": _read(reader, _stream(spark, job["batches"], scratch), job["read"])}
    rows: dict[str, list[Any]] = {"topic": _rows(frames["topic"], job["topic"])}
    refused: dict[str, list[Any]] = {"topic": _refused([frames["topic"]], "topic")}
    for node in job["nodes"]:
        if node["streamed"]:
            streams |= _apply(node, streams)[0]
            for name, columns in node["outputs"].items():
                rows[name] = _streamed(streams[name], columns, node["streamed"], scratch / node["id"])
            continue
        made, guarded = _apply(node, frames)
        frames |= made
        rows |= {name: _rows(frames[name], columns) for name, columns in node["outputs"].items()}
        refused[node["id"]] = _refused([guarded] if node["guard"] else list(made.values())[:1], node["id"])
    return {"rows": rows, "refused": refused}


def _read(job: Any, lines: Any, arguments: dict[str, Any]) -> Any:
    """The records as a topic's reader leaves them."""
    from stream_job.io import kafka
    from stream_job.pipeline_tests.flow import records_of

    return kafka.rows_of(job, records_of(lines), node="topic", **arguments)


def _stream(spark: Any, batches: list[list[dict[str, Any]]], scratch: Path) -> Any:
    """A file a batch, and between them one without records: Spark then rests, and lets go what the watermark has passed."""
    from stream_job.pipeline_tests.flow import RECORDS

    folder = scratch / "in"
    folder.mkdir()
    for at, batch in enumerate(each for full in batches for each in (full, [])):
        file = folder / f"{at:04}.json"
        file.write_text("\n".join(map(json.dumps, batch)), "utf-8")
        os.utime(file, (1_000_000_000 + at, 1_000_000_000 + at))
    return spark.readStream.schema(RECORDS).option("maxFilesPerTrigger", 1).json(str(folder))


def _apply(node: dict[str, Any], frames: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Stream → its frame, and the frame after the guard."""
    module = importlib.import_module(f"stream_job.steps.{node['module']}")
    inputs = [frames[name] for name in node["inputs"]]
    guarded = inputs[0] if node["guard"] is None else module.guard(inputs[0], node=node["id"], **node["guard"])
    made = module.apply(inputs if node["module"] in ("union", "join") else inputs[0], node=node["id"], **node["arguments"])
    if not isinstance(made, dict):
        return {node["id"]: made}, guarded
    return {node["id"] if name == "main" else f"{node['id']}.{name}": frame for name, frame in made.items()}, guarded


def _rows(frame: Any, columns: list[str]) -> list[list[Any]]:
    from stream_job.rows import LIVE

    return [list(row) for row in frame.where(LIVE).selectExpr(*[f"{sql} AS c{at}" for at, sql in enumerate(columns)]).collect()]


def _refused(frames: list[Any], node: str) -> list[list[Any]]:
    from pyspark.sql import functions as F
    from stream_job.rows import RECORD, REJECTS

    found = []
    for frame in frames:
        record = F.col(f"{RECORD}.offset") if RECORD in frame.columns else F.lit(None)
        told = frame.select(record.alias("at"), F.explode(REJECTS).alias("reject")).where(F.col("reject.node") == node)
        found += [[row["at"], row["reject"]["code"]] for row in told.collect()]
    return found


def _streamed(frame: Any, columns: list[str], mode: str, folder: Path) -> list[list[Any]]:
    found: list[list[Any]] = []
    writer = frame.writeStream.outputMode(mode).option("checkpointLocation", str(folder)).trigger(availableNow=True)
    writer.foreachBatch(lambda batch, _: found.extend(_rows(batch, columns))).start().awaitTermination()
    return found


if __name__ == "__main__":
    main()
