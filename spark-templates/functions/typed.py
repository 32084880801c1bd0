"""Values of the user's functions by the types of columns: what a function is given, what is taken from it, and both in a form that JSON holds.

A type is `{"kind": …}` as the engine writes it: string, boolean, int, long, double, decimal (`precision`, `scale`), date, timestamp, binary, list
(`element`), map (`value`), struct (`fields`, each with `name`, `type` and `required`).
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from datetime import date, datetime, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from stream_job.calling import Told

Type = dict[str, Any]

_BITS = {"int": 31, "long": 63}


def given(value: Any, kind: Type) -> Any:
    """What a function is given for a value, whether Arrow made it of a column or a preview read it from JSON."""
    if value is None:
        return None
    if isinstance(value, Exception):
        raise value
    name = kind["kind"]
    if name in _GIVEN:
        return _GIVEN[name](value)
    if name == "list":
        return [given(each, kind["element"]) for each in value]
    if name == "map":
        return {key: given(each, kind["value"]) for key, each in dict(value).items()}
    if name == "struct":
        return {field["name"]: given(value[field["name"]], field["type"]) for field in kind["fields"]}
    return value


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.replace(tzinfo=timezone.utc)
    whole, _, fraction = value.removesuffix("Z").partition(".")
    return datetime.fromisoformat(whole).replace(microsecond=int(fraction.ljust(6, "0") or 0), tzinfo=timezone.utc)


_GIVEN: dict[str, Callable[[Any], Any]] = {
    "string": lambda value: value.decode("utf-8", "replace") if isinstance(value, bytes) else value,
    "long": int,
    "double": float,
    "decimal": Decimal,
    "date": lambda value: date.fromisoformat(value) if isinstance(value, str) else value,
    "timestamp": _instant,
    "binary": lambda value: base64.b64decode(value) if isinstance(value, str) else bytes(value),
}


def taken(value: Any, kind: Type, path: str) -> Any:
    """The value as its column holds it; raises `Told` where it is of another type, with the path to it."""
    # A number of numpy's.
    value = value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") and not getattr(value, "shape", ()) else value
    if value is None:
        return None
    name = kind["kind"]
    if name == "struct":
        return _struct(value, kind, path)
    if name == "list" and isinstance(value, (list, tuple)):
        return [taken(each, kind["element"], f"{path}[{at}]") for at, each in enumerate(value)]
    if name == "map" and isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {taken(key, {"kind": "string"}, path): taken(each, kind["value"], f"{path}['{key}']") for key, each in value.items()}
    found = _TAKEN[name](value, kind) if name in _TAKEN else None
    if found is None:
        raise Told(f"`{path}` is {shown(value)}, and no {name}{_hint(value, name)}")
    return found


def _struct(value: Any, kind: Type, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Told(f"`{path}` is {shown(value)}, and no dict")
    names = [field["name"] for field in kind["fields"]]
    for name in value:
        if name not in names:
            raise Told(f"{shown(name)} is none of the columns{f' of `{path}`' if path else ''}: {', '.join(names)}")
    made = {}
    for field in kind["fields"]:
        inner = f"{path}.{field['name']}" if path else field["name"]
        made[field["name"]] = taken(value.get(field["name"]), field["type"], inner)
        if field["required"] and made[field["name"]] is None:
            raise Told(f"`{inner}` is missing")
    return made


def _whole(value: Any, kind: Type) -> int | None:
    bits = _BITS[kind["kind"]]
    return value if isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits else None


def _double(value: Any, _: Type) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _decimal(value: Any, kind: Type) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    with localcontext() as context:
        context.prec = 100
        try:
            made = Decimal(value).quantize(Decimal(1).scaleb(-kind["scale"]), ROUND_HALF_UP)
        except InvalidOperation:
            return None
    return made if made.is_finite() and made.copy_abs() < Decimal(10) ** (kind["precision"] - kind["scale"]) else None


def _text(value: Any, _: Type) -> str | None:
    if not isinstance(value, str):
        return None
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character
        return None
    return str(value)


def _timestamp(value: Any, _: Type) -> datetime | None:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return None
    try:
        return value.astimezone(timezone.utc)
    except OverflowError:
        return None


_TAKEN: dict[str, Callable[[Any, Type], Any]] = {
    "string": _text,
    "boolean": lambda value, _: value if isinstance(value, bool) else None,
    "int": _whole,
    "long": _whole,
    "double": _double,
    "decimal": _decimal,
    "date": lambda value, _: value if isinstance(value, date) and not isinstance(value, datetime) else None,
    "timestamp": _timestamp,
    "binary": lambda value, _: bytes(value) if isinstance(value, (bytes, bytearray)) else None,
}


def _hint(value: Any, name: str) -> str:
    """Why a value that looks right is not taken."""
    if name == "timestamp" and isinstance(value, datetime) and value.utcoffset() is None:
        return ": it has no time zone"
    if name in _BITS and isinstance(value, int) and not isinstance(value, bool):
        return ": it is too large"
    return ""


def shown(value: Any) -> str:
    """A value for a message: short, on one line, and whatever its `repr` does."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # of an object of the user's
        return f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:60]}…"


def plain(value: Any, kind: Type) -> Any:
    """A value of a column in a form that JSON holds and the preview reads."""
    if value is None:
        return None
    name = kind["kind"]
    if name == "struct":
        return {field["name"]: plain(value[field["name"]], field["type"]) for field in kind["fields"]}
    if name == "list":
        return [plain(each, kind["element"]) for each in value]
    if name == "map":
        return {key: plain(each, kind["value"]) for key, each in value.items()}
    if name == "double" and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if name == "timestamp":
        return value.replace(tzinfo=None).isoformat() + "Z"
    if name == "binary":
        return base64.b64encode(value).decode()
    return str(value) if name in ("long", "decimal", "date") else value
