"""Runs the steps of a pipeline over the records of a sample, for the test of the preview: `spark.py JOB RESULT`, started by SparkSubmit.

JOB is JSON: `library` (the folder of the job's own library), `columns` (Spark DDL), `batches` (records as text, batch by batch) and `nodes`: `id`, `inputs`
(streams by name, `topic` for the records), `module`, `arguments`, `guard`, `outputs` (stream → the SQL that writes each of its columns as text), `streamed`
(the output mode, where the node needs a query; without `outputs` one below has it), and `files` (path → text) in the folder of the job. RESULT holds `rows` (stream → rows of texts) and `refused` (node → pairs of record and code).
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
    records = [record for batch in job["batches"] for record in batch]
    schema = "`at` BIGINT, `value` STRING"
    frames = {"topic": _read(spark.createDataFrame(list(enumerate(records, 1)), schema).coalesce(1), job["columns"])}
    streams = {"topic": _read(_stream(spark, job["batches"], scratch), job["columns"])}
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


def _read(lines: Any, columns: str) -> Any:
    """The records as a topic's reader leaves them; the offset is the record's number. Every record was produced at 12:00 on that day."""
    from pyspark.sql import functions as F
    from pyspark.sql import types as T
    from stream_job.reading import read_strictly
    from stream_job.rows import LIVE, RECORD, REJECTS, no_rejects, refused_by

    produced = F.lit("2024-01-01T12:00:00Z").cast("timestamp")
    value = F.col("value").cast("binary")
    place = F.struct(F.lit("t").alias("topic"), F.lit(0).alias("partition"), F.col("at").alias("offset"), produced.alias("timestamp"), value.alias("value"))
    rows = read_strictly(lines.select(place.alias(RECORD)), f"{RECORD}.value", T.StructType.fromDDL(columns), {}, "__unreadable")
    reject = F.when(F.col("__unreadable"), refused_by("topic", "record/unreadable", F.lit(""))).otherwise(no_rejects())
    return rows.withColumns({LIVE: ~F.col("__unreadable"), REJECTS: reject}).drop("__unreadable")


def _stream(spark: Any, batches: list[list[str]], scratch: Path) -> Any:
    """A file a batch, and between them one without records: Spark then rests, and lets go what the watermark has passed."""
    import os

    from pyspark.sql import functions as F

    folder = scratch / "in"
    folder.mkdir()
    for at, batch in enumerate(each for full in batches for each in (full, [])):
        file = folder / f"{at:04}.txt"
        file.write_text("\n".join(batch), "utf-8")
        os.utime(file, (1_000_000_000 + at, 1_000_000_000 + at))
    return spark.readStream.option("maxFilesPerTrigger", 1).text(str(folder)).select(F.lit(0).cast("bigint").alias("at"), "value")


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
