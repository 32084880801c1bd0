"""Why a query failed, for people. Needs no Spark."""

from __future__ import annotations

import re

from stream_job.answers import Unanswered

# What a Python worker raised stands behind its frames, which fill a message by themselves.
_RAISED = re.compile(r"Traceback \(most recent call last\):\n(?:[ \t].*\n)+(?:[\w.]+\.)?(\w+): (.*)$", re.MULTILINE)


def told_failure(own: BaseException | None, error: str) -> dict[str, str]:
    """`type` and `message`: what a worker raised, `own`, an exception of ours where it was one, else the root of what Spark says in `error`."""
    raised = _RAISED.findall(str(own or error))
    if raised:
        kind, message = raised[-1]
        return {"type": kind, "message": message[:1000]}
    if own is not None:
        # py4j puts what the JVM said behind its own first line, and Java's frames behind that.
        lines = [line for line in str(own).splitlines() if not line.startswith(("\tat ", "An error occurred while calling"))]
        return {"type": type(own).__name__, "message": " ".join(lines)[:1000].lstrip(": ")}
    causes = [line.strip()[len("Caused by: ") :] for line in error.splitlines() if line.strip().startswith("Caused by: ")]
    root = causes[-1] if causes else error.strip().splitlines()[0]
    kind, _, message = root.partition(": ")
    return {"type": kind.rsplit(".", 1)[-1], "message": message[:1000]}


def missed_service(kind: str, error: str) -> str | None:
    """The service that a failure of this type speaks of, if it speaks of one."""
    if kind == Unanswered.__name__:
        return "http"
    return "kafka" if "kafka" in error.lower() else None
