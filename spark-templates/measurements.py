"""Writing documents to a time-series collection, which has no unique `_id`: what an attempt before has written is looked for first."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import bson

from stream_job.collection import CollectionWriter, Written

if TYPE_CHECKING:
    from stream_job.collection import Numbered
    from stream_job.retrying import Report


# Buckets are found by the seconds of an ObjectId, which has 32 bits of them: beyond these years, and close to 1970, MongoDB 6 finds nothing by time.
_FIRST, _LAST = datetime.datetime(1971, 1, 1), datetime.datetime(2038, 1, 1)


class MeasurementWriter(CollectionWriter):
    """Inserts chunks into one time series. One writer alone may write a batch at a time."""

    def __init__(self, uri: str, database: str, collection: str, time_field: str) -> None:
        super().__init__(uri, database, collection, replace_always=False)
        self._time_field, self._look_first = time_field, True

    def write(self, chunk: list[Any], report: Report, *, may_be_repeated: bool = True) -> Written:
        """Insert documents whose `_id`s are distinct and whose times are not null, but for those that are there where the chunk `may_be_repeated`."""
        self._look_first = may_be_repeated
        return self._settle(list(enumerate(chunk)), report) if chunk else Written()

    def _insert(self, numbered: list[Numbered]) -> Written:
        known = self._known(numbered) if self._look_first else set()
        # An attempt that fails may have written some.
        self._look_first = True
        new = [(at, document) for at, document in numbered if _text(document["_id"]) not in known]
        done = super()._insert(new) if new else Written()
        done.repeats += len(numbered) - len(new)
        return done

    def _known(self, numbered: list[Numbered]) -> set[bytes]:
        """The `_id`s that are there. They lie within the times of the chunk, by which MongoDB finds their buckets."""
        times = [document[self._time_field] for _, document in numbered]
        ids = [document["_id"] for _, document in numbered]
        wanted: dict[str, Any] = {"_id": {"$in": ids}}
        if all(isinstance(time, datetime.datetime) and _FIRST < time < _LAST for time in times):
            wanted[self._time_field] = {"$gte": min(times), "$lte": max(times)}
        return {_text(each["_id"]) for each in self._collection.find(wanted, {"_id": 1})}


def _text(id: Any) -> bytes:
    """The same for an `_id` and for what MongoDB makes of it."""
    return bson.encode({"_id": id})
