"""Runs the functions of `texts/` for a preview, in plain Python: a question a line on standard input, an answer a line on standard output.

Question: `word`, `arguments`, `texts` (text or null). Answer: `results`, one for each text, or `error`. Ends with the input.
"""

from __future__ import annotations

import importlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# As a package of their own: the library around it needs Spark.
sys.path.insert(0, str(Path(__file__).resolve().parent))


@cache
def _prepared(word: str, arguments: str) -> Callable[[str], Any]:
    return importlib.import_module(f"texts.{word}").prepare(**json.loads(arguments))


def answer(line: str) -> dict[str, Any]:
    """The answer to one question."""
    try:
        question = json.loads(line)
        function = _prepared(question["word"], json.dumps(question["arguments"]))
        return {"results": [None if text is None else function(text) for text in question["texts"]]}
    except Exception as error:  # whatever a package may raise: the preview names it
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
