"""Runs expressions over rows as a job would, for the parity test: `spark.py JOB RESULT`, started by SparkSubmit.

JOB is JSON: `library` (the folder of the job's own library), `columns` (name and the SQL that reads its text), `rows` (texts by column),
`groups` (the group of each row) and `batches`: `select` (pairs of value and failed-predicate), `where`, `grouped`. RESULT holds for
every batch the columns of what came out, or for an expression that made the query throw its error.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def main() -> None:
    """Read the job, run its batches, write the result."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    spec = importlib.util.spec_from_file_location("run_tests", Path(job["library"]) / "run_tests.py")
    run_tests = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run_tests)
    run_tests.mount()
    from stream_job.session import open_session

    spark = open_session("parity", 1)
    names = [column["name"] for column in job["columns"]]
    schema = "`place` INT, `grp` INT, " + ", ".join(f"`{name}` STRING" for name in names)
    given = [(place, group, *row) for place, (group, row) in enumerate(zip(job["groups"], job["rows"], strict=True))]
    frame = spark.createDataFrame(given, schema).coalesce(1)
    frame = frame.selectExpr("place", "grp", *[f"{column['read']} AS `{column['name']}`" for column in job["columns"]]).cache()
    frame.count()
    with ThreadPoolExecutor(2) as together:
        results = list(together.map(lambda batch: _results(frame, batch["select"], batch["where"], batch["grouped"]), job["batches"]))
    Path(sys.argv[2]).write_text(json.dumps(results), "utf-8")


def _results(frame: Any, pairs: list[list[str]], where: str, grouped: bool) -> list[dict[str, Any]]:
    """What became of each pair: values and failures in the order of the rows, or an error. One that throws is found by halving."""
    try:
        return _run(frame, pairs, where, grouped)
    except Exception as error:  # noqa: BLE001 - whatever Spark throws is a result here
        if len(pairs) == 1:
            return [{"error": str(error)[:600]}]
        middle = len(pairs) // 2
        return [*_results(frame, pairs[:middle], where, grouped), *_results(frame, pairs[middle:], where, grouped)]


def _run(frame: Any, pairs: list[list[str]], where: str, grouped: bool) -> list[dict[str, Any]]:
    parts = [part for at, (value, failed) in enumerate(pairs) for part in (f"{value} AS v{at}", f"{failed} AS f{at}")]
    rows = frame.where(where)
    if grouped:
        from pyspark.sql import functions as F

        out = rows.sortWithinPartitions("grp", "place").groupBy("grp").agg(*[F.expr(part) for part in parts]).orderBy("grp")
    else:
        out = rows.selectExpr("place", *parts)
    found = out.toArrow().to_pydict()
    return [{"values": found[f"v{at}"], "failed": found[f"f{at}"]} for at in range(len(pairs))]


if __name__ == "__main__":
    main()
