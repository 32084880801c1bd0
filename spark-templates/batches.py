"""One batch of one query: rows and rejects out of Spark, documents and dead letters into the services, with one Spark action.

Small batches are fetched as Arrow and written by this process; large ones are written by Spark's Python workers. Both run the
same code (`SinkTask.run`). A small batch that way costs no worker, so the first document is there seconds sooner.
"""

from __future__ import annotations

import contextlib
import gc
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.counts import Counts
from stream_job.light_rows import LIGHT_RECORD, LightRows, has_emptied
from stream_job.rows import ELEMENT, EVENT_TIME, LIVE, RECORD, REJECTS, RESERVED, is_true, no_rejects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from stream_job.dead_letters import Letter, Origin
    from stream_job.job import Job
    from stream_job.retrying import Report

# Above this many source rows the workers' parallelism pays for starting them.
SMALL_BATCH = 5_000
# Nobody has started them before the first batch, and whoever has just started a pipeline waits for it.
SMALL_FIRST_BATCH = 20_000
# Spark measures the Arrow batch after every row that it adds, which takes longer than adding it, unless there is no limit.
_LIMIT = "spark.sql.execution.arrow.maxBytesPerBatch"
_NO_LIMIT, _SOME_MEGABYTES = str(2**31 - 1), str(32 * 1024 * 1024)


