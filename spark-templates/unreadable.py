"""Why a record was refused, in words: looked at in Python, once per refused record, so that reading stays cheap."""

from __future__ import annotations

import datetime
import decimal
import json
import math
import re
from typing import Any

# Spark's JSON form of a type: a name such as "double" or an object with "type".
Kind = Any
Finding = tuple[str, str]

_INT = {"byte": 2**7, "short": 2**15, "integer": 2**31, "long": 2**63}
_TIMESTAMP = re.compile(r"(?!0000)\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_DATE = re.compile(r"(?!0000)\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,20}(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)
# As Java's BigDecimal reads it.
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_CUT = 80
# What Python's reader takes and Spark's does not.
UNKNOWN = (
    "record/out-of-range",
    "beyond a limit of the reader (nesting, length, digits, exponent), or a repeated key whose values do not all fit",
)


def explain(value: bytes | None, schema: Kind, units: dict[str, str]) -> Finding:
    """The code and message for a record that was refused while it was read. `schema` is the row's type in Spark's JSON form."""
    try:
        return _explain(value, schema, units)
    except RecursionError:
        return "record/out-of-range", "nested too deeply"


def _explain(value: bytes | None, schema: Kind, units: dict[str, str]) -> Finding:
    if value is None:
        return "record/not-json", "the record has no value"
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as error:
        return "record/not-utf8", f"byte {error.start} is not valid UTF-8"
    try:
        record = json.loads(text, parse_constant=_no_constant)
    except ValueError as error:
        if "integer string conversion" in str(error):
            return "record/out-of-range", "a number has too many digits"
        return "record/not-json", f"not one JSON object: {error} in {_shown(text)}"
    if not isinstance(record, dict):
        return "record/not-json", f"not a JSON object: {_shown(text)}"
    return next(_faults(record, schema, units, ""), UNKNOWN)


def first_fault(record: dict[str, Any], schema: Kind, units: dict[str, str]) -> Finding | None:
    """What keeps an object, as JSON has it, from being a row of the type: a code and a message; None where nothing does."""
    try:
        return next(_faults(record, schema, units, ""), None)
    except RecursionError:
        return "record/out-of-range", "nested too deeply"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    quoted = json.dumps(text, ensure_ascii=False) if isinstance(value, str) else text
    return quoted.encode("utf-8", "replace").decode() if len(quoted) <= _CUT else quoted[:_CUT].encode("utf-8", "replace").decode() + "…"


def _faults(record: dict[str, Any], schema: Kind, units: dict[str, str], path: str):
    for field in schema["fields"]:
        here, value = f"{path}{field['name']}", record.get(field["name"])
        if value is not None:
            yield from _value_faults(value, field["type"], units, here)
        elif not field["nullable"]:
            yield "record/missing-required", f"column `{here}` is required and " + ("null" if field["name"] in record else "missing")


def _value_faults(value: Any, kind: Kind, units: dict[str, str], path: str):
    if isinstance(kind, dict):
        yield from _nested_faults(value, kind, units, path)
    elif fault := _scalar_fault(value, kind, units.get(path)):
        code, wanted = fault
        yield code, f"column `{path}` wants {wanted}, not {_shown(value)}"


def _nested_faults(value: Any, kind: Kind, units: dict[str, str], path: str):
    shape = kind["type"]
    if shape == "array" and isinstance(value, list):
        for each in value:
            if each is not None:
                yield from _value_faults(each, kind["elementType"], units, path)
    elif shape == "map" and isinstance(value, dict):
        for each in value.values():
            if each is not None:
                yield from _value_faults(each, kind["valueType"], units, path)
    elif shape == "struct" and isinstance(value, dict):
        yield from _faults(value, kind, units, f"{path}.")
    else:
        wanted = "a list" if shape == "array" else "an object"
        yield "record/wrong-type", f"column `{path}` wants {wanted}, not {_shown(value)}"


