"""Tables of lookups: files which are replaced as a whole and which every Python worker keeps in its memory.

A line is one row: a JSON list of its values as texts, in the order of the table's columns. A key is the texts of its values. Of a key whose row cannot be
used the line is an object: `key`, `code` and `message`.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Values = list[str | None]
Key = tuple[str | None, ...]


class Broken(NamedTuple):
    """Why the row of a key cannot be used: the rows that find it are dead letters."""

    code: str
    message: str


def table_path(node: str) -> Path:
    """Where the table of a node stands: in the folder TABLES, without it in `tables`. Spark's workers on other machines must see it."""
    return Path(os.environ.get("TABLES") or "tables", f"{node}.ndjson").resolve()


def table_text(rows: Mapping[Key, Values | Broken]) -> str:
    """The content of a table's file."""
    return "".join(json.dumps({"key": key, **row._asdict()} if isinstance(row, Broken) else row) + "\n" for key, row in rows.items())


@cache
def kept_table(path: str, key: tuple[int, ...]) -> KeptTable:
    """The process's one copy of a table. `key`: the places of its key among its columns."""
    return KeptTable(path, key)


class KeptTable:
    """A table as it stood in its file when it was last asked for."""

    def __init__(self, path: str, key: tuple[int, ...]) -> None:
        self._path, self._key = path, key
        self._mark: Any = None
        self._rows: dict[Key, Values | Broken] = {}

    def rows(self) -> dict[Key, Values | Broken]:
        """Key → row. Reads the file where it is another than the last time."""
        with open(self._path, encoding="utf-8") as file:
            found = os.fstat(file.fileno())
            mark = (found.st_ino, found.st_mtime_ns, found.st_size)
            if mark != self._mark:
                self._rows, self._mark = dict(self._row(json.loads(line)) for line in file), mark
        return self._rows

    def _row(self, line: Any) -> tuple[Key, Values | Broken]:
        if isinstance(line, dict):
            return tuple(line["key"]), Broken(line["code"], line["message"])
        return tuple(line[at] for at in self._key), line
