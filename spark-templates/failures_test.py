"""What is told of a failure: what was raised, and not the frames around it."""

from __future__ import annotations

import unittest

from stream_job.failures import missed_service, told_failure

FROM_A_WORKER = """An error occurred while calling o42.collectToPython.
: org.apache.spark.SparkException: Job aborted: Task 0 in stage 3.0 failed 4 times
An exception was thrown from the Python worker:
Traceback (most recent call last):
  File "steps/http.py", line 130, in results
    return pa.array(found)
           ^^^^^^^^
stream_job.answers.Unanswered: rated: http/away: api.example.com: status 503
 SQLSTATE: 38000
\tat org.apache.spark.api.python.BasePythonRunner
"""


class FailuresTest(unittest.TestCase):
    """Needs no Spark."""

    def test_what_a_worker_raised(self) -> None:
        wanted = {"type": "Unanswered", "message": "rated: http/away: api.example.com: status 503"}
        self.assertEqual(told_failure(RuntimeError(FROM_A_WORKER), "kafka"), wanted)
        self.assertEqual(told_failure(None, FROM_A_WORKER), wanted)

    def test_what_we_raised(self) -> None:
        error = ValueError("An error occurred while calling o1.x.\n: no such\n\tat java.lang.Thread")
        self.assertEqual(told_failure(error, "x"), {"type": "ValueError", "message": "no such"})

    def test_the_root_of_what_spark_says(self) -> None:
        error = "Query terminated\nCaused by: a.B: c\n  Caused by: org.apache.kafka.TimeoutException: too late: 1 s"
        self.assertEqual(told_failure(None, error), {"type": "TimeoutException", "message": "too late: 1 s"})
        self.assertEqual(told_failure(None, "a.B: c"), {"type": "B", "message": "c"})

    def test_the_service_that_is_missed(self) -> None:
        self.assertEqual(missed_service("Unanswered", "a plan with KafkaV2"), "http")
        self.assertEqual([missed_service("E", "org.apache.Kafka"), missed_service("E", "x")], ["kafka", None])
