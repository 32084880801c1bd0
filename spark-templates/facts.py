"""What Kafka knows of a record beside its value, as columns: `timestamp`, `key`, `partition`, `offset`, `topic` and `header.NAME`.

A key or a header is bytes to Kafka and text here: null where the record has none, of several headers of one name the last. A record of which it is not
UTF-8 is refused, since who asks for it could not tell such bytes from none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column

# Which text of a record is none, in words; null where all are.
NO_TEXT = "__no_text"


@dataclass(frozen=True)
class Fact:
    """A fact by its name in the spec, over the columns of Spark's Kafka source."""

    name: str

    @property
    def header(self) -> str | None:
        """The name of the header."""
        return self.name.removeprefix("header.") if self.name.startswith("header.") else None

    @property
    def is_text(self) -> bool:
        """Whether it is bytes that must be UTF-8."""
        return self.name == "key" or self.header is not None

    def value(self) -> Column:
        """The value of the column."""
        return F.when(F.is_valid_utf8(self._bytes().cast("string")), self._bytes().cast("string")) if self.is_text else F.col(self.name)

    def fault(self) -> Column:
        """Says in words that it is no text, or null."""
        what = "the key" if self.header is None else f"the header `{self.header}`"
        return F.when(~F.is_valid_utf8(self._bytes().cast("string")), F.lit(f"{what} is not valid UTF-8"))

    def _bytes(self) -> Column:
        if self.header is None:
            return F.col("key")
        named = F.filter(F.col("headers"), lambda each: each.getField("key") == F.lit(self.header))
        return F.try_element_at(named, F.lit(-1)).getField("value")


def no_text(facts: dict[str, Fact]) -> list[Column]:
    """The column `__no_text`, where there is any text."""
    faults = [fact.fault() for fact in facts.values() if fact.is_text]
    return [F.coalesce(*faults).alias(NO_TEXT)] if faults else []
