"""transform.sentiment: how a text feels, by VADER's lexicon and rules. For English; made for short texts of social media."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# VADER compares words with words: a text of any length would take the square of it.
LONGEST = 10_000


@cache
def _analyzer() -> Any:
    """Read once in each process: the lexicon has 7,500 entries."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def prepare(*, neutral: float) -> Callable[[str], dict[str, Any]]:
    """The function from a text to `label` (positive, neutral, negative) and `score`, VADER's compound from -1 to 1.

    `neutral`: scores closer to 0 than this are neutral. Of a longer text the first `LONGEST` characters count.
    """
    analyzer = _analyzer()

    def judge(text: str) -> dict[str, Any]:
        score = float(analyzer.polarity_scores(text[:LONGEST])["compound"])
        label = "positive" if score >= neutral else "negative" if score <= -neutral else "neutral"
        return {"label": label, "score": score}

    return judge
