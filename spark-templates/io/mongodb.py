"""sink.mongodb: rows become documents, by a key that makes a replay harmless."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.batches import SinkTask, add_query
from stream_job.begun import may_be_repeated
from stream_job.rows import DELETE, LIVE, RECORD, REJECTS, RESERVED, add_reject, is_true, refused_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from pyspark.sql import DataFrame

    from stream_job.collection import CollectionWriter, Deletion, Written
    from stream_job.counts import Counts
    from stream_job.dead_letters import Letter
    from stream_job.job import Job
    from stream_job.retrying import Report

_CHUNK_ROWS = 4_000
# Arrow bytes; as BSON, with its field names, such a chunk stays below the 48 MB of one message.
_CHUNK_BYTES = 8 * 1024 * 1024


def upsert(
    job: Job,
    frame: DataFrame,
    *,
    query: str,
    node: str,
    collection: str,
    key: list[str] | None = None,
    delete: str | None = None,
    delete_failed: str | None = None,
    owns: list[str],
    output_mode: str = "append",
    **shape: Any,
) -> None:
    """A query that upserts the rows of `frame` into `collection`.

    `_id` is the value of `key` (dotted paths): one → its value, several → a subdocument in that order, by the last name of each
    path; none → `epoch:topic:partition:offset` of the record. A row for which `delete` is true deletes the document of its key; `delete` and
    `delete_failed`, that it has no value, are Spark SQL that cannot throw. `owns`: the nodes whose rejects this query writes and counts.
    `shape`: what else `add_query` takes.
    """
    settings = _settings(job, node, owns, collection, key)
    if delete is not None:
        frame, owns = _with_deletions(frame, node, delete, delete_failed), [*owns, node]
    # What is deleted must stay so: a document that is inserted first would come back where its deletion stands in the same chunk.
    task = UpsertTask(**settings, replace_always=output_mode != "append" or delete is not None)
    add_query(job, frame, task, query=query, owns=owns, output_mode=output_mode, **shape)


def _with_deletions(frame: DataFrame, node: str, delete: str, failed: str | None) -> DataFrame:
    """The frame with `__delete`; a row for which the condition failed is a reject of the sink."""
    if failed is None:
        return frame.withColumn(DELETE, is_true(F.expr(delete)))
    broken = is_true(F.expr(failed))
    reject = refused_by(node, "mongodb/delete-failed", F.lit("the condition of `delete` has no value for this row"))
    return frame.withColumns({LIVE: F.col(LIVE) & ~broken, REJECTS: add_reject(frame, broken, reject), DELETE: is_true(F.expr(delete))})


def insert(
    job: Job,
    frame: DataFrame,
    *,
    query: str,
    node: str,
    collection: str,
    per: str,
    key: list[str] | None = None,
    time_field: str | None = None,
    owns: list[str],
    output_mode: str = "append",
    **shape: Any,
) -> None:
    """A query that keeps every row of `frame` as a document of its own, updates of a row included.

    By its `_id` a batch that is repeated finds its documents again. `per` says what tells the rows apart: `record`, its place
    `epoch:topic:partition:offset`, with a `key` both, `{key, record}`; or `batch`: `{key, query, checkpoint, batch}`. With `time_field` the
    collection is a time series.
    """
    history = {"query": query, "checkpoint": job.checkpoint_version(query), "per": per, "time_field": time_field}
    task = InsertTask(**_settings(job, node, owns, collection, key), replace_always=False, **history)
    add_query(job, frame, task, query=query, owns=owns, output_mode=output_mode, **shape)


def _settings(job: Job, node: str, owns: list[str], collection: str, key: list[str] | None) -> dict[str, Any]:
    return {
        **job.sink_settings([*owns, node]),
        "node": node,
        "uri": job.mongodb_uri,
        "database": job.mongodb_database,
        "collection": collection,
        "key": tuple(tuple(path.split(".")) for path in key or []),
        "epochs": job.topic_epochs,
    }


@functools.cache
def _writer(uri: str, database: str, collection: str, replace_always: bool) -> CollectionWriter:
    """The process's one writer for a collection: it remembers whether repeats are many."""
    from stream_job.collection import CollectionWriter

    return CollectionWriter(uri, database, collection, replace_always=replace_always)


