"""Tables of lookups: files which are replaced as a whole and which every Python worker keeps in its memory.

A line is one row: a JSON list of its values as texts, in the order of the table's columns. A key is the texts of its values.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

Values = list[str | None]
Key = tuple[str | None, ...]


def table_path(node: str) -> Path:
    """Where the table of a node stands: in the folder TABLES, without it in `tables`. Spark's workers on other machines must see it."""
    return Path(os.environ.get("TABLES") or "tables", f"{node}.ndjson").resolve()


@cache
def kept_table(path: str, key: tuple[int, ...]) -> KeptTable:
    """The process's one copy of a table. `key`: the places of its key among its columns."""
    return KeptTable(path, key)


class KeptTable:
    """A table as it stood in its file when it was last asked for."""

    def __init__(self, path: str, key: tuple[int, ...]) -> None:
        self._path, self._key = path, key
        self._mark: Any = None
        self._rows: dict[Key, Values] = {}

    def rows(self) -> dict[Key, Values]:
        """Key → row. Reads the file where it is another than the last time."""
        with open(self._path, encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            if mark != self._mark:
                rows = (json.loads(line) for line in file)
                self._rows, self._mark = {tuple(row[at] for at in self._key): row for row in rows}, mark
        return self._rows
