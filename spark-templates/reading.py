"""A record's bytes → typed columns, strictly.

A record is refused unless it is valid UTF-8, one JSON object and nothing after it, with every required column there and
every value of its type. `unreadable.py` says in words what is wrong with a refused one.

How: Spark's JSON reader stops after the first value, so the text is wrapped, `{"N":[` text `,{"N":1}]}`, and the list must have
exactly two elements with the sentinel second. N is drawn anew for every job, so no record can forge it. The reader's
corrupt-record column catches every value that does not fit, at any depth. Timestamps and dates are read as text and
converted here, because Spark's reader takes numbers for seconds and almost any text for a time.

What stays lenient (a preview must copy it):

* a number, boolean, object or list fits a string column: the value is its JSON text without blanks (`5`, `{"z":[1,2]}`),
  a number with a fraction or exponent as Java writes a double (`1.50` is `1.5`, `1e3` is `1000.0`, `1e400` is `"Infinity"`);
* of duplicate keys the last one counts (in a struct, a later value that is null counts too); a value that does not fit
  refuses the record even if a later one would; in a map an expression finds the first of two, and the document holds the last;
* fields without a column are ignored, but must be JSON;
* names are case-sensitive; a missing field and a null are the same;
* a lone surrogate (`\\ud800`) becomes `?`;
* a decimal column takes a number in quotes, and rounds half up to its scale; an int or long takes no `1.0` and no `1e2`;
* a float column rounds to single precision;
* a date in text is `2024-01-31`, a time `2024-01-31T12:00:00`, blank instead of T, fraction up to 9 digits (cut to 6), zone `Z`, `+01:00`,
  `+0100`, none = UTC; a list may hold nulls;
* blanks around the object are allowed, a byte order mark is not;
* where a column is a decimal, a value that is a number with an exponent of five digits or more is refused, whatever its column;
* nesting deeper than 1,000, a string over 20,000,000 characters, a name over 50,000 or a number over 1,000 digits is refused.
"""

from __future__ import annotations

import secrets
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.rows import is_true, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import Column, DataFrame

    # A column's path (`created_utc`, `events.at`; a list's elements have the path of the list) → s, ms or us.
    Units = dict[str, str]

_CORRUPT = "corrupt"
_OPTIONS = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": _CORRUPT, "allowSingleQuotes": "false", "allowNonNumericNumbers": "false"}

TIMESTAMP_SHAPE = r"^(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$"
DATE_SHAPE = r"^(?!0000)\d{4}-\d\d-\d\d$"
# Spark's JSON reader hands a number on as Java writes it: `1.7000000005E9`.
NUMBER_SHAPE = r"^-?\d{1,20}(\.\d+)?([eE][+-]?\d{1,3})?$"
# A whole number value, quoted or not. Where a column is a decimal, Java would write out all of the zeros of `1e999999999`.
HUGE_EXPONENT = r'[:\[,]\s*"?[+-]?[0-9.]+[eE][+-]?0*[1-9]\d{4,}"?\s*[,}\]]'
_PER_SECOND = {"s": 1_000_000, "ms": 1_000, "us": 1}
_FIRST, _LAST = "TIMESTAMP'0001-01-01 00:00:00Z'", "TIMESTAMP'9999-12-31 23:59:59.999999Z'"


def read_strictly(frame: DataFrame, value: str, schema: T.StructType, units: Units, unreadable: str) -> DataFrame:
    """The frame with the columns of `schema` in front, read from its binary column `value`, and a boolean column `unreadable`."""
    nonce = "n" + secrets.token_hex(6)
    kept = [quoted(name) for name in frame.columns]
    wire = T.StructType([T.StructField(nonce, T.ArrayType(_with_sentinel(schema, nonce))), T.StructField(_CORRUPT, T.StringType())])
    text = F.concat(F.lit('{"' + nonce + '":['), F.col(value).cast("string"), F.lit(',{"' + nonce + '":1}]}'))
    if _holds(schema, T.DecimalType):
        text = F.when(~F.col(value).cast("string").rlike(HUGE_EXPONENT), text)
    parsed = frame.select(*kept, F.from_json(text, wire, _OPTIONS).alias("__parsed"))
    whole = (
        F.is_valid_utf8(F.col(value).cast("string"))
        & F.col("__parsed").getField(_CORRUPT).isNull()
        & (F.size(F.col("__parsed").getField(nonce)) == 2)
        & (F.col("__parsed").getField(nonce)[1].getField(nonce) == 1)
        & F.col("__parsed").getField(nonce)[0].isNotNull()
    )
    staged = parsed.select(*kept, F.col("__parsed").getField(nonce)[0].alias("__raw"), is_true(whole).alias("__whole"))
    raw = F.col("__raw")
    columns = [_converted(raw.getField(f.name), f.dataType, f.name, units).alias(f.name) for f in schema.fields]
    typed = staged.select(*columns, *kept, "__raw", "__whole")
    faults = [is_true(fault) for fault in _faults(raw, schema, units)]
    return typed.select(
        *[quoted(f.name) for f in schema.fields], *kept, reduce(or_, faults, ~F.col("__whole")).alias(unreadable)
    )


def _with_sentinel(schema: T.StructType, nonce: str) -> T.StructType:
    return T.StructType([*_wire(schema).fields, T.StructField(nonce, T.IntegerType())])


