"""Values cut out of a JSON text as they stand there, so that a number keeps its digits. Needs no Spark."""

from __future__ import annotations

import json
import re

_BLANKS = re.compile(r"[ \t\n\r]*")


class NotJson(ValueError):
    """The text is not JSON, or not of the shape that was asked for."""


def _refused(name: str) -> None:
    raise NotJson(f"{name} is not JSON")


# Numbers are only passed over, and as texts they may have any number of digits.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refused)


def value_at(text: str, path: str | None) -> str | None:
    """The value at a dotted path, in which a number names an element of a list; the whole without a path; None where there is none. Raises a NotJson."""
    value: str | None = text.strip(" \t\n\r")
    for step in path.split(".") if path else []:
        if value is None:
            return None
        if value.startswith("["):
            every = elements(value)
            value = every[int(step)] if step.isdecimal() and int(step) < len(every) else None
        else:
            value = members(value).get(step) if value.startswith("{") else None
    return value


def elements(text: str) -> list[str]:
    """The elements of a list. Raises a NotJson."""
    return [value for _, value in _parts(text, "[", "]")]


def members(text: str) -> dict[str, str]:
    """The values of an object by their names; of two of one name the last. Raises a NotJson."""
    return {json.loads(name): value for name, value in _parts(text, "{", "}")}


def _parts(text: str, opening: str, closing: str) -> list[tuple[str, str]]:
    try:
        at = _expected(text, 0, opening)
        parts: list[tuple[str, str]] = []
        at = _blanks(text, at)
        while not text.startswith(closing, at):
            if parts:
                at = _expected(text, at, ",")
            name, at = _named(text, at) if opening == "{" else ("", at)
            value, at = _value(text, at)
            parts.append((name, value))
            at = _blanks(text, at)
        if _blanks(text, at + 1) != len(text):
            raise NotJson("something follows its end")
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, NotJson) else NotJson(str(error).partition(":")[0]) from error
    return parts


def _named(text: str, at: int) -> tuple[str, int]:
    name, at = _value(text, at)
    if not name.startswith('"'):
        raise NotJson("a name is no text")
    return name, _expected(text, at, ":")


def _value(text: str, at: int) -> tuple[str, int]:
    begin = _blanks(text, at)
    _, end = _DECODER.raw_decode(text, begin)
    return text[begin:end], end


def _expected(text: str, at: int, sign: str) -> int:
    at = _blanks(text, at)
    if not text.startswith(sign, at):
        raise NotJson(f"`{sign}` is missing at character {at}")
    return at + 1


def _blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
