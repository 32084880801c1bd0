"""From the rows' requests to the rows' answers: one request a row or for several rows, each answer told apart and kept. Needs no Spark."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from stream_job.asking import Asker, Away, Endpoint, Refused
from stream_job.json_slices import NotJson, elements, members, value_at
from stream_job.unreadable import UNKNOWN, explain

if TYPE_CHECKING:
    from collections.abc import Iterable

# What came of a row's request, where it is not an answer.
REFUSED, UNREADABLE, AWAY = "http/refused", "http/unreadable", "http/away"
# An answer that is longer is not kept.
_LONGEST_KEPT = 65_536


class Unanswered(Exception):
    """A row has no answer, and its node goes on for none without one."""


class Request(NamedTuple):
    """What a row asks."""

    url: str
    body: str | None


class Outcome(NamedTuple):
    """What came of it. `answer`: a JSON object of the new columns. `message` beside an answer: what is wrong with it, should Spark not take it."""

    answer: str | None
    code: str | None
    message: str | None


@dataclass(frozen=True)
class Questions:
    """How rows ask, and what is read of the answers. Travels to the workers."""

    node: str
    endpoint: Endpoint
    # Rows in one request; more than one: their bodies are a list, and so are their answers.
    batch: int
    # Where in the answer that of the row stands, or the list of them.
    answer: str | None
    # The field of the body that comes back in the answer of its row; None where they stand in the same order.
    key: str | None
    # New column → where in a row's answer it stands.
    paths: tuple[tuple[str, str], ...]
    # The type of the new columns, in Spark's JSON form, and the units of its times.
    schema: str
    units: tuple[tuple[str, str], ...]
    # Answers that are kept and for how many seconds, or None.
    kept: tuple[int, float] | None
    # Codes at which nothing more is asked.
    fatal: frozenset[str]


@cache
def desk_of(questions: Questions) -> Desk:
    """The one desk of this process for such questions: its connection, its answers and its pace last as long as the worker."""
    return Desk(questions)


class Desk:
    """Answers the rows of one process."""

    def __init__(self, questions: Questions) -> None:
        from cachetools import TTLCache

        self._asked = questions
        self._asker = Asker(questions.endpoint)
        self._schema, self._units = json.loads(questions.schema), dict(questions.units)
        size, seconds = questions.kept or (0, 1.0)
        self._kept: Any = TTLCache(size, seconds)

    def outcomes(self, requests: list[Request | None]) -> list[Outcome | None]:
        """What came of each; equal ones are asked once. Raises an Unanswered where the code is a fatal one."""
        wanted = dict.fromkeys(each for each in requests if each is not None)
        known: dict[Request, Outcome] = {each: kept for each in wanted if (kept := self._kept.get(each)) is not None}
        for chunk in _chunks([each for each in wanted if each not in known], self._asked.batch):
            known.update(self._answered(chunk))
        return [None if each is None else known[each] for each in requests]

    def _answered(self, chunk: list[Request]) -> dict[Request, Outcome]:
        try:
            _check(chunk[0].url)
            found = dict(zip(chunk, self._outcomes_of(chunk)))
        except Refused as error:
            if len(chunk) > 1:
                # Halves, until the row at fault is alone.
                middle = len(chunk) // 2
                return {**self._answered(chunk[:middle]), **self._answered(chunk[middle:])}
            found = {chunk[0]: Outcome(None, REFUSED, str(error))}
        except Away as error:
            found = dict.fromkeys(chunk, Outcome(None, AWAY, str(error)))
        except NotJson as error:
            found = dict.fromkeys(chunk, Outcome(None, UNREADABLE, f"the answer: {error}"))
        for request, outcome in found.items():
            self._keep(request, outcome)
        return found

    def _keep(self, request: Request, outcome: Outcome) -> None:
        if outcome.code in self._asked.fatal:
            raise Unanswered(f"{self._asked.node}: {outcome.code}: {outcome.message}")
        is_right = outcome.answer is not None and outcome.message is None
        if is_right and self._asked.kept and len(outcome.answer or "") <= _LONGEST_KEPT:
            self._kept[request] = outcome

    def _outcomes_of(self, chunk: list[Request]) -> list[Outcome]:
        is_one = self._asked.batch == 1
        body = chunk[0].body if is_one else "[" + ",".join(each.body or "null" for each in chunk) + "]"
        text = value_at(self._asker.ask(chunk[0].url, body), self._asked.answer)
        if text is None:
            raise NotJson(f"nothing stands at `{self._asked.answer}`")
        if is_one:
            return [self.outcome(text)]
        if self._asked.key is not None:
            return self._by_key(chunk, elements(text), self._asked.key)
        every = elements(text)
        if len(every) != len(chunk):
            raise NotJson(f"{len(every)} answers for {len(chunk)} rows")
        return [self.outcome(each) for each in every]

    def _by_key(self, chunk: list[Request], every: list[str], key: str) -> list[Outcome]:
        answers = {_same(value_at(each, key)): each for each in every}
        keys = [_same(members(each.body or "{}").get(key)) for each in chunk]
        missing = Outcome(None, UNREADABLE, f"no answer has the row's `{key}`")
        return [self.outcome(answers[each]) if each in answers else missing for each in keys]

    def outcome(self, text: str) -> Outcome:
        """What an answer to one row says."""
        if text != "null" and not text.startswith(("{", "[")):
            return Outcome(None, UNREADABLE, f"the answer is no JSON object: {text[:200]}")
        try:
            found = [(name, value_at(text, path)) for name, path in self._asked.paths]
        except NotJson as error:
            return Outcome(None, UNREADABLE, f"the answer is no JSON object: {error}")
        answer = "{" + ",".join(f"{json.dumps(name)}:{value}" for name, value in found if value is not None) + "}"
        why = explain(answer.encode("utf-8", "replace"), self._schema, self._units)
        return Outcome(answer, None, None if why == UNKNOWN else why[1])


def url_of(template: str, values: Iterable[str]) -> str:
    """The address, in which each `{column}` is the next of the values, percent-encoded."""
    rest = iter(values)
    return re.sub(r"\{[^{}]+\}", lambda _: quote(next(rest), safe=""), template)


def _check(url: str) -> None:
    # A client resolves such steps, encoded or not, and would ask for another path than the one that is written.
    if any(step in (".", "..") for step in re.split(r"[?#]", url)[0].split("/")):
        raise Refused("a value of `.` or `..` would lead to another path")


def _chunks(requests: list[Request], size: int) -> Iterable[list[Request]]:
    return (requests[at : at + size] for at in range(0, len(requests), size))


def _same(value: str | None) -> str | None:
    """A key as written in one way only."""
    return None if value is None else json.dumps(json.loads(value), sort_keys=True)
