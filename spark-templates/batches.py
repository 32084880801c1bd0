"""One batch of one query: rows and rejects out of Spark, documents and dead letters into the services, with one Spark action.

Small batches are fetched as Arrow and written by this process; large ones are written by Spark's Python workers. Both run the
same code (`SinkTask.run`). A small batch that way costs no worker, so the first document is there seconds sooner.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.rows import ELEMENT, EVENT_TIME, LIVE, RECORD, REJECTS, RESERVED, is_true, no_rejects, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from stream_job.dead_letters import Letter, Origin
    from stream_job.job import Job
    from stream_job.retrying import Report

# Above this many source rows the workers' parallelism pays for starting them.
SMALL_BATCH = 5_000
# Bytes of a record's value. A larger one is never fetched, which bounds what a small batch can take of this process's memory.
LIGHT_RECORD = 16_384


@dataclass
class Counts:
    """What became of the rows of a batch, or of one partition of it."""

    written: int = 0
    repeats: int = 0
    dead: dict[str, dict[str, int]] = field(default_factory=dict)
    # Some records are larger than LIGHT_RECORD.
    heavy: bool = False
    # How often Spark computed the batch: its own metrics add up over the passes.
    passes: int = 1

    def bury(self, node: str, code: str) -> None:
        """Count one dead letter."""
        codes = self.dead.setdefault(node, {})
        codes[code] = codes.get(code, 0) + 1

    def add(self, other: Counts) -> None:
        """Take the other's counts in."""
        self.written += other.written
        self.repeats += other.repeats
        self.heavy = self.heavy or other.heavy
        for node, codes in other.dead.items():
            mine = self.dead.setdefault(node, {})
            for code, rows in codes.items():
                mine[code] = mine.get(code, 0) + rows


@dataclass(frozen=True)
class SinkTask:
    """What one process does with its share of a batch. Pickled to the workers, so it holds settings only."""

    origin: Origin
    # Nodes whose rejects this query writes as dead letters.
    owns: frozenset[str]
    # How each topic's records are read, to say what is wrong with one: node → schema, units.
    readers: dict[str, Any]

    def write_rows(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[Letter]:
        """Write the live rows; the refused ones come back as letters. A task for rejects alone has no live rows."""
        return []

    def run(self, batches: Iterable[pa.RecordBatch], batch_id: int, report: Report) -> Counts:
        """Write everything and return only when the services have acknowledged it."""
        from stream_job.dead_letters import send

        counts = Counts()
        for batch in batches:
            counts.heavy = counts.heavy or _is_heavy(batch)
            letters = self._rejected(batch, batch_id, counts)
            live = batch.column(LIVE)
            rows = batch if live.true_count == batch.num_rows else batch.filter(live)
            if rows.num_rows:
                letters += self.write_rows(rows, batch_id, counts, report)
            send(letters, self.origin, report)
        return counts

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
) -> None:
    """Declare a query: what of the frame's rows must reach the sink, and the task that writes them.

    `owns`: the nodes whose rejects it writes and whose drops it counts. `operators`: its stateful steps, None where another query reports
    the step. `scans`: how often it reads each of its topics, where that is not once.
    """
    if owns:
        # Without a lambda, which would keep the whole plan from being compiled.
        owned = F.arrays_overlap(F.col(REJECTS).getField("node"), F.array(*[F.lit(node) for node in owns]))
        mine = frame.where(F.col(LIVE) | is_true(owned))
    else:
        mine = frame.withColumn(REJECTS, no_rejects()).where(LIVE)
    # Nothing below needs it.
    mine = mine.drop(EVENT_TIME)
    job.declare(Query(query, mine, task, frozenset(owns), output_mode, tuple(operators), tuple(scans), job.line_of_caller()))


def write_batch(frame: DataFrame, batch_id: int, task: SinkTask, rows: int | None, report: Report) -> Counts:
    """Run the batch's one action. `rows` is how many source rows it has, None where that is not known or the records are heavy.

    A small batch is fetched without its heavy records; where there turn out to be any, nothing has been written yet and the workers
    compute the batch once more.
    """
    passes = 1
    if rows is not None and rows <= SMALL_BATCH:
        fetched = _without_heavy(frame).toArrow()
        if fetched.column(LIVE).null_count == 0:
            return task.run(fetched.to_batches(), batch_id, report)
        passes = 2
    counts = Counts(passes=passes)
    for row in frame.mapInArrow(_in_worker(task, batch_id), "counts string, error string").collect():
        if row["error"] is not None:
            from stream_job.retrying import ServiceError

            raise ServiceError(row["error"])
        counts.add(Counts(**json.loads(row["counts"])))
    return counts


def _without_heavy(frame: DataFrame) -> DataFrame:
    """The frame with null in every column of a row whose record is heavy."""
    if RECORD not in frame.columns:
        return frame
    light = F.coalesce(F.length(f"{RECORD}.value") <= LIGHT_RECORD, F.lit(True))
    return frame.select(*[F.when(light, F.col(quoted(name))).alias(name) for name in frame.columns])


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