def _scalar_fault(value: Any, kind: str, unit: str | None) -> Finding | None:
    """None where the value fits, else a code and what was wanted."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind in _INT:
        return _int_fault(value, kind)
    if kind in ("double", "float"):
        if not number:
            return "record/wrong-type", "a number"
        return None if _finite(value, kind) else ("record/out-of-range", f"a finite {kind}")
    if kind == "boolean":
        return None if isinstance(value, bool) else ("record/wrong-type", "true or false")
    if kind.startswith("decimal"):
        return None if _fits_decimal(value, kind) else ("record/out-of-range" if number else "record/wrong-type", kind)
    if kind in ("timestamp", "date"):
        return _time_fault(value, kind, unit)
    if kind == "binary":
        return None if _is_base64(value) else ("record/wrong-type", "Base64 text")
    return None


def _is_base64(value: Any) -> bool:
    """With its padding, and nothing else in between."""
    return isinstance(value, str) and re.fullmatch(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", value) is not None


def _int_fault(value: Any, kind: str) -> Finding | None:
    name = "an int" if kind == "integer" else f"a {kind}"
    if not isinstance(value, int) or isinstance(value, bool):
        return "record/wrong-type", name
    return None if -_INT[kind] <= value < _INT[kind] else ("record/out-of-range", name)


def _finite(value: float, kind: str) -> bool:
    try:
        return math.isfinite(value) and abs(float(value)) < (3.4028236e38 if kind == "float" else math.inf)
    except OverflowError:
        return False


def _fits_decimal(value: Any, kind: str) -> bool:
    """Rounded first, as Spark does: 999.995 is 1000.00 by then."""
    if isinstance(value, (bool, list, dict)) or (isinstance(value, str) and not _DECIMAL.fullmatch(value)):
        return False
    precision, scale = (int(n) for n in kind[len("decimal(") : -1].split(","))
    try:
        rounded = decimal.Decimal(str(value)).quantize(decimal.Decimal(1).scaleb(-scale), decimal.ROUND_HALF_UP, decimal.Context(prec=80))
    except decimal.InvalidOperation:
        return False
    return abs(rounded) < 10 ** (precision - scale)


def _time_fault(value: Any, kind: str, unit: str | None) -> Finding | None:
    if unit is not None:
        return _instant_fault(value, unit)
    wanted = "an ISO 8601 date, years 0001 to 9999" if kind == "date" else "an ISO 8601 time, years 0001 to 9999"
    if not isinstance(value, str):
        return "record/wrong-type", wanted
    if re.match(r"[+-]?\d{5,}-", value) or value.startswith("0000-"):
        return "record/out-of-range", wanted
    shape = _DATE if kind == "date" else _TIMESTAMP
    if not shape.fullmatch(value):
        return "record/wrong-type", wanted
    return None if _real_date(value) and _within_years(value) else ("record/out-of-range", wanted)


def _within_years(value: str) -> bool:
    """Whether the moment lies in the years 0001 to 9999 also in UTC, and its zone is one."""
    zone = re.search(r"([+-])(\d\d):?(\d\d)$", value[19:])
    if zone is None:
        return True
    ahead = datetime.timedelta(hours=int(zone[2]), minutes=int(zone[3])) * (1 if zone[1] == "+" else -1)
    if abs(ahead) > datetime.timedelta(hours=18) or int(zone[3]) > 59:
        return False
    try:
        datetime.datetime.fromisoformat(value[:19]) - ahead
    except OverflowError:
        return False
    return True


def _real_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value[:10])
    except ValueError:
        return False
    return len(value) == 10 or (value[11:13] < "24" and value[14:16] < "60" and value[17:19] < "60")


def _instant_fault(value: Any, unit: str) -> Finding | None:
    wanted = f"a number ({unit} since 1970, years 0001 to 9999)"
    if isinstance(value, (bool, list, dict)) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        return "record/wrong-type", wanted
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return "record/wrong-type", wanted
    seconds = number / {"s": 1, "ms": 1e3, "us": 1e6}[unit]
    return None if -62135596800 <= seconds < 253402300800 else ("record/out-of-range", wanted)
