"""How many rows a batch will read, looked up in its checkpoint before it runs."""

from __future__ import annotations

import json
from pathlib import Path


def planned_rows(checkpoint: str, batch_id: int) -> int | None:
    """The source rows of a batch that Spark has planned, None where the checkpoint is not a local folder or says nothing."""
    if "://" in checkpoint and not checkpoint.startswith("file://"):
        return None
    folder = Path(checkpoint.removeprefix("file://"))
    try:
        ends = _batch_offsets(folder, batch_id)
        starts = _batch_offsets(folder, batch_id - 1) if batch_id else _initial_offsets(folder, len(ends))
    except (OSError, ValueError):
        return None
    return sum(_rows(start, end) for start, end in zip(starts, ends))


def _batch_offsets(folder: Path, batch_id: int) -> list[dict[str, dict[str, int]]]:
    """Version, metadata, then a line per source."""
    lines = (folder / "offsets" / str(batch_id)).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines[2:] if line.startswith("{")]


def _initial_offsets(folder: Path, sources: int) -> list[dict[str, dict[str, int]]]:
    found = []
    for source in range(sources):
        text = (folder / "sources" / str(source) / "0").read_text("utf-8")
        found.append(json.loads(text[text.index("{") :]))
    return found


def _rows(start: dict[str, dict[str, int]], end: dict[str, dict[str, int]]) -> int:
    return sum(stop - start.get(topic, {}).get(part, 0) for topic, parts in end.items() for part, stop in parts.items())
