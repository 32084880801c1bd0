"""Runs tests of pipelines in one Spark, which SparkSubmit starts: each line of standard input is a test, and is answered by a line on standard output.

A test is JSON: `pipeline`, `calls` (those of its plan that are needed, in order; `stateful` marks a step that is), `batches` (of records
as `flow.RECORDS` has them), `stateful` (the steps of that kind whose rows are wanted), `taps` (the streams that are) and
`sinks` (of its queries, with `from`) `secrets` (JOB_SECRETS) and `standIns` (as `given.Given` takes them). The answer is the event `test`, with what `trial.run_test` gives, or `error`.
"""

from __future__ import annotations

import json
import os
import tempfile
import traceback
from pathlib import Path

from run_tests import mount


def main() -> None:
    """Answer every test, until the end of the input."""
    mount()
    from stream_job import events
    from stream_job.pipeline_tests.noting import note_instead_of_writing
    from stream_job.pipeline_tests.trial import run_test
    from stream_job.session import open_session
    from stream_job.surroundings import Surroundings

    # One task does what there is: a test has a handful of rows.
    spark = open_session("pipeline tests", 1)
    surroundings = Surroundings(spark)
    note_instead_of_writing()
    events.emit("session", spark=spark.version)
    for test in surroundings.requests():
        os.environ["JOB_SECRETS"] = json.dumps(test["secrets"])
        try:
            with tempfile.TemporaryDirectory() as scratch:
                events.emit("test", **run_test(spark, test, Path(scratch)))
        except Exception as error:
            traceback.print_exc()
            events.emit("test", error=f"{type(error).__name__}: {str(error).strip().splitlines()[0]}")
    surroundings.leave(0)


if __name__ == "__main__":
    main()
