"""Calls a function of rows, in Spark's workers and in a preview alike: where it fails for a row, that row fails and no other. Needs no Spark."""

from __future__ import annotations

import importlib
import json
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable

# What an exception says may be the whole of what it was given.
LONGEST = 500


class Told(Exception):
    """A failure whose text says all there is to say."""


class Outcome(TypedDict):
    """What came of one value; `failed` says why nothing did, and is null where something did."""

    value: Any
    failed: str | None


@cache
def prepared(word: str, arguments: str, content: bytes | None = None) -> Callable[[list[Any]], list[Outcome]]:
    """What comes of each of some values, null of null, by the function `word` (`texts.keywords`): the outcomes.

    It is made ready with its arguments (JSON), and with the content of its file where it has one: once in each process, so that a model is loaded once.
    Raises whatever making it ready raises.
    """
    module = importlib.import_module(f"stream_job.{word}")
    function = module.prepare(**json.loads(arguments), **({} if content is None else {"content": content}))
    return partial(batch_outcomes if getattr(module, "BATCHES", False) else outcomes, function)


def outcomes(function: Callable[[Any], Any], values: list[Any]) -> list[Outcome]:
    """By a function of one value."""
    return [{"value": None, "failed": None} if value is None else outcome(function, value) for value in values]


def batch_outcomes(function: Callable[[list[Any]], list[Any]], values: list[Any]) -> list[Outcome]:
    """By a function of many values, which is asked about each alone where it fails for all."""
    there = [value for value in values if value is not None]
    try:
        results = iter(function(there) if there else [])
    except Exception:  # of which row is found out one by one
        return outcomes(lambda value: function([value])[0], values)
    return [{"value": None if value is None else next(results), "failed": None} for value in values]


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
    named = said if isinstance(error, Told) else f"{type(error).__name__}: {said}"
    return named[:LONGEST] if said else type(error).__name__
