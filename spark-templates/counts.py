"""What became of the rows of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Counts:
    """What became of the rows of a batch, or of one partition of it."""

    written: int = 0
    repeats: int = 0
    # Rows that stand for the end of a document.
    deleted: int = 0
    dead: dict[str, dict[str, int]] = field(default_factory=dict)
    # The rows that a sink tells the user, their cells as text.
    shown: list[list[str | None]] = field(default_factory=list)
    # Some records are larger than LIGHT_RECORD.
    heavy: bool = False
    # A heavy row was met by a process that had been promised none: it stopped there.
    unfinished: bool = False
    # How often Spark computed the batch: its own metrics add up over the passes.
    passes: int = 1

    def bury(self, node: str, code: str) -> None:
        """Count one dead letter."""
        codes = self.dead.setdefault(node, {})
        codes[code] = codes.get(code, 0) + 1

    def add(self, other: Counts) -> None:
        """Take the other's counts in."""
        self.written += other.written
        self.repeats += other.repeats
        self.deleted += other.deleted
        self.shown += other.shown
        self.heavy = self.heavy or other.heavy
        self.unfinished = self.unfinished or other.unfinished
        for node, codes in other.dead.items():
            mine = self.dead.setdefault(node, {})
            for code, rows in codes.items():
                mine[code] = mine.get(code, 0) + rows

    def after(self, before: Counts) -> Counts:
        """These counts as if the pass before, which was given up, had not been: what it wrote was found again, by a sink that finds things."""
        found = min(before.written, self.repeats)
        self.written, self.repeats = self.written + found, self.repeats - found
        self.passes += before.passes
        return self
