"""When a query has nothing more to send: windows that the watermark has passed are sent in a batch without rows, behind the last one that had some."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql.streaming import StreamingQuery

# What Spark says of itself after it has looked for another batch, one without rows too, and found none.
_IDLE = "Waiting for data to arrive"
_LOOK_EVERY_SECONDS = 0.02
# A batch without rows writes no more than one with some, and that one has been waited for.
_PATIENCE_SECONDS = 300.0


def wait_until_settled(query: Callable[[], StreamingQuery | None]) -> None:
    """Return when the query that runs now is idle, when there is none any more, or when patience is over."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        handle = query()
        if handle is None or handle.status["message"] == _IDLE:
            return
        time.sleep(_LOOK_EVERY_SECONDS)
