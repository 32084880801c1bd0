"""Writing documents to one collection: insert first, replace what was there, and learn every document's own error."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pymongo
from bson.errors import BSONError
from pymongo.errors import BulkWriteError, DocumentTooLarge, OperationFailure, PyMongoError

from stream_job.retrying import insist

if TYPE_CHECKING:
    from collections.abc import Callable

    from stream_job.retrying import Report

    # A document, or what deletes one, and its place in the chunk.
    Numbered = tuple[int, dict[str, Any] | "Deletion"]
    # The document's place in the chunk, a code, a message.
    Refusal = tuple[int, str, str]

_DUPLICATE_KEY = 11000
_ROW_ERRORS = {
    121: "mongodb/validation",
    10334: "mongodb/too-large",
    17419: "mongodb/too-large",
    17420: "mongodb/too-large",
    # A 2dsphere index that finds no place on the globe.
    16755: "mongodb/no-place",
}
# What MongoDB cannot store or index: a name by its place ($-prefixed, empty, dotted), an `_id` that is a list, two lists in one index.
_ENCODING_CODES = {2, 52, 53, 56, 57, 171, 17280}
# What PyMongo raises before it sends anything: the document itself cannot be encoded.
_ENCODING_ERRORS = (BSONError, OverflowError, ValueError)
# A chunk with more repeats than this lets the next one replace at once, and one with fewer lets it insert first again.
_MANY_REPEATS = 0.3


class Unsettled(PyMongoError):
    """The service answered, but not about the documents: to be tried again."""


class Spoiled(Exception):
    """MongoDB refused a whole command because of one document in it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Deletion:
    """The end of a document, whether there is one or not."""

    id: Any


@dataclass
class Written:
    """What became of one chunk."""

    written: int = 0
    repeats: int = 0
    deleted: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def add(self, other: Written) -> None:
        """Take the other's counts and refusals in."""
        self.written += other.written
        self.repeats += other.repeats
        self.deleted += other.deleted
        self.refused.extend(other.refused)


@functools.cache
def client(uri: str) -> pymongo.MongoClient[dict[str, Any]]:
    """The process's one client for a server: bounded waits, majority writes."""
    return pymongo.MongoClient(
        uri, w="majority", retryWrites=True, connectTimeoutMS=5_000, serverSelectionTimeoutMS=5_000, socketTimeoutMS=60_000, appname="stream_job"
    )


