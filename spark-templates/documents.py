"""Arrow → documents for MongoDB, column by column: several times as fast as row by row.

long → Int64, decimal → Decimal128, date → UTC midnight, timestamp → UTC (PyMongo cuts it to milliseconds), map → document.

What MongoDB's types cannot hold (a decimal of more than 34 digits, a year outside 1 to 9999) stays as a value that PyMongo refuses
to encode, so that it costs its own document and nothing else.
"""

from __future__ import annotations

import decimal
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from bson.decimal128 import Decimal128
from bson.int64 import Int64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class OutOfYears:
    """A moment outside the years 1 to 9999, in microseconds since 1970. No type of BSON's: PyMongo refuses it."""

    microseconds: int


def documents(batch: pa.RecordBatch, names: list[str]) -> list[dict[str, Any]]:
    """One dict per row with the named columns, in that order."""
    return _dicts(names, [values(batch.column(name)) for name in names], batch.num_rows)


def values_at(rows: list[dict[str, Any]], path: tuple[str, ...]) -> list[Any]:
    """Each document's value at a path, None where a step of it is null."""
    found = [row[path[0]] for row in rows]
    for name in path[1:]:
        found = [None if value is None else value[name] for value in found]
    return found


def values(array: pa.Array) -> list[Any]:
    """The values as PyMongo wants them, None where null."""
    kind = array.type
    if pa.types.is_struct(kind):
        return _structs(array)
    if pa.types.is_map(kind):
        return _maps(array)
    if pa.types.is_list(kind):
        return _lists(array)
    if pa.types.is_null(kind):
        return [None] * len(array)
    return _scalars(array)


def _scalars(array: pa.Array) -> list[Any]:
    kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return array.to_numpy(zero_copy_only=False).tolist()
    if pa.types.is_timestamp(kind):
        return _moments(array.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).tolist())
    if pa.types.is_date(kind):
        return _moments(array.to_numpy(zero_copy_only=False).astype("datetime64[us]").tolist())
    if pa.types.is_decimal(kind):
        return _where_valid(array, array.to_pylist(), _decimal128)
    if array.null_count:
        plain = array.fill_null(False if pa.types.is_boolean(kind) else 0).to_numpy(zero_copy_only=False).tolist()
    else:
        plain = array.to_numpy(zero_copy_only=False).tolist()
    return _where_valid(array, plain, Int64 if pa.types.is_int64(kind) else None)


def _moments(plain: list[Any]) -> list[Any]:
    """NumPy gives a number where Python's datetime cannot go."""
    if int not in set(map(type, plain)):
        return plain
    return [OutOfYears(each) if isinstance(each, int) else each for each in plain]


def _decimal128(value: decimal.Decimal) -> Any:
    try:
        return Decimal128(value)
    except decimal.DecimalException:
        return value


def _where_valid(array: pa.Array, plain: list[Any], wrap: Callable[[Any], Any] | None) -> list[Any]:
    if not array.null_count:
        return plain if wrap is None else list(map(wrap, plain))
    if wrap is None:
        for at in _null_rows(array):
            plain[at] = None
        return plain
    return [wrap(value) if valid else None for value, valid in zip(plain, array.is_valid().to_pylist())]


def _null_rows(array: pa.Array) -> list[int]:
    return pc.indices_nonzero(array.is_null()).to_numpy().tolist() if array.null_count else []


def _structs(array: pa.StructArray) -> list[Any]:
    names = [array.type.field(at).name for at in range(array.type.num_fields)]
    rows: list[Any] = _dicts(names, [values(child) for child in array.flatten()], len(array))
    for at in _null_rows(array):
        rows[at] = None
    return rows


def _dicts(names: list[str], columns: list[list[Any]], count: int) -> list[dict[str, Any]]:
    if not columns:
        return [{} for _ in range(count)]
    return _dict_maker(tuple(names))(zip(*columns))


@functools.cache
def _dict_maker(names: tuple[str, ...]) -> Callable[[Iterable[tuple[Any, ...]]], list[dict[str, Any]]]:
    """Rows → dicts by a literal with these names, which takes a third of the time of `dict(zip(names, row))`.

    A name stands in the code only as `repr` writes it.
    """
    values = [f"v{at}" for at in range(len(names))]
    literal = ", ".join(f"{name!r}: {value}" for name, value in zip(names, values))
    return eval(f"lambda rows: [{{{literal}}} for ({', '.join(values)},) in rows]", {"__builtins__": {}})


def _lists(array: pa.ListArray) -> list[Any]:
    bounds = array.offsets.to_pylist()
    first = bounds[0]
    flat = values(array.values.slice(first, bounds[-1] - first))
    rows: list[Any] = [flat[start - first : end - first] for start, end in zip(bounds, bounds[1:])]
    for at in _null_rows(array):
        rows[at] = None
    return rows


def _maps(array: pa.MapArray) -> list[Any]:
    bounds = array.offsets.to_pylist()
    first, count = bounds[0], bounds[-1] - bounds[0]
    keys, items = values(array.keys.slice(first, count)), values(array.items.slice(first, count))
    rows: list[Any] = [
        dict(zip(keys[start - first : end - first], items[start - first : end - first])) for start, end in zip(bounds, bounds[1:])
    ]
    for at in _null_rows(array):
        rows[at] = None
    return rows