@dataclass(frozen=True)
class SinkTask:
    """What one process does with its share of a batch. Pickled to the workers, so it holds settings only."""

    origin: Origin
    # Nodes whose rejects this query writes as dead letters.
    owns: frozenset[str]
    # How each topic's records are read, to say what is wrong with one: node → schema, units.
    readers: dict[str, Any]

    def begin(self, batch_id: int) -> SinkTask:
        """Called by the driver before anything of a batch is written, each time that it is: the task for this attempt."""
        return self

    def write_rows(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[Letter]:
        """Write the live rows; the refused ones come back as letters. A task for rejects alone has no live rows."""
        return []

    def run(self, batches: Iterable[pa.RecordBatch], batch_id: int, report: Report) -> Counts:
        """Write everything and return only when the services have acknowledged it, or a heavy row was taken out."""
        counts = Counts()
        for batch in batches:
            if has_emptied(batch):
                counts.heavy = counts.unfinished = True
                break
            with _no_garbage_collection():
                self._write(batch, batch_id, counts, report)
        return counts

    def _write(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> None:
        from stream_job.dead_letters import send

        counts.heavy = counts.heavy or _is_heavy(batch)
        letters = self._rejected(batch, batch_id, counts)
        live = batch.column(LIVE)
        rows = batch if live.true_count == batch.num_rows else batch.filter(live)
        if rows.num_rows:
            letters += self.write_rows(rows, batch_id, counts, report)
        send(letters, self.origin, report)

    def letters(self, rows: pa.RecordBatch, refusals: Iterable[tuple[int, str, str, str | None]], batch_id: int) -> list[Letter]:
        """A letter per refusal: place in `rows`, node, code, message. A row that is no record any more carries its own JSON."""
        from stream_job.dead_letters import derived_letter, record_letter
        from stream_job.documents import documents, values

        if RECORD in rows.schema.names:
            records = values(rows.column(RECORD))
            elements = values(rows.column(ELEMENT)) if ELEMENT in rows.schema.names else [None] * rows.num_rows
            return [
                record_letter(records[at], node, *self._reason(records[at], node, code, message), elements[at])
                for at, node, code, message in refusals
            ]
        plain = documents(rows, [name for name in rows.schema.names if name not in RESERVED])
        return [
            derived_letter(plain[at], self.key_of(plain[at]), batch_id, node, code, message or "") for at, node, code, message in refusals
        ]

    def key_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """What tells a derived row from others, the same when the row is computed again."""
        return row

    def _rejected(self, batch: pa.RecordBatch, batch_id: int, counts: Counts) -> list[Letter]:
        import pyarrow.compute as pc

        if batch.column(REJECTS).null_count == batch.num_rows:
            return []
        refused = batch.filter(pc.is_valid(batch.column(REJECTS)))
        refusals = [
            (at, reject["node"], reject["code"], reject["message"])
            for at, rejects in enumerate(refused.column(REJECTS).to_pylist())
            for reject in rejects
            if reject["node"] in self.owns
        ]
        letters = self.letters(refused, refusals, batch_id) if refusals else []
        for letter in letters:
            counts.bury(letter.node, letter.code)
        return letters

    def _reason(self, record: dict[str, Any], node: str, code: str, message: str | None) -> tuple[str, str]:
        from stream_job.unreadable import explain

        if message is not None:
            return code, message
        reader = self.readers[node]
        return explain(record["value"], reader["schema"], reader["units"])


@dataclass
class Query:
    """A streaming query of the job, before it is started."""

    name: str
    frame: DataFrame
    task: SinkTask
    owns: frozenset[str]
    output_mode: str
    # The stateful steps as Spark reports them, None where another query tells of the step's late and dropped rows.
    operators: tuple[str | None, ...]
    # How often each source is read, where one is read more than once.
    scans: tuple[int, ...]
    line: int | None
    # How often it has a batch, as Spark reads an interval; None: as soon as there is data.
    every: str | None = None
    light: LightRows = field(default_factory=LightRows)


def add_query(
    job: Job,
    frame: DataFrame,
    task: SinkTask,
    *,
    query: str,
    owns: list[str],
    output_mode: str = "append",
    operators: Sequence[str | None] = (),
    scans: Sequence[int] = (),
    every: str | None = None,
) -> None:
    """Declare a query: what of the frame's rows must reach the sink, and the task that writes them.

    `owns`: the nodes whose rejects it writes and whose drops it counts. `operators`: its stateful steps, None where another query reports
    the step. `scans`: how often it reads each of its topics, where that is not once. `every`: the interval of its batches, as Spark reads it.
    """
    if query in job.windows_from:
        # Of the windows before, Kafka keeps only a part of the records: their sums would be wrong, and may stand there right already.
        frame = frame.where(F.col("window_start") >= F.lit(job.windows_from[query]).cast("timestamp"))
    if owns:
        # Without a lambda, which would keep the whole plan from being compiled.
        owned = F.arrays_overlap(F.col(REJECTS).getField("node"), F.array(*[F.lit(node) for node in owns]))
        mine = frame.where(F.col(LIVE) | is_true(owned))
    else:
        mine = frame.withColumn(REJECTS, no_rejects()).where(LIVE)
    # Nothing below needs it.
    mine = mine.drop(EVENT_TIME)
    job.declare(Query(query, mine, task, frozenset(owns), output_mode, tuple(operators), tuple(scans), job.line_of_caller(), every))


def write_batch(
    frame: DataFrame, batch_id: int, task: SinkTask, light: LightRows, rows: int | None, report: Report, *, first: bool = False
) -> Counts:
    """Run the batch's one action. `rows` is how many source rows it has, None where that is not known or the records are heavy;
    `first`, that the query has committed none before.

    Where no heavy records are known of they are taken out. If there turn out to be any, the workers compute all of the batch once
    more, and what had been written by then is found again.
    """
    task = task.begin(batch_id)
    if rows is not None and rows <= (SMALL_FIRST_BATCH if first else SMALL_BATCH):
        fetched = light.fetch(frame)
        if fetched is not None:
            return task.run(fetched, batch_id, report)
        before = Counts()
    elif rows is not None and light.bounds(frame):
        before = _in_workers(light.select(frame), batch_id, task, _NO_LIMIT)
        if not before.unfinished:
            return before
    else:
        return _in_workers(frame, batch_id, task, _SOME_MEGABYTES)
    task = task.begin(batch_id)
    return _in_workers(frame, batch_id, task, _SOME_MEGABYTES).after(before)


def _in_workers(frame: DataFrame, batch_id: int, task: SinkTask, limit: str) -> Counts:
    """Have the batch written by Spark's Python workers. `limit`: bytes of an Arrow batch."""
    # The session is the query's own.
    frame.sparkSession.conf.set(_LIMIT, limit)
    counts = Counts()
    for row in frame.mapInArrow(_in_worker(task, batch_id), "counts string, error string").collect():
        if row["error"] is not None:
            from stream_job.retrying import ServiceError

            raise ServiceError(row["error"])
        counts.add(Counts(**json.loads(row["counts"])))
    return counts


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Rows become ten thousands of dicts at a time, none part of a cycle: looking for cycles among them took a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _is_heavy(batch: pa.RecordBatch) -> bool:
    import pyarrow.compute as pc

    if RECORD not in batch.schema.names:
        return False
    longest = pc.max(pc.binary_length(batch.column(RECORD).field("value"))).as_py()
    return longest is not None and longest > LIGHT_RECORD


def _in_worker(task: SinkTask, batch_id: int) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """The function for `mapInArrow`: one row of counts per partition.

    A service that stays away is returned, not raised: raised, Spark would try the task four times, each as patient as the first.
    """

    def write(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        from stream_job.retrying import ServiceError, silent

        try:
            outcome = [json.dumps(asdict(task.run(batches, batch_id, silent)))], [None]
        except ServiceError as error:
            outcome = [None], [str(error)]
        yield pa.RecordBatch.from_arrays([pa.array(outcome[0], pa.string()), pa.array(outcome[1], pa.string())], ["counts", "error"])

    return write