def _wire(kind: T.DataType) -> T.DataType:
    """The type as which the JSON reader reads a column: times as text, everything optional."""
    if isinstance(kind, (T.TimestampType, T.DateType)):
        return T.StringType()
    if isinstance(kind, T.StructType):
        return T.StructType([T.StructField(f.name, _wire(f.dataType)) for f in kind.fields])
    if isinstance(kind, T.ArrayType):
        return T.ArrayType(_wire(kind.elementType))
    if isinstance(kind, T.MapType):
        return T.MapType(T.StringType(), _wire(kind.valueType))
    return kind


def _converted(raw: Column, kind: T.DataType, path: str, units: Units) -> Column:
    """The value in its own type; null where the text is no time."""
    if not _holds_time(kind):
        return raw
    if isinstance(kind, T.StructType):
        fields = [_converted(raw.getField(f.name), f.dataType, f"{path}.{f.name}", units).alias(f.name) for f in kind.fields]
        return F.when(raw.isNotNull(), F.struct(*fields))
    if isinstance(kind, T.ArrayType):
        return F.transform(raw, lambda each: _converted(each, kind.elementType, path, units))
    if isinstance(kind, T.MapType):
        return F.transform_values(raw, lambda _, each: _converted(each, kind.valueType, path, units))
    if isinstance(kind, T.DateType):
        return F.when(raw.rlike(DATE_SHAPE), raw.try_cast("date"))
    if path in units:
        return _instant(raw, units[path])
    time = raw.try_cast("timestamp")
    return F.when(raw.rlike(TIMESTAMP_SHAPE), _within_years(time))


def _instant(raw: Column, unit: str) -> Column:
    micros = raw.try_cast("decimal(38,6)") * F.lit(_PER_SECOND[unit])
    return F.when(raw.rlike(NUMBER_SHAPE), _within_years(F.timestamp_micros(micros.try_cast("bigint"))))


def _within_years(time: Column) -> Column:
    return F.when(time.between(F.expr(_FIRST), F.expr(_LAST)), time)


def _holds_time(kind: T.DataType) -> bool:
    return _holds(kind, T.TimestampType, T.DateType)


def _holds(kind: T.DataType, *wanted: type[T.DataType]) -> bool:
    """Whether the type is one of those or has one inside."""
    if isinstance(kind, T.StructType):
        return any(_holds(f.dataType, *wanted) for f in kind.fields)
    if isinstance(kind, T.ArrayType):
        return _holds(kind.elementType, *wanted)
    if isinstance(kind, T.MapType):
        return _holds(kind.valueType, *wanted)
    return isinstance(kind, wanted)


def _faults(raw: Column, kind: T.StructType, units: Units, path: str = "") -> Iterator[Column]:
    """Predicates over a struct that the reader has accepted: what it lets pass and we do not."""
    for field in kind.fields:
        value, here = raw.getField(field.name), f"{path}{field.name}"
        if not field.nullable:
            yield raw.isNotNull() & value.isNull()
        yield from _value_faults(value, field.dataType, units, here)


def _value_faults(value: Column, kind: T.DataType, units: Units, path: str) -> Iterator[Column]:
    if isinstance(kind, (T.DoubleType, T.FloatType)):
        yield F.abs(value) == F.lit(float("inf"))
    elif isinstance(kind, (T.TimestampType, T.DateType)):
        yield value.isNotNull() & _converted(value, kind, path, units).isNull()
    elif isinstance(kind, T.StructType):
        yield from _faults(value, kind, units, f"{path}.")
    elif isinstance(kind, T.ArrayType):
        yield from _list_faults(value, kind.elementType, units, path)
    elif isinstance(kind, T.MapType) and _can_fault(kind.valueType):
        yield from _list_faults(F.map_values(value), kind.valueType, units, path)


def _list_faults(values: Column, kind: T.DataType, units: Units, path: str) -> Iterator[Column]:
    if isinstance(kind, (T.DoubleType, T.FloatType)):
        yield F.array_max(values) == F.lit(float("inf"))
        yield F.array_min(values) == F.lit(float("-inf"))
    elif isinstance(kind, T.StructType):
        # `items.price` is the list of all prices: reading it so costs a tenth of a lambda per element.
        for field in kind.fields:
            if isinstance(field.dataType, (T.DoubleType, T.FloatType)) and field.nullable:
                yield from _list_faults(values.getField(field.name), field.dataType, units, f"{path}.{field.name}")
        rest = T.StructType([f for f in kind.fields if not (isinstance(f.dataType, (T.DoubleType, T.FloatType)) and f.nullable)])
        if _can_fault(rest):
            yield F.exists(values, lambda each: _any(_faults(each, rest, units, f"{path}.")))
    elif _can_fault(kind):
        yield F.exists(values, lambda each: _any(_value_faults(each, kind, units, path)))


def _any(faults: Iterator[Column]) -> Column:
    return reduce(or_, [is_true(fault) for fault in faults])


def _can_fault(kind: T.DataType) -> bool:
    if isinstance(kind, T.StructType):
        return any(not f.nullable or _can_fault(f.dataType) for f in kind.fields)
    if isinstance(kind, T.ArrayType):
        return _can_fault(kind.elementType)
    if isinstance(kind, T.MapType):
        return _can_fault(kind.valueType)
    return isinstance(kind, (T.DoubleType, T.FloatType, T.TimestampType, T.DateType))