@dataclass(frozen=True)
class UpsertTask(SinkTask):
    """Writes documents to one collection."""

    node: str
    uri: str
    database: str
    collection: str
    key: tuple[tuple[str, ...], ...]
    epochs: dict[str, str]
    replace_always: bool

    def write_rows(self, batch: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[Letter]:
        """Write the rows in chunks; a row that MongoDB refuses, or that has no key, becomes a letter."""
        letters: list[Letter] = []
        for chunk in _chunks(batch):
            refused = self._write_chunk(chunk, batch_id, counts, report)
            for at, code, message in refused:
                counts.bury(self.node, code)
                # One by one: a row costs no more than itself.
                letters += self.letters(chunk.slice(at, 1), [(0, self.node, code, message)], batch_id)
        return letters

    def key_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """The declared key."""
        from stream_job.documents import values_at

        return {".".join(path): values_at([row], path)[0] for path in self.key}

    def _write_chunk(self, chunk: pa.RecordBatch, batch_id: int, counts: Counts, report: Report) -> list[tuple[int, str, str]]:
        from stream_job.documents import documents

        rows = documents(chunk, [name for name in chunk.schema.names if name not in RESERVED])
        ids = self._ids(chunk, rows)
        refused = self._refused(rows, ids)
        places = _last_places(ids)
        counts.repeats += len(ids) - len(refused) - len(places)
        keep = list(places.values())
        deletes = chunk.column(DELETE).to_pylist() if DELETE in chunk.schema.names else None
        writes = [self._write_of(self._id_document(ids[at], batch_id), rows[at], delete=deletes is not None and deletes[at]) for at in keep]
        done = self._store(writes, report)
        counts.written += done.written
        counts.repeats += done.repeats
        counts.deleted += done.deleted
        return refused + [(keep[at], code, message) for at, code, message in done.refused]

    def _refused(self, rows: list[dict[str, Any]], ids: list[Any]) -> list[tuple[int, str, str]]:
        """What is not even sent. Its place among the ids is None."""
        return [(at, "mongodb/null-key", "the key is null") for at, each in enumerate(ids) if each is None] if None in ids else []

    def _store(self, writes: list[Any], report: Report) -> Written:
        return _writer(self.uri, self.database, self.collection, self.replace_always).write(writes, report)

    def _write_of(self, id: Any, row: dict[str, Any], *, delete: bool) -> dict[str, Any] | Deletion:
        from stream_job.collection import Deletion

        return Deletion(id) if delete else {"_id": id, **row}

    def _ids(self, chunk: pa.RecordBatch, rows: list[dict[str, Any]]) -> list[Any]:
        """Keys: a value, a tuple of values, None where a part is null."""
        if not self.key:
            return self._places(chunk)
        from stream_job.documents import values_at

        parts = [values_at(rows, path) for path in self.key]
        if len(parts) == 1:
            return parts[0]
        return [None if None in row else row for row in zip(*parts)]

    def _places(self, chunk: pa.RecordBatch) -> list[str]:
        record = chunk.column(RECORD)
        topics, partitions, offsets = (record.field(name).to_pylist() for name in ("topic", "partition", "offset"))
        return [f"{self.epochs.get(t, '0')}:{t}:{p}:{o}" for t, p, o in zip(topics, partitions, offsets)]

    def _id_document(self, each: Any, _batch_id: int) -> Any:
        return dict(zip((path[-1] for path in self.key), each)) if len(self.key) > 1 else each


@dataclass(frozen=True)
class InsertTask(UpsertTask):
    """Writes every row as a document of its own, whose `_id` names the record or the batch as well."""

    query: str
    checkpoint: str
    per: str
    # Of a time series.
    time_field: str | None = None
    may_be_repeated: bool = True

    def begin(self, batch_id: int) -> InsertTask:
        """A time series does not find its documents by itself, and looking for them takes time."""
        if self.time_field is None:
            return self
        return replace(self, may_be_repeated=may_be_repeated(f"{self.query}.{self.checkpoint}", batch_id))

    def _refused(self, rows: list[dict[str, Any]], ids: list[Any]) -> list[tuple[int, str, str]]:
        refused = super()._refused(rows, ids)
        if self.time_field is None:
            return refused
        timeless = [at for at, row in enumerate(rows) if row[self.time_field] is None and ids[at] is not None]
        for at in timeless:
            ids[at] = None
        return refused + [(at, "mongodb/null-time", f"{self.time_field} is null") for at in timeless]

    def _store(self, writes: list[Any], report: Report) -> Written:
        if self.time_field is None:
            return super()._store(writes, report)
        from stream_job.measurements import MeasurementWriter

        writer = MeasurementWriter(self.uri, self.database, self.collection, self.time_field)
        return writer.write(writes, report, may_be_repeated=self.may_be_repeated)

    def _ids(self, chunk: pa.RecordBatch, rows: list[dict[str, Any]]) -> list[Any]:
        keys = super()._ids(chunk, rows)
        if self.per == "batch" or not self.key:
            return keys
        return [None if key is None else (key, place) for key, place in zip(keys, self._places(chunk))]

    def _id_document(self, each: Any, batch_id: int) -> Any:
        if self.per == "batch":
            return {"key": super()._id_document(each, batch_id), "query": self.query, "checkpoint": self.checkpoint, "batch": batch_id}
        if not self.key:
            return each
        key, place = each
        return {"key": super()._id_document(key, batch_id), "record": place}


def _last_places(ids: list[Any]) -> dict[Any, int]:
    """Key → its last place in the chunk: the last row wins, as it would if they were written one after the other."""
    try:
        return {each: at for at, each in enumerate(ids) if each is not None}
    except TypeError:
        # A Decimal128 has no hash.
        return {str(each): at for at, each in enumerate(ids) if each is not None}


def _chunks(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Slices bounded by rows and, by their average, by bytes."""
    size = min(_CHUNK_ROWS, max(1, _CHUNK_BYTES * batch.num_rows // max(1, batch.nbytes)))
    for start in range(0, batch.num_rows, size):
        yield batch.slice(start, size)
