"""transform.keywords: the terms of a text, by RAKE (Rose, Engel, Cramer and Cowley, "Automatic keyword extraction from individual documents", 2010)."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Words of English that join others and mean little by themselves.
_ENGLISH = frozenset(
    """
    a about above after again against all am an and any are as at be because been before being below between both
    but by can cannot could did do does doing done down during each even ever every few for from further get gets
    getting go goes going got had has have having he her here hers herself him himself his how i if in into is it
    its itself just let like made make many may me might more most much must my myself never no nor not now of off
    on once one only or other our ours ourselves out over own really said same say see shall she should so some
    still such than that the their theirs them themselves then there these they thing things this those through to
    too two under until up upon us use used very was way we well went were what when where which while who whom
    why will with within without would yes yet you your yours yourself yourselves
    """.split()
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_SHORT_FORM = re.compile(r"['’](?:s|t|re|ve|ll|d|m)$")
# More of a text is about nothing else.
LONGEST = 20_000


def prepare(*, most: int, words: int, stop_words: list[str] | None = None) -> Callable[[str], list[str]]:
    """The function from a text to at most `most` terms of at most `words` words, the weightiest first, in lower case."""
    stops = _ENGLISH | {word.casefold() for word in stop_words or []}

    def terms(text: str) -> list[str]:
        phrases = [phrase for phrase in _phrases(_LINK.sub(" . ", text[:LONGEST]).lower(), stops) if len(phrase) <= words]
        often: Counter[str] = Counter(word for phrase in phrases for word in phrase)
        together: Counter[str] = Counter()
        for phrase in phrases:
            for word in phrase:
                together[word] += len(phrase)
        # Summed in the order of the words, so that the same text has the same order everywhere.
        weights = {phrase: sum(together[word] / often[word] for word in phrase) for phrase in phrases}
        ordered = sorted(weights, key=lambda phrase: (-weights[phrase], " ".join(phrase)))
        return [" ".join(phrase) for phrase in ordered[:most]]

    return terms


def _phrases(text: str, stops: frozenset[str]) -> list[tuple[str, ...]]:
    """Runs of words between stop words and punctuation. Numbers and single letters part them too."""
    phrases: list[tuple[str, ...]] = []
    run: list[str] = []
    for token in [*_TOKEN.findall(text), "."]:
        word = _SHORT_FORM.sub("", token)
        if len(word) > 1 and not word.isnumeric() and word[0].isalnum() and word.casefold() not in stops and token.casefold() not in stops:
            run.append(word)
        elif run:
            phrases.append(tuple(run))
            run = []
    return phrases
