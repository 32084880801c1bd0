"""Dead letters: a Kafka record per refused row, acknowledged before the batch returns."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stream_job.producing import Record, Undelivered, deliver, forget_producers, is_too_large
from stream_job.retrying import insist

if TYPE_CHECKING:
    from stream_job.retrying import Report


@dataclass(frozen=True)
class Origin:
    """Which pipeline and query the letters come from, and where they go."""

    pipeline: str
    spec: str
    topic: str
    # librdkafka's spelling; as pairs, so that a producer is found again by its settings.
    settings: tuple[tuple[str, str], ...]


@dataclass
class Letter:
    """One dead letter, ready to send."""

    key: str
    value: bytes | None
    node: str
    code: str
    headers: dict[str, str] = field(default_factory=dict)


def record_letter(record: dict[str, Any], node: str, code: str, message: str, element: str | None = None) -> Letter:
    """A refused row that still knows its Kafka record (`topic`, `partition`, `offset`, `timestamp`, `value`), and which `element` of it it is."""
    place = {"topic": record["topic"], "partition": str(record["partition"]), "offset": str(record["offset"])}
    if record["timestamp"] is not None:
        place["timestamp"] = _text(record["timestamp"])
    headers = {f"__connect.errors.{name}": text for name, text in place.items()}
    key = f"{node}|{record['topic']}|{record['partition']}|{record['offset']}"
    if element is not None:
        key, headers["engine.element"] = f"{key}|{element}", element
    return Letter(key, record["value"], node, code, {**headers, **_reason(node, code, message)})


def derived_letter(row: dict[str, Any], key: dict[str, Any], batch: int, node: str, code: str, message: str) -> Letter:
    """A refused row below an aggregate: its JSON, keyed by its key columns, so that a replay repeats the same letter."""
    digest = hashlib.sha1(json.dumps(key, default=_text, ensure_ascii=False).encode()).hexdigest()
    value = json.dumps(row, default=_text, ensure_ascii=False).encode()
    headers = {**_reason(node, code, message), "engine.batch": str(batch)}
    return Letter(f"{node}|derived|{digest}", value, node, code, headers)


def _text(value: Any) -> str:
    """A value that JSON has no form for; times in UTC."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds") + "Z"
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _reason(node: str, code: str, message: str) -> dict[str, str]:
    return {"__connect.errors.stage": node, "__connect.errors.class.name": code, "__connect.errors.exception.message": message}


def send(letters: list[Letter], origin: Origin, report: Report) -> None:
    """Send all and await every acknowledgement; what fails is sent again, bounded, then a ServiceError is raised."""
    pending = list(letters)

    def attempt() -> None:
        pending[:] = _unacknowledged(pending, origin)
        # Those that were too large have been cut: that is no trouble of the service's.
        if pending and all(_is_cut(letter) for letter in pending):
            pending[:] = _unacknowledged(pending, origin)
        if pending:
            forget_producers()
            raise Undelivered(f"{len(pending)} dead letters were not acknowledged by {origin.topic}")

    if pending:
        insist("kafka", attempt, (Undelivered,), report)


def _unacknowledged(letters: list[Letter], origin: Origin) -> list[Letter]:
    """The letters that Kafka did not take within the time of one attempt; those that it found too large are cut."""
    extra = {"engine.pipeline": origin.pipeline, "engine.spec": origin.spec}
    records = [Record(origin.topic, letter.key.encode("utf-8", "replace"), letter.value, {**letter.headers, **extra}) for letter in letters]
    refused = deliver(records, origin.settings)
    return [_shortened(letters[at]) if is_too_large(error) else letters[at] for at, error in refused.items()]


def _shortened(letter: Letter) -> Letter:
    """A record that the dead-letter topic cannot take whole: its head, with its length and hash, as ingest does it."""
    value = letter.value or b""
    if _is_cut(letter):
        return letter
    marks = {"engine.length": str(len(value)), "engine.sha256": hashlib.sha256(value).hexdigest()}
    return replace(letter, value=value[:65_536], headers={**letter.headers, **marks})


def _is_cut(letter: Letter) -> bool:
    return "engine.sha256" in letter.headers
