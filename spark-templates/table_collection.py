"""The table of a lookup in a collection: kept by the driver and read again every so often, or asked by the workers. Needs no Spark."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from stream_job import events
from stream_job.retrying import insist, silent
from stream_job.tables import Broken, table_path, table_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymongo.collection import Collection

    from stream_job.table_documents import Rows, Shape
    from stream_job.tables import Key, Values

# As of a table in a file: every Python worker keeps it in its memory.
MOST_ROWS, MOST_BYTES = 100_000, 16 * 1024 * 1024
# How many keys one question names. A key of several columns is a condition of its own, which MongoDB plans by itself.
_KEYS, _LONG_KEYS = 1_000, 100
# How many times as long as it took the next reading waits at least: what reads a large table shares the driver's Python with the batches.
_REST = 4
# Spark tries a task four times: together as long as a sink waits.
_PATIENCE_SECONDS = 30.0

_HINTS = {
    "lookup/wrong-value": "mend the document, or the type in `columns`",
    "lookup/duplicate-key": "keep one of the documents, or make the key longer with `on`",
}


class TableError(ValueError):
    """A table that cannot be used."""


@dataclass(frozen=True)
class Source:
    """Where the table of a node is. Holds an address with its password: it travels to the workers, and is never printed."""

    node: str
    uri: str
    database: str
    collection: str
    shape: Shape

    def __repr__(self) -> str:
        return f"Source({self.node}, {self.collection})"


def keep(source: Source, refresh: float | None) -> None:
    """Put the whole table where the workers look for it, and again `refresh` seconds after each time. Raises a TableError or a ServiceError where the first time fails."""
    keeper = _Keeper(source)
    keeper.put(insist("mongodb", lambda: _whole(source), _errors(), _tell))
    if refresh is not None:
        threading.Thread(target=keeper.repeat, args=(refresh,), daemon=True).start()


def warn_of_slow_questions(source: Source) -> None:
    """Tell where no index of the collection begins with a column of the key, so that each question reads all of it. Never raises."""
    from pymongo.errors import PyMongoError

    key = source.shape.key
    try:
        indexes = [each for each in _collection(source).list_indexes() if "partialFilterExpression" not in each and not each.get("hidden")]
    except PyMongoError:
        # Who may not list indexes may still ask, and what is wrong otherwise the first batch tells.
        return
    # A collection that is not there yet has none.
    if indexes and not any(next(iter(each["key"])) in key for each in indexes):
        fields = ", ".join(f"{json.dumps(name)}: 1" for name in key)
        message = f"{source.node}: no index of `{source.collection}` begins with its key, so that every question reads the whole collection"
        hint = f"make one in MongoDB: db.getCollection({json.dumps(source.collection)}).createIndex({{ {fields} }})"
        events.emit("warning", code="lookup/no-index", message=message, hint=hint)


@cache
def asked(source: Source) -> AskedTable:
    """The process's one way to ask a collection."""
    return AskedTable(source)


class AskedTable:
    """Asks the collection for the rows of some keys, as they are now."""

    def __init__(self, source: Source) -> None:
        self._source = source
        kinds = {column["name"]: column["type"] for column in source.shape.columns()}
        self._key = [(name, kinds[name]) for name in source.shape.key]

    def find(self, keys: list[Key]) -> dict[Key, Values | Broken]:
        """Key → row, for those that are there. Raises a ServiceError once MongoDB has been away for too long."""
        distinct, found = list(dict.fromkeys(keys)), {}
        size = _KEYS if len(self._key) == 1 else _LONG_KEYS
        for at in range(0, len(distinct), size):
            wanted = self._filter(distinct[at : at + size])
            if wanted is not None:
                found |= insist("mongodb", lambda: _read(self._source, wanted), _errors(), silent, _PATIENCE_SECONDS).by_key
        return found

    def _filter(self, keys: list[Key]) -> dict[str, Any] | None:
        from stream_job.table_documents import spellings

        parts = [[spellings(text or "", kind) for text, (_, kind) in zip(key, self._key)] for key in keys]
        # What no document can hold is not asked for.
        parts = [each for each in parts if all(each)]
        if not parts:
            return None
        if len(self._key) == 1:
            return {self._key[0][0]: {"$in": [value for (values,) in parts for value in values]}}
        names = [name for name, _ in self._key]
        return {"$or": [{name: {"$in": values} for name, values in zip(names, each)} for each in parts]}