class CollectionWriter:
    """Upserts chunks into one collection by `_id`; remembers from chunk to chunk whether repeats are many."""

    def __init__(self, uri: str, database: str, collection: str, *, replace_always: bool) -> None:
        self._collection = client(uri)[database][collection]
        self._replace_always = replace_always
        self._replace_next = replace_always

    def write(self, chunk: list[dict[str, Any] | Deletion], report: Report) -> Written:
        """Write documents whose `_id`s are distinct, and deletions where it always replaces. Refusals name places in `chunk`; a service error is tried
        again, bounded."""
        if not chunk:
            return Written()
        done = self._settle(list(enumerate(chunk)), report)
        accepted = done.written + done.repeats
        if accepted and not self._replace_always:
            self._replace_next = done.repeats / accepted > _MANY_REPEATS
        return done

    def _settle(self, numbered: list[Numbered], report: Report) -> Written:
        attempt = self._replace if self._replace_next else self._insert
        try:
            return insist("mongodb", lambda: _or_spoiled(attempt, numbered), (PyMongoError,), report)
        except Spoiled as error:
            return self._bisect(numbered, error.code, str(error), report)
        except DocumentTooLarge as error:
            return self._bisect(numbered, "mongodb/too-large", str(error), report)
        except _ENCODING_ERRORS as error:
            return self._bisect(numbered, "mongodb/encoding", str(error), report)

    def _bisect(self, numbered: list[Numbered], code: str, message: str, report: Report) -> Written:
        """One document spoiled the whole chunk before anything was sent: find it."""
        if len(numbered) == 1:
            return Written(refused=[(numbered[0][0], code, message[:500])])
        middle = len(numbered) // 2
        done = self._settle(numbered[:middle], report)
        done.add(self._settle(numbered[middle:], report))
        return done

    def _insert(self, numbered: list[Numbered]) -> Written:
        try:
            self._collection.insert_many([document for _, document in numbered], ordered=False)
        except BulkWriteError as error:
            return self._after_insert(numbered, _settled(error))
        return Written(written=len(numbered))

    def _after_insert(self, numbered: list[Numbered], errors: list[dict[str, Any]]) -> Written:
        known = [numbered[e["index"]] for e in errors if _is_known_id(e)]
        done = Written(written=len(numbered) - len(errors), refused=[_refusal(numbered, e) for e in errors if not _is_known_id(e)])
        if known:
            done.add(self._replace(known))
        return done

    def _replace(self, numbered: list[Numbered]) -> Written:
        operations = [_operation(each) for _, each in numbered]
        try:
            result = self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            return self._after_replace(numbered, error)
        return Written(written=result.upserted_count, repeats=result.matched_count, deleted=_deletions(numbered))

    def _after_replace(self, numbered: list[Numbered], error: BulkWriteError) -> Written:
        errors = _settled(error)
        # Two writers may upsert one new _id at the same time: the one that came second finds the document now.
        raced = [numbered[e["index"]] for e in errors if _is_known_id(e)]
        done = Written(
            written=error.details["nUpserted"],
            repeats=error.details["nMatched"],
            deleted=_deletions(numbered) - sum(isinstance(numbered[e["index"]][1], Deletion) for e in errors),
            refused=[_refusal(numbered, e) for e in errors if not _is_known_id(e)],
        )
        if raced:
            done.add(self._replace(raced))
        return done


def _operation(each: dict[str, Any] | Deletion) -> Any:
    if isinstance(each, Deletion):
        return pymongo.DeleteOne({"_id": each.id})
    return pymongo.ReplaceOne({"_id": each["_id"]}, each, upsert=True)


def _deletions(numbered: list[Numbered]) -> int:
    return sum(isinstance(each, Deletion) for _, each in numbered)


def _or_spoiled(attempt: Callable[[list[Numbered]], Written], numbered: list[Numbered]) -> Written:
    try:
        return attempt(numbered)
    except BulkWriteError:
        raise
    except OperationFailure as error:
        if error.code in _ROW_ERRORS:
            raise Spoiled(_ROW_ERRORS[error.code], str(error.details.get("errmsg", error) if error.details else error)) from error
        raise


def _settled(error: BulkWriteError) -> list[dict[str, Any]]:
    """The errors of single documents; raises Unsettled where something else went wrong too."""
    details = error.details
    if details.get("writeConcernErrors"):
        raise Unsettled(str(details["writeConcernErrors"])[:500])
    for each in details["writeErrors"]:
        if each["code"] != _DUPLICATE_KEY and each["code"] not in _ROW_ERRORS and each["code"] not in _ENCODING_CODES:
            raise Unsettled(f"{each['code']}: {each.get('errmsg', '')[:500]}")
    return details["writeErrors"]


def _is_known_id(error: dict[str, Any]) -> bool:
    return error["code"] == _DUPLICATE_KEY and list(error.get("keyPattern", {"_id": 1})) == ["_id"]


def _refusal(numbered: list[Numbered], error: dict[str, Any]) -> Refusal:
    place = numbered[error["index"]][0]
    if error["code"] == _DUPLICATE_KEY:
        return place, "mongodb/duplicate", error.get("errmsg", "")[:500]
    # Just above 16 MiB the server itself refuses an insert, by a code that it has for many things.
    other = "mongodb/too-large" if "too large" in error.get("errmsg", "") else "mongodb/encoding"
    return place, _ROW_ERRORS.get(error["code"], other), _reason(error)


def _reason(error: dict[str, Any]) -> str:
    """The message, with what the validator said."""
    info = error.get("errInfo", {}).get("details", "")
    return f"{error.get('errmsg', '')} {info}".strip()[:500]


