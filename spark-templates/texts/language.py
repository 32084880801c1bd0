"""transform.language: in which of some languages a text is written, by lingua's models."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# More of a text makes the answer no surer.
LONGEST = 10_000


@cache
def _detector(codes: tuple[str, ...]) -> Any:
    """Loaded once in each process: the models of a language take some ten MB."""
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_iso_codes_639_1(*[IsoCode639_1.from_str(code) for code in codes]).build()


def prepare(*, among: list[str], least: float) -> Callable[[str], dict[str, Any]]:
    """The function from a text to `code` (ISO 639-1, null where none can be told or `confidence` is below `least`) and `confidence`, from 0 to 1."""
    detector = _detector(tuple(among))

    def tell(text: str) -> dict[str, Any]:
        found = detector.compute_language_confidence_values(text[:LONGEST])
        # Summed in parallel, so that the last digits differ from one call to the next.
        confidence = round(float(found[0].value), 6) if found else 0.0
        known = confidence > 0 and confidence >= least
        return {"code": found[0].language.iso_code_639_1.name.lower() if known else None, "confidence": confidence}

    return tell