class _Keeper:
    """Reads a table again and again. What is broken is told once, and the rows that were read before stay."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._before, self._told, self._warned = "", "", ""

    def put(self, rows: Rows) -> bool:
        """Replace the table; False where it is the same as before. Raises a TableError where it is too large."""
        text = table_text(rows.by_key)
        if len(text) > MOST_BYTES:
            raise TableError(_too_large(self._source, "16 MiB"))
        self._warn(rows)
        if text == self._before:
            return False
        path = table_path(self._source.node)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Who reads the file sees the old text or the new one.
        beside = path.with_suffix(".new")
        beside.write_text(text, "utf-8")
        beside.replace(path)
        self._before = text
        return True

    def repeat(self, pause: float) -> None:
        """For as long as the job lives."""
        took = 0.0
        while True:
            time.sleep(max(pause, took * _REST))
            begun = time.monotonic()
            self.refresh()
            took = time.monotonic() - begun

    def refresh(self) -> None:
        """Read the table again; never raises."""
        try:
            rows = _whole(self._source)
            if self.put(rows):
                events.emit("table", node=self._source.node, rows=len(rows.by_key))
            self._told = ""
        except Exception as error:  # whatever it is, the rows that are there are still good
            why = str(error).partition(" (configured timeouts")[0][:300]
            if why != self._told:
                hint = "nothing needs to be started anew: it is read again at the next time"
                events.emit("warning", code="lookup/kept", message=f"{self._source.node} keeps the rows that it has: {why}", hint=hint)
            self._told = why

    def _warn(self, rows: Rows) -> None:
        warnings = list(_warnings(self._source, rows))
        if str(warnings) != self._warned:
            for code, message, hint in warnings:
                events.emit("warning", code=code, message=f"{self._source.node}: {message}", hint=hint)
        self._warned = str(warnings)


def _warnings(source: Source, rows: Rows) -> Iterator[tuple[str, str, str]]:
    """Code, message and hint of what is wrong with a table that can be used."""
    name = f"`{source.collection}`"
    if not rows.by_key and not rows.keyless:
        yield "lookup/no-rows", f"the collection {name} holds no documents", "see that it is the one that is meant"
    if rows.keyless:
        key = ", ".join(f"`{each}`" for each in source.shape.key)
        message = f"{_count(len(rows.keyless), 'document')} of {name} without {key} of its type, such as {rows.keyless[0]}: nothing finds them"
        yield "lookup/wrong-value", message, _HINTS["lookup/wrong-value"]
    for code, hint in _HINTS.items():
        broken = [row for row in rows.by_key.values() if isinstance(row, Broken) and row.code == code]
        if broken:
            yield code, f"rows with {_count(len(broken), 'key')} of {name} are dead letters: {broken[0].message}", hint


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _whole(source: Source) -> Rows:
    # By `_id`, so that what is told of them is the same each time.
    return _read(source, {}, sort=[("_id", 1)])


def _read(source: Source, wanted: dict[str, Any], **how: Any) -> Rows:
    from stream_job.table_documents import rows_of

    names = [column["name"] for column in source.shape.columns()]
    cursor = _collection(source).find(wanted, {"_id": True, **dict.fromkeys(names, True)}, limit=MOST_ROWS + 1, batch_size=10_000, **how)
    with cursor:
        documents = list(cursor)
    if len(documents) > MOST_ROWS:
        raise TableError(_too_large(source, f"{MOST_ROWS:,} documents") if not wanted else f"more than {MOST_ROWS:,} documents of `{source.collection}` have the keys of one question")
    return rows_of(documents, source.shape)


def _collection(source: Source) -> Collection[dict[str, Any]]:
    from bson.codec_options import CodecOptions, DatetimeConversion

    from stream_job.collection import client

    # A date that Python has no year for costs its own document alone.
    options = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_AUTO, unicode_decode_error_handler="replace")
    return client(source.uri)[source.database].get_collection(source.collection, codec_options=options)


def _too_large(source: Source, most: str) -> str:
    return f"the table of {source.node} is too large to be kept: `{source.collection}` has more than {most}; ask it by `mode: live`, or look into a smaller collection"


def _errors() -> tuple[type[BaseException], ...]:
    from pymongo.errors import PyMongoError

    return (PyMongoError,)


def _tell(service: str, attempt: int, message: str) -> None:
    events.emit("degraded" if attempt else "recovered", service=service, query=None, attempt=attempt, message=message)
