"""Trying a service again, with a jittered backoff, for a bounded time."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    # service, attempt, message
    Report = Callable[[str, int, str], None]

Result = TypeVar("Result")

PATIENCE_SECONDS = 120.0


class ServiceError(Exception):
    """A service did not answer, or not as it should, for longer than we are patient."""


def insist(
    service: str, action: Callable[[], Result], retriable: tuple[type[BaseException], ...], report: Report, patience: float = PATIENCE_SECONDS
) -> Result:
    """The action's result. A `retriable` error is reported and tried again until `patience` seconds have passed, then raised
    as a ServiceError; after a success that needed more than one attempt, attempt 0 is reported."""
    deadline, attempt = time.monotonic() + patience, 0
    while True:
        try:
            result = action()
        except retriable as error:
            attempt += 1
            pause = min(2.0, 0.2 * 2 ** min(attempt, 8)) * random.uniform(0.5, 1.0)
            report(service, attempt, f"{type(error).__name__}: {str(error)[:300]}")
            if time.monotonic() + pause > deadline:
                raise ServiceError(f"{service}: {type(error).__name__}: {str(error)[:500]}") from error
            time.sleep(pause)
        else:
            if attempt:
                report(service, 0, "")
            return result


def silent(_service: str, _attempt: int, _message: str) -> Any:
    """The report of a process that has nobody to tell."""
