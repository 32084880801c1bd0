"""Documents of a collection as rows of a lookup's table, by the rules by which records are read. Needs no Spark.

A document is read as `source.mongodb` writes it: an ObjectId is text, a date a time, binary data Base64, a long and a Decimal128 keep their digits. Beyond
that a whole number fits an int or a long however MongoDB holds it, midnight in UTC is a date, and a field that is missing is null.
"""

from __future__ import annotations

import base64
import datetime
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bson import Decimal128, Int64, ObjectId

from stream_job.tables import Broken
from stream_job.unreadable import first_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stream_job.tables import Key, Values
    from stream_job.unreadable import Kind

_WHOLE = {"integer": 2**31, "long": 2**63}
_EPOCH = datetime.datetime(1970, 1, 1)
_PER_SECOND = {"s": 1_000_000, "ms": 1_000, "us": 1}


@dataclass(frozen=True)
class Shape:
    """As what a document is read. Travels to the workers."""

    # The row's type, in Spark's JSON form as text.
    schema: str
    # The names of the columns that are its key.
    key: tuple[str, ...]
    # A column's path → what a number in it counts since 1970.
    units: tuple[tuple[str, str], ...] = ()

    def columns(self) -> list[dict[str, Any]]:
        """The columns, in Spark's JSON form."""
        return json.loads(self.schema)["fields"]


@dataclass
class Rows:
    """What documents hold: a row for each key, and the `_id`s of documents without one, which nothing can find."""

    by_key: dict[Key, Values | Broken]
    keyless: list[str]


def rows_of(documents: Iterable[dict[str, Any]], shape: Shape) -> Rows:
    """The rows of the documents. A key of two documents, and one whose document does not fit, is `Broken`."""
    reader = _Reader(shape)
    found, ids = Rows({}, []), {}
    for document in documents:
        key, id = reader.key_of(document), _shown(document.get("_id"))
        if key is None:
            found.keyless.append(id)
        elif key in ids:
            found.by_key[key] = Broken("lookup/duplicate-key", f"the documents {ids[key]} and {id} have the same key")
        else:
            ids[key], found.by_key[key] = id, reader.row_of(document)
    return found


def spellings(text: str, kind: Kind) -> list[Any]:
    """What a document may hold as a part of its key that has this text in a row; empty where no document can."""
    if kind in _WHOLE:
        return [Int64(text)]
    if kind == "boolean":
        return [text == "true"]
    if kind == "date":
        day = _day(text)
        return [] if day is None else [day, text]
    # An `_id` that others refer to by its text.
    return [text, ObjectId(text)] if ObjectId.is_valid(text) else [text]


class _Reader:
    """Reads documents, one after the other."""

    def __init__(self, shape: Shape) -> None:
        self._schema = json.loads(shape.schema)
        self._fields = [(field["name"], field["type"]) for field in self._schema["fields"]]
        kinds = dict(self._fields)
        self._key = [(name, kinds[name]) for name in shape.key]
        self._units = dict(shape.units)

    def key_of(self, document: dict[str, Any]) -> Key | None:
        """The texts of its key as Spark writes those of a row; None where a part is missing or of another type."""
        parts = [_key_text(document.get(name), kind) for name, kind in self._key]
        return None if None in parts else tuple(parts)

    def row_of(self, document: dict[str, Any]) -> Values | Broken:
        """The texts of its values, or why it does not fit."""
        record = {name: self._plain(document.get(name), kind, name) for name, kind in self._fields}
        fault = first_fault(record, self._schema, {})
        if fault is not None:
            return Broken("lookup/wrong-value", f"the document {_shown(document.get('_id'))} does not fit: {fault[1]}")
        return [_text(record[name], kind) for name, kind in self._fields]

    def _plain(self, value: Any, kind: Kind, path: str) -> Any:
        """The value as JSON has it."""
        shape = kind["type"] if isinstance(kind, dict) else None
        if shape == "struct" and isinstance(value, dict):
            return {each["name"]: self._plain(value.get(each["name"]), each["type"], f"{path}.{each['name']}") for each in kind["fields"]}
        if shape == "array" and isinstance(value, list):
            return [self._plain(each, kind["elementType"], path) for each in value]
        if shape == "map" and isinstance(value, dict):
            return {name: self._plain(each, kind["valueType"], path) for name, each in value.items()}
        return _scalar(value, kind, self._units.get(path))


def _scalar(value: Any, kind: Kind, unit: str | None) -> Any:
    number = _number(value)
    if number is not None:
        return _moment(number, unit) if unit else _fitting(number, value, kind)
    if kind == "date" and isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (dict, list)):
        return json.loads(json.dumps(value, default=_other))
    return value if value is None or isinstance(value, (bool, str)) else _other(value)


def _other(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="microseconds") + "Z"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value)


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal128):
        exact = value.to_decimal()
        return int(exact) if exact.is_finite() and exact == exact.to_integral_value() and abs(exact) < 2**63 else float(exact)
    return value if isinstance(value, (int, float)) else None


def _fitting(number: int | float, value: Any, kind: Kind) -> Any:
    if isinstance(value, Decimal128) and isinstance(kind, str) and (kind.startswith("decimal") or kind == "string"):
        return str(value)
    # Compass and drivers of JavaScript store large whole numbers as doubles.
    return int(number) if kind in _WHOLE and isinstance(number, float) and number.is_integer() else number


def _moment(number: int | float, unit: str) -> Any:
    """The time that a number stands for; the number itself where that is none."""
    try:
        return _other(_EPOCH + datetime.timedelta(microseconds=math.floor(number * _PER_SECOND[unit])))
    except (OverflowError, ValueError):
        return number


def _key_text(value: Any, kind: Kind) -> str | None:
    if kind in _WHOLE:
        number = _number(value)
        is_whole = number is not None and math.isfinite(number) and number == int(number)
        return str(int(number)) if is_whole and -_WHOLE[kind] <= number < _WHOLE[kind] else None
    if kind == "boolean":
        return str(value).lower() if isinstance(value, bool) else None
    if kind == "date":
        if isinstance(value, datetime.datetime):
            return value.date().isoformat() if value.time() == datetime.time() else None
        return value if isinstance(value, str) and _day(value) else None
    return str(value) if isinstance(value, (str, ObjectId)) else None


def _day(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _text(value: Any, kind: Kind) -> str | None:
    """A value as the text that Spark casts; one that is made of others, as JSON below `v`."""
    if value is None:
        return None
    if isinstance(kind, dict) or kind == "binary":
        return json.dumps({"v": value})
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _shown(id: Any) -> str:
    """An `_id` in backticks, as short as it must be."""
    text = id if isinstance(id, str) else json.dumps(id, default=_other, ensure_ascii=False)
    text = text.strip('"') if isinstance(id, ObjectId) else text
    return f"`_id: {text if len(text) <= 80 else text[:80] + '…'}`"
