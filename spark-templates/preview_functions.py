"""Runs functions of rows for a preview, in plain Python: a question a line on standard input, an answer a line on standard output.

Question: `word` (`texts.keywords`), `arguments`, `file` (the path of the file that the function is made of, if there is one), `values`. Answer: `outcomes`,
one for each value (`value`, `failed`), or `error`. Ends with the input.
"""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path
from typing import Any


def mount() -> None:
    """Make this folder importable as `stream_job` without what stands in its `__init__`, which needs Spark."""
    package = types.ModuleType("stream_job")
    package.__path__ = [str(Path(__file__).resolve().parent)]
    sys.modules.setdefault("stream_job", package)


def answer(line: str) -> dict[str, Any]:
    """The answer to one question."""
    from stream_job.calling import prepared, reason

    try:
        question = json.loads(line)
        content = Path(question["file"]).read_bytes() if "file" in question else None
        return {"outcomes": prepared(question["word"], json.dumps(question["arguments"]), content)(question["values"])}
    except Exception as error:  # whatever a package may raise: the preview names it
        return {"error": reason(error)}


def main() -> None:
    """Answer until the input ends. What a function prints goes to standard error, and it has no input."""
    questions, answers = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    mount()
    for line in questions:
        answers.write(json.dumps(answer(line)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
