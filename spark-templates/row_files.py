"""Files of rows: written beside, and renamed into place when they are complete and on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

# Bytes of a folder's name that file systems take.
_LONGEST_NAME = 255
# What Hive, and Spark with it, writes as `%2F` in the name of a folder.
_ESCAPED = {code: f"%{code:02X}" for code in [*range(0x20), *map(ord, "\"#%'*/:=?\\\x7f{[]^")]}
_NOTHING = "__HIVE_DEFAULT_PARTITION__"
# Parquet files that are open at once; the one that was used longest ago makes way.
_MOST_OPEN = 64


def folder_of(names: Sequence[str], values: Sequence[Any]) -> str | None:
    """The relative folder of a row: `region=North/day=2026-01-05`, None where a part of it is too long."""
    parts = [f"{name.translate(_ESCAPED)}={_text(value)}" for name, value in zip(names, values)]
    return None if any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts) else "/".join(parts)


def _text(value: Any) -> str:
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).translate(_ESCAPED)


def remove_files(folder: Path, name: str) -> None:
    """Remove every file below the folder whose name begins so, unfinished ones too."""
    for pattern in (f"{name}*", f".{name}*"):
        for file in folder.rglob(pattern):
            file.unlink(missing_ok=True)


class RowFiles:
    """The files of one task: one in each folder, or more of Parquet where it has many folders. Nobody sees them before `publish`."""

    def __init__(self, root: Path, name: str, format: str) -> None:
        self._root, self._name, self._format = root, name, format
        # Folder → its Parquet file that is open, the one used last at the end.
        self._open: dict[str, Any] = {}
        # In the order in which they were begun.
        self._written: dict[Path, None] = {}

    def write(self, folder: str, rows: pa.RecordBatch) -> None:
        """Append the rows to the folder's file. For NDJSON they have one column, their JSON."""
        if self._format == "ndjson":
            lines = "".join(f"{line}\n" for line in rows.column(0).to_pylist())
            path = self._root / folder / f"{self._name}.ndjson"
            # A task that Spark tries again must not go on behind what the one before had written.
            with self._unfinished(path).open("ab" if path in self._written else "wb") as file:
                file.write(lines.encode("utf-8", "replace"))
            self._written[path] = None
            return
        writer = self._open.pop(folder, None) or self._new_writer(folder, rows.schema)
        writer.write_batch(rows)
        self._open[folder] = writer
        if len(self._open) > _MOST_OPEN:
            self._open.pop(next(iter(self._open))).close()

    def publish(self) -> None:
        """Put every file on the disk and give it its name."""
        for writer in self._open.values():
            writer.close()
        for path in self._written:
            unfinished = self._unfinished(path)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            unfinished.replace(path)

    def _new_writer(self, folder: str, schema: pa.Schema) -> Any:
        from pyarrow.parquet import ParquetWriter

        path = self._root / folder / f"{self._name}.{len(self._written)}.parquet"
        self._written[path] = None
        return ParquetWriter(self._unfinished(path), schema)

    def _unfinished(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_name(f".{path.name}")
