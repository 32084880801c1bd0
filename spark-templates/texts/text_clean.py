"""transform.text_clean: one text made plain. Needs no Spark, takes time in proportion to the text, and fails for no text."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# A tag, or the begin of a comment; `a < b` and `<3` are neither.
_MARKUP = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[\s/][^<>]*)?>")
# What begins here ends there and is no text of the page; a comment has no name.
_UNSEEN = {
    "": re.compile("-->"),
    "script": re.compile("</script[^>]*>?", re.IGNORECASE),
    "style": re.compile("</style[^>]*>?", re.IGNORECASE),
}
# These stand inside of a word; any other tag parts words.
_INLINE = frozenset("a abbr b bdi bdo cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr".split())

_LINK = re.compile(r"(?<!\w)(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_BEHIND_LINK = ".,;:!?'’)]}"
_MENTION = re.compile(r"(?<![\w@/])(?:@\w+|/?u/[A-Za-z0-9_-]+)")
_PICTURE = "[\u231a-\u23ff\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
# With what joins and colours pictures, flags of regions, and keys such as 1️⃣. A joiner elsewhere is part of words in some scripts.
_EMOJI = re.compile(
    rf"{_PICTURE}[\ufe0e\ufe0f\U000e0020-\U000e007f]*(?:\u200d{_PICTURE}[\ufe0e\ufe0f]*)*|[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae\u2122]\ufe0f"
)
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True)
class Cleaning:
    """What is done to a text, in this order; each by its own switch."""

    html: bool = False
    unicode: bool = False
    links: bool = False
    mentions: bool = False
    emoji: bool = False
    case: str = "keep"
    # Case folded.
    stop_words: frozenset[str] = frozenset()
    whitespace: bool = False

    def __call__(self, text: str) -> str:
        """The text, cleaned."""
        if self.html:
            text = html.unescape(_without_tags(text))
        if self.unicode:
            text = unicodedata.normalize("NFC", text)
        if self.links:
            text = _LINK.sub(_end_of_sentence, text)
        if self.mentions:
            text = _MENTION.sub("", text)
        if self.emoji:
            text = _EMOJI.sub("", text)
        if self.case != "keep":
            text = text.lower() if self.case == "lower" else text.upper()
        if self.stop_words:
            text = _WORD.sub(lambda word: "" if word[0].casefold() in self.stop_words else word[0], text)
        return " ".join(text.split()) if self.whitespace else text


def prepare(*, stop_words: list[str] | None = None, **switches: bool | str) -> Callable[[str], str]:
    """The function that cleans a text; `switches` are those of `Cleaning`."""
    return Cleaning(stop_words=frozenset(word.casefold() for word in stop_words or []), **switches)  # type: ignore[arg-type]


def _without_tags(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (markup := _MARKUP.search(text, at)) is not None:
        kept.append(text[at : markup.start()])
        name = (markup[2] or "").lower()
        if name not in _INLINE:
            kept.append(" ")
        end = None if markup[1] else _UNSEEN.get(name)
        found = None if end is None else end.search(text, markup.end())
        # Without an end nothing more is seen, as a browser reads it.
        at = markup.end() if end is None else len(text) if found is None else found.end()
    return "".join([*kept, text[at:]])


def _end_of_sentence(link: re.Match[str]) -> str:
    """What stands behind a link and is no part of it: `(see https://a.b).` keeps its `).`"""
    return link[0][len(link[0].rstrip(_BEHIND_LINK)) :]
