"""What the job tells on standard output: one JSON object a line, and nothing else ever."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any

_lock = threading.Lock()
_out = None


def claim_output() -> None:
    """Keep standard output for events: whatever else prints goes to standard error from here on."""
    global _out
    if _out is None:
        sys.stdout.flush()
        _out = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)


def emit(event: str, **fields: Any) -> None:
    """Write one event and flush it."""
    line = json.dumps({"event": event, **fields}, ensure_ascii=False, separators=(",", ":"), default=str) + "\n"
    with _lock:
        out = _out or sys.stdout
        out.write(line)
        out.flush()
