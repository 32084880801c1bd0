"""The life of a job's queries: start, follow, restart, and stop between two batches, never inside one."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stream_job import events
from stream_job.batches import write_batch
from stream_job.counts import Counts
from stream_job.failures import missed_service, told_failure
from stream_job.offsets import planned_rows
from stream_job.progress import batch_event
from stream_job.retrying import ServiceError
from stream_job.settling import wait_until_settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming import StreamingQuery

    from stream_job.batches import Query

_MOST_FAILURES = 6
_FAILURE_WINDOW_SECONDS = 600.0


class StopRequested(Exception):
    """Ends a batch that had not begun when the stop was asked for."""


@dataclass
class _Life:
    """One query while it lives."""

    query: Query
    handle: StreamingQuery | None = None
    # Counts of batches whose commit has not been reported yet.
    counted: dict[int, Counts] = field(default_factory=dict)
    busy: bool = False
    parked: bool = False
    # Set when a parked batch may go its way.
    released: threading.Event = field(default_factory=threading.Event)
    # To be started again without its interval, once it is quiet.
    hurrying: bool = False
    # It failed, and a timer will start it again.
    waiting: bool = False
    ended: bool = False
    last_rows: int | None = None
    # The last batch held large records.
    heavy: bool = False
    error: BaseException | None = None
    # The service that was missed, where no batch has been committed since.
    degraded: str | None = None
    failures: deque[float] = field(default_factory=deque)

    def quiet(self) -> bool:
        """No batch is running or waiting for its commit."""
        return self.ended or self.parked or (not self.busy and not self.counted)


class Lifecycle:
    """Runs the queries; everything that happens arrives in one inbox and is handled by one thread."""

    def __init__(self, spark: SparkSession, queries: list[Query], checkpoint: Callable[[str], str], *, once: bool) -> None:
        self._spark, self._checkpoint, self._once = spark, checkpoint, once
        self._lives = {query.name: _Life(query) for query in queries}
        self._inbox: queue.SimpleQueue[tuple[Callable[..., None], tuple[Any, ...]]] = queue.SimpleQueue()
        self._stopping, self._released = threading.Event(), threading.Event()
        self._draining = False
        self._exit_code = 0

    def request_stop(self, _reason: str) -> None:
        """Ask every query to end after the batch it is in; after a drain, after what it still has to send. May be called from any thread, and more than once."""
        if self._draining and not self._stopping.is_set():
            threading.Thread(target=self._stop_when_settled, daemon=True).start()
        else:
            self._stop_now()

    def request_drain(self) -> None:
        """Nothing more will come: queries that have a batch every so often are to take what there is at once. May be called from any thread."""
        self._post(self._drain)

    def follow(self) -> int:
        """Start all and follow them to their end; the exit code."""
        self._listen()
        for life in self._lives.values():
            self._start(life)
        while not all(life.ended for life in self._lives.values()):
            handle, arguments = self._inbox.get()
            handle(*arguments)
        return self._exit_code

    def _post(self, handle: Callable[..., None], *arguments: Any) -> None:
        self._inbox.put((handle, arguments))

    def _listen(self) -> None:
        from pyspark.java_gateway import ensure_callback_server_started

        ensure_callback_server_started(self._spark.sparkContext._gateway)
        self._listener = _Listener(lambda text: self._post(self._progressed, text), lambda *end: self._post(self._terminated, *end))
        wrapper = self._spark._jvm.org.apache.spark.sql.streaming.PythonStreamingQueryListenerWrapper(self._listener)
        self._spark.streams._jsqm.addListener(wrapper)

    def _start(self, life: _Life) -> None:
        if self._stopping.is_set():
            life.ended = True
            return
        query = life.query
        life.busy, life.parked, life.waiting, life.error = False, False, False, None
        life.released = threading.Event()
        life.counted.clear()
        # Inherited by the query's thread: each query has its own fair pool.
        self._spark.sparkContext.setLocalProperty("spark.scheduler.pool", query.name)
        writer = query.frame.writeStream.queryName(query.name).outputMode(query.output_mode)
        writer = writer.option("checkpointLocation", self._checkpoint(query.name))
        if self._once:
            writer = writer.trigger(availableNow=True)
        elif query.every is not None and not self._draining:
            writer = writer.trigger(processingTime=query.every)
        life.handle = writer.foreachBatch(lambda frame, batch: self._batch(life, frame, batch)).start()
        events.emit("started", query=query.name)

    def _batch(self, life: _Life, frame: DataFrame, batch_id: int) -> None:
        """Called by Spark, in the query's own thread, for every batch."""
        # Busy before the question: a stop request that comes right behind it must find the batch.
        life.busy = True
        if self._stopping.is_set():
            self._park(life, self._stop_if_quiet)
        if life.hurrying:
            self._park(life, self._hurry_if_quiet, life)
        try:
            query = life.query
            rows, first = self._rows(life, batch_id), life.last_rows is None
            counts = write_batch(frame, batch_id, query.task, query.light, rows, self._reporter(life), first=first)
            life.counted[batch_id] = counts
        except BaseException as error:
            life.error = error
            raise
        finally:
            life.busy = False

    def _park(self, life: _Life, *post: Any) -> None:
        """Hold a batch that has touched nothing until its query, or all, may stop."""
        life.parked, life.busy = True, False
        self._post(*post)
        life.released.wait()
        raise StopRequested

    def _rows(self, life: _Life, batch_id: int) -> int | None:
        """How many source rows the batch will have, None where that says nothing about its size."""
        if life.heavy:
            return None
        rows = planned_rows(self._checkpoint(life.query.name), batch_id)
        return life.last_rows if rows is None else rows

    def _reporter(self, life: _Life) -> Callable[[str, int, str], None]:
        def report(service: str, attempt: int, message: str) -> None:
            event = "degraded" if attempt else "recovered"
            events.emit(event, service=service, query=life.query.name, attempt=attempt, message=message)

        return report

    def _progressed(self, text: str) -> None:
        progress = json.loads(text)
        life = self._lives[progress["name"]]
        counts = life.counted.pop(progress["batchId"], None)
        if counts is not None:
            life.last_rows, life.heavy = progress["numInputRows"], counts.heavy
            if life.degraded:
                events.emit("recovered", service=life.degraded, query=life.query.name, attempt=0, message="")
                life.degraded = None
            events.emit("batch", **batch_event(progress, counts, life.query))
            if counts.shown:
                events.emit("rows", query=life.query.name, batch=progress["batchId"], **life.query.task.told(counts))
        if self._stopping.is_set():
            self._stop_if_quiet()
        else:
            self._hurry_if_quiet(life)

    def _drain(self) -> None:
        self._draining = True
        for life in self._lives.values():
            life.hurrying = life.query.every is not None and not self._once and not life.waiting
            self._hurry_if_quiet(life)

    def _hurry_if_quiet(self, life: _Life) -> None:
        """Start a query again without its interval, between two batches. Spark has no way to change the trigger of one that runs."""
        # A new start forgets what has been counted, so the news of every commit must have come.
        if not life.hurrying or life.ended or life.waiting or life.counted or self._stopping.is_set() or not life.quiet():
            return
        life.released.set()
        self._cancel(life)
        life.hurrying = False
        self._start(life)

    def _stop_when_settled(self) -> None:
        for life in self._lives.values():
            if life.query.operators:
                wait_until_settled(lambda life=life: None if life.ended or life.waiting else life.handle)
        self._stop_now()

    def _stop_now(self) -> None:
        self._stopping.set()
        self._post(self._stop_if_quiet)

    def _stop_if_quiet(self) -> None:
        """Stop all once none is inside a batch: what was begun has been committed, what waits has touched nothing."""
        if self._released.is_set() or not all(life.quiet() for life in self._lives.values()):
            return
        stops = [threading.Thread(target=self._stop, args=(life,), daemon=True) for life in self._lives.values() if not life.ended]
        for stop in stops:
            stop.start()
        self._released.set()
        for life in self._lives.values():
            life.released.set()
        for stop in stops:
            stop.join(10.0)

    def _stop(self, life: _Life) -> None:
        self._cancel(life)
        self._ended(life)

    def _cancel(self, life: _Life) -> None:
        if life.handle is not None:
            try:
                life.handle.stop()
            except Exception as error:
                # Nothing is lost: the batch that is interrupted here has not begun.
                print(f"{life.query.name}: {error}", flush=True)

    def _ended(self, life: _Life) -> None:
        if not life.ended:
            life.ended = True
            events.emit("stopped", query=life.query.name)
        self._post(lambda: None)

    def _terminated(self, run: str, error: str | None) -> None:
        life = next((each for each in self._lives.values() if each.handle is not None and str(each.handle.runId) == run), None)
        if life is None or life.ended or self._released.is_set():
            return
        if error is None:
            self._ended(life)
        else:
            self._failed(life, error)

    def _failed(self, life: _Life, error: str) -> None:
        now = time.monotonic()
        life.failures.append(now)
        while life.failures[0] < now - _FAILURE_WINDOW_SECONDS:
            life.failures.popleft()
        count = len(life.failures)
        told = {**told_failure(life.error, error), "line": life.query.line}
        # A worker's own is known by its name alone.
        is_service = isinstance(life.error, ServiceError) or told["type"] == ServiceError.__name__
        final = is_service or count > _MOST_FAILURES or self._stopping.is_set()
        events.emit("failed", query=life.query.name, error=told, restarts=count - 1, final=final)
        missed = None if final else missed_service(told["type"], error)
        if missed:
            life.degraded = missed
            events.emit("degraded", service=missed, query=life.query.name, attempt=count, message=told["message"])
        life.counted.clear()
        if final:
            life.ended, self._exit_code = True, 1
            self._stop_now()
        else:
            life.waiting, life.hurrying = True, False
            threading.Timer(min(30.0, 2.0 ** (count - 1)), self._post, (self._start, life)).start()


class _Listener:
    """Spark's listener, by the JVM's own interface: PySpark's makes some fifty calls into the JVM for every event."""

    def __init__(self, progressed: Callable[[str], None], terminated: Callable[[str, str | None], None]) -> None:
        self._progress_seen, self._end_seen = progressed, terminated

    def onQueryStarted(self, _event: Any) -> None:  # noqa: N802
        """Not needed: `start` has returned by then."""

    def onQueryProgress(self, event: Any) -> None:  # noqa: N802
        """A batch has been committed."""
        self._progress_seen(event.progress().json())

    def onQueryIdle(self, _event: Any) -> None:  # noqa: N802
        """Nothing new in the topics."""

    def onQueryTerminated(self, event: Any) -> None:  # noqa: N802
        """A query has ended, with or without an error."""
        error = event.exception()
        self._end_seen(event.runId().toString(), error.get() if error.isDefined() else None)

    class Java:
        """The interface that the JVM calls."""

        implements = ["org.apache.spark.sql.streaming.PythonStreamingQueryListener"]
