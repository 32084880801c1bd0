"""When queries stop, restart and end for good: with queries that the test plays, so that every moment can be met."""

from __future__ import annotations

import json
import threading
import unittest
from typing import Any
from unittest import mock

from stream_job import lifecycle
from stream_job.counts import Counts
from stream_job.lifecycle import Lifecycle, StopRequested
from stream_job.retrying import ServiceError


class Played:
    """A query as `Lifecycle` sees it: what is asked of Spark, and what Spark would answer."""

    def __init__(self, name: str) -> None:
        self.name, self.owns, self.line, self.output_mode, self.task = name, frozenset(), 7, "append", None
        self.operators, self.scans = (), ()
        self.light, self.every, self.triggers = None, None, []
        self.starts, self.stopped = 0, threading.Event()
        self.batch: Any = None
        self.status = {"message": "Waiting for data to arrive"}

    # The frame, its writer and the handle are one object here.
    frame = writeStream = property(lambda self: self)  # noqa: N815
    runId = property(lambda self: f"{self.name}-{self.starts}")  # noqa: N815

    def _chain(self, *_arguments: Any, **_keywords: Any) -> Played:
        return self

    queryName = outputMode = option = _chain  # noqa: N815

    def trigger(self, **how: Any) -> Played:
        """Keeps how often there is to be a batch."""
        self.triggers.append(how)
        return self

    def foreachBatch(self, batch: Any) -> Played:  # noqa: N802
        """Keeps the function that Spark would call."""
        self.batch = batch
        return self

    def start(self) -> Played:
        """A new run."""
        self.starts += 1
        return self

    def stop(self) -> None:
        """Spark's stop, which cancels a batch."""
        self.stopped.set()


