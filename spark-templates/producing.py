"""Sending records to Kafka and awaiting every acknowledgement."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from confluent_kafka import Producer

    # librdkafka's spelling; as pairs, so that a producer is found again by its settings.
    Settings = tuple[tuple[str, str], ...]

_FLUSH_SECONDS = 20.0


class Undelivered(Exception):
    """Kafka did not acknowledge a record."""


@dataclass
class Record:
    """What is sent. Without a key any partition takes it."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


def deliver(records: list[Record], settings: Settings, *, acks: str = "all") -> dict[int, Any]:
    """Send all and wait. The places of those that were not acknowledged within the time of one attempt, with Kafka's reason or None."""
    from confluent_kafka import KafkaException

    producer, refused = _producer(settings, acks), dict.fromkeys(range(len(records)))

    def delivered(at: int, error: Any, _message: Any) -> None:
        if error is None:
            del refused[at]
        else:
            refused[at] = error

    for at, record in enumerate(records):
        try:
            _produce(producer, record, functools.partial(delivered, at))
        except KafkaException as error:
            refused[at] = error
    producer.flush(_FLUSH_SECONDS)
    return refused


def forget_producers() -> None:
    """Let the next attempt begin with new connections."""
    _producer.cache_clear()


def is_too_large(error: Any) -> bool:
    """Whether Kafka, or the client before it, found a record too large."""
    from confluent_kafka import KafkaError

    if error is None:
        return False
    code = error.args[0].code() if isinstance(error, Exception) else error.code()
    return code in (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_MSG_SIZE)


def _produce(producer: Producer, record: Record, done: Any) -> None:
    headers = [(name, text.encode("utf-8", "replace")) for name, text in record.headers.items()]
    while True:
        try:
            producer.produce(record.topic, record.value, record.key, headers=headers, on_delivery=done)
        except BufferError:
            producer.poll(0.1)  # the queue is full: let deliveries make room
        else:
            producer.poll(0)
            return


@functools.cache
def _producer(settings: Settings, acks: str) -> Producer:
    """The process's one producer with these settings."""
    from confluent_kafka import Producer

    return Producer(
        {
            "enable.idempotence": acks == "all",
            "acks": acks,
            "linger.ms": 5,
            "delivery.timeout.ms": 15_000,
            # A broker that is back is found within a second, instead of ten.
            "reconnect.backoff.max.ms": 1_000,
            "message.max.bytes": 64 * 1024 * 1024,
            # Every client reads gzip; the rest need a codec that kafkajs, for one, does not bring along.
            "compression.type": "gzip",
            # As Java's clients and ingest choose it: a key has one partition, whoever writes it.
            "partitioner": "murmur2_random",
            **dict(settings),
        }
    )
