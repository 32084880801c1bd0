"""Which batches this process has begun: a sink that must find what an attempt before has written looks only where there may have been one."""

from __future__ import annotations

_begun: dict[str, int] = {}


def may_be_repeated(sink: str, batch_id: int) -> bool:
    """Whether an attempt at the batch may have been made before. Asked once for each attempt, by the driver."""
    last = _begun.get(sink)
    _begun[sink] = batch_id
    return last is None or batch_id <= last


def forget() -> None:
    """Begin as a new process does."""
    _begun.clear()