class LifecycleTest(unittest.TestCase):
    """One thread follows, the test plays Spark's."""

    def setUp(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.told = threading.Condition()
        for target, name, double in (
            (lifecycle.events, "emit", self._emit),
            (lifecycle, "write_batch", self._write),
            (lifecycle.threading, "Timer", self._timer),
            (Lifecycle, "_listen", lambda _self: None),
        ):
            patch = mock.patch.object(target, name, double)
            patch.start()
            self.addCleanup(patch.stop)
        self.writing: Any = lambda: Counts(written=1)
        self.pauses: list[float] = []

    def _emit(self, event: str, **fields: Any) -> None:
        with self.told:
            self.events.append({"event": event, **fields})
            self.told.notify_all()

    def _write(self, *_arguments: Any, **_more: Any) -> Counts:
        return self.writing()

    def _timer(self, seconds: float, post: Any, arguments: Any) -> Any:
        self.pauses.append(seconds)
        return mock.Mock(start=lambda: post(*arguments))

    def following(self, *names: str, every: str | None = None) -> tuple[Lifecycle, list[Played], threading.Thread, list[int]]:
        """Started queries and the thread that follows them; its last element gets the exit code."""
        queries, code = [Played(name) for name in names], []
        queries[0].every = every
        life = Lifecycle(mock.Mock(), queries, lambda name: f"s3://{name}", once=False)
        thread = threading.Thread(target=lambda: code.append(life.follow()), daemon=True)
        thread.start()
        self.awaited("started", len(names))
        return life, queries, thread, code

    def awaited(self, event: str, count: int = 1) -> list[dict[str, Any]]:
        """The events of that name, once there are so many."""
        with self.told:
            fits = lambda: [each for each in self.events if each["event"] == event]  # noqa: E731
            self.assertTrue(self.told.wait_for(lambda: len(fits()) >= count, 10), self.events)
            return fits()

    def commit(self, life: Lifecycle, query: Played, batch: int) -> None:
        """Spark's news of a commit."""
        life._post(life._progressed, json.dumps({"name": query.name, "batchId": batch, "numInputRows": 1, "durationMs": {}, "sources": []}))

    def handled(self, life: Lifecycle) -> None:
        """Returns once all that was posted has been handled."""
        done = threading.Event()
        life._post(done.set)
        self.assertTrue(done.wait(10))

    def ended(self, thread: threading.Thread, code: list[int]) -> int:
        """The exit code."""
        thread.join(10)
        self.assertFalse(thread.is_alive())
        return code[0]

    def test_a_stop_waits_for_the_commit_of_what_was_begun(self) -> None:
        life, (query, idle), thread, code = self.following("a", "idle")
        query.batch(None, 0)
        life.request_stop("test")
        parked = threading.Thread(target=lambda: self.assertRaises(StopRequested, idle.batch, None, 5), daemon=True)
        parked.start()
        life._stop_if_quiet()
        self.assertFalse(query.stopped.is_set() or idle.stopped.is_set(), "batch 0 has been written and not committed")
        self.commit(life, query, 0)
        self.assertEqual(self.ended(thread, code), 0)
        parked.join(10)
        self.assertFalse(parked.is_alive())
        self.assertTrue(query.stopped.is_set() and idle.stopped.is_set())
        self.assertEqual([each["batch"] for each in self.awaited("batch")], [0])
        self.assertEqual(len(self.awaited("stopped", 2)), 2)

    def test_a_stop_right_behind_the_question_finds_the_batch(self) -> None:
        life, (query,), thread, code = self.following("a")
        stopping = life._stopping

        class AskedTooEarly:
            """Says no, and is set before anybody can act on it."""

            def is_set(self) -> bool:
                stopping.set()
                life._stopping = stopping
                life._stop_if_quiet()
                return False

        life._stopping = AskedTooEarly()
        query.batch(None, 0)
        self.assertFalse(query.stopped.is_set(), "a batch was cancelled in its middle")
        self.commit(life, query, 0)
        self.assertEqual(self.ended(thread, code), 0)

    def test_at_the_end_a_query_waits_for_its_interval_no_longer(self) -> None:
        life, (query, other), thread, code = self.following("a", "other", every="5 minutes")
        query.batch(None, 0)
        life.request_drain()
        self.handled(life)
        parked = threading.Thread(target=lambda: self.assertRaises(StopRequested, query.batch, None, 1), daemon=True)
        first = query.runId
        parked.start()
        self.handled(life)
        self.assertFalse(query.stopped.is_set(), "batch 0 has been written, and nobody has told of its commit")
        self.commit(life, query, 0)
        self.awaited("started", 3)
        parked.join(10)
        life._post(life._terminated, first, "the batch that was planned was parked")
        self.assertEqual((query.starts, query.triggers), (2, [{"processingTime": "5 minutes"}]), "again, and without the interval")
        self.assertEqual(other.starts, 1)
        query.batch(None, 1)
        self.commit(life, query, 1)
        self.assertEqual([each["batch"] for each in self.awaited("batch", 2)], [0, 1])
        life.request_stop("test")
        self.assertEqual(self.ended(thread, code), 0)

    def test_at_the_end_a_query_still_sends_the_windows_that_are_over(self) -> None:
        life, (query,), thread, code = self.following("a")
        query.operators, query.status = ("per_minute",), {"message": "Waiting for next trigger"}
        query.batch(None, 0)
        self.commit(life, query, 0)
        life.request_drain()
        self.handled(life)
        life.request_stop("test")
        # What Spark does behind the last batch with rows: nothing parks it.
        query.batch(None, 1)
        self.commit(life, query, 1)
        self.assertEqual([each["batch"] for each in self.awaited("batch", 2)], [0, 1])
        self.assertFalse(query.stopped.is_set())
        query.status = {"message": "Waiting for data to arrive"}
        self.assertEqual(self.ended(thread, code), 0)

    def test_a_query_that_is_to_start_again_anyway_is_started_once(self) -> None:
        life, (query,), thread, code = self.following("a", every="5 minutes")
        pending: list[Any] = []
        with mock.patch.object(lifecycle.threading, "Timer", lambda _s, post, arguments: mock.Mock(start=lambda: pending.append(lambda: post(*arguments)))):
            life._post(life._terminated, query.runId, "x")
            self.awaited("failed")
            life.request_drain()
            life._post(lambda: pending[0]())
            self.awaited("started", 2)
        self.assertEqual(query.starts, 2)
        life.request_stop("test")
        self.assertEqual(self.ended(thread, code), 0)

    def test_a_failed_query_starts_again_a_bounded_number_of_times(self) -> None:
        life, (query, other), thread, code = self.following("a", "other")
        for failure in range(7):
            self.awaited("started", 2 + failure)
            life._post(life._terminated, query.runId, f"x\nCaused by: java.lang.IllegalStateException: no {failure}")
            self.awaited("failed", failure + 1)
        self.assertEqual(self.ended(thread, code), 1)
        failed = self.awaited("failed", 7)
        self.assertEqual([each["final"] for each in failed], [False] * 6 + [True])
        self.assertEqual(failed[0]["error"], {"type": "IllegalStateException", "message": "no 0", "line": 7})
        self.assertEqual(self.pauses, [1, 2, 4, 8, 16, 30])
        self.assertTrue(other.stopped.is_set(), "the others end too, between batches")

    def test_a_service_that_stays_away_ends_the_job_at_once(self) -> None:
        life, (query,), thread, code = self.following("a")
        self.writing = mock.Mock(side_effect=ServiceError("mongodb: away"))
        self.assertRaises(ServiceError, query.batch, None, 0)
        life._post(life._terminated, query.runId, "py4j said so")
        self.assertEqual(self.ended(thread, code), 1)
        failed = self.awaited("failed")[0]
        self.assertEqual((failed["final"], failed["error"]["type"], failed["error"]["message"]), (True, "ServiceError", "mongodb: away"))

    def test_a_service_that_a_worker_has_missed_ends_the_job_too(self) -> None:
        life, (query,), thread, code = self.following("a")
        said = 'Traceback (most recent call last):\n  File "x.py", line 1, in y\nstream_job.retrying.ServiceError: mongodb: away\n'
        life._post(life._terminated, query.runId, said)
        self.assertEqual(self.ended(thread, code), 1)
        self.assertEqual([(each["final"], each["error"]["type"]) for each in self.awaited("failed")], [(True, "ServiceError")])

    def test_what_is_said_of_an_earlier_run_is_not_believed(self) -> None:
        life, (query,), thread, code = self.following("a")
        first = query.runId
        life._post(life._terminated, first, "x")
        self.awaited("started", 2)
        life._post(life._terminated, first, "x again")
        self.commit(life, query, 3)
        life._post(life._terminated, query.runId, None)
        self.assertEqual(self.ended(thread, code), 0)
        self.assertEqual(len(self.awaited("failed")), 1)
        self.assertEqual([each for each in self.events if each["event"] == "batch"], [], "nobody has counted batch 3")

    def test_what_a_batch_learns_of_the_one_before(self) -> None:
        life, (query,), thread, code = self.following("a")
        told: list[Any] = []

        def write(_frame: Any, batch: int, _task: Any, _light: Any, rows: int | None, _report: Any, *, first: bool) -> Counts:
            told.append((rows, first))
            return Counts(heavy=batch == 0)

        with mock.patch.object(lifecycle, "planned_rows", lambda *_: 10), mock.patch.object(lifecycle, "write_batch", write):
            for batch in range(3):
                query.batch(None, batch)
                self.commit(life, query, batch)
                self.awaited("batch", batch + 1)
        self.assertEqual(told, [(10, True), (None, False), (10, False)], "of the first, and that it held heavy records")
        life.request_stop("test")
        self.assertEqual(self.ended(thread, code), 0)
