"""Calls a function of a row value by value, in Spark's workers and in a preview alike: where it fails, the row fails and nothing else. Needs no Spark."""

from __future__ import annotations

import importlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What an exception says may be the whole of what it was given.
LONGEST = 500


class Outcome(TypedDict):
    """What came of one value; `failed` says why nothing did, and is null where something did."""

    value: Any
    failed: str | None


@cache
def prepared(word: str, arguments: str) -> Callable[[str], Any]:
    """The function `texts.<word>`, made ready with its arguments (JSON): once in each process, so that a model is loaded once."""
    return importlib.import_module(f"stream_job.texts.{word}").prepare(**json.loads(arguments))


def outcomes(function: Callable[[Any], Any], values: Iterable[Any]) -> list[Outcome]:
    """What the function makes of each value; null of null."""
    return [{"value": None, "failed": None} if value is None else outcome(function, value) for value in values]


def outcome(function: Callable[[Any], Any], value: Any) -> Outcome:
    """What the function makes of a value, or what it raised."""
    try:
        return {"value": function(value), "failed": None}
    except (Exception, SystemExit) as error:  # whatever a function may raise: it is of this row alone
        return {"value": None, "failed": reason(error)}


def reason(error: BaseException) -> str:
    """An exception on one line."""
    try:
        said = " ".join(str(error).split())
    except Exception:  # an exception of somebody else's may fail to say what it is
        said = ""
    return f"{type(error).__name__}: {said}"[:LONGEST] if said else type(error).__name__
