"""Functions that tests call for each row."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Share:
    """A part of something."""

    of: float

    def cut(self, parts: int) -> float:
        return self.of / parts


def share(total: float, parts: int | None, at: datetime | None) -> dict:
    """The share of each part, and a text of the wrong type where there is one part alone."""
    if parts is None:
        return {"share": None, "later": None, "told": {"words": ["nobody"], "by": {}}}
    each = "all of it" if parts == 1 else Share(total).cut(parts)
    later = None if at is None else at + timedelta(hours=1)
    return {"share": each, "later": later, "told": {"words": [f"{parts} parts"], "by": {"parts": parts}}}


def _hidden() -> None:
    pass
