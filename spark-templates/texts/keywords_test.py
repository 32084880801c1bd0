"""The terms of texts by themselves."""

from __future__ import annotations

import unittest

from stream_job.texts.keywords import prepare


class KeywordsTest(unittest.TestCase):
    """Needs no Spark."""

    def test_terms(self) -> None:
        terms = prepare(most=5, words=3)
        for text, wanted in (
            ("The checkout queue was awful, and the checkout staff was rude.", ["checkout queue", "checkout staff", "awful", "rude"]),
            ("It's the store's 3 BEST deals: https://a.b/c best deals!", ["best deals", "store"]),
            ("Größe und Café, naïve", ["größe und café", "naïve"]),
            ("one two three four five", ["three four five"]),
            ("", []),
            ("!!! 123 😍 a", []),
        ):
            with self.subTest(text):
                self.assertEqual(terms(text), wanted)

    def test_settings(self) -> None:
        text = "new garden chairs, garden chairs of steel, chairs"
        self.assertEqual(prepare(most=2, words=3)(text), ["new garden chairs", "garden chairs"])
        self.assertEqual(prepare(most=9, words=1)(text), ["chairs", "steel"])
        self.assertEqual(prepare(most=1, words=2, stop_words=["Chairs"])(text), ["new garden"])

    def test_long_texts(self) -> None:
        for text in ("word " * 50_000, "a'" * 50_000, "x-" * 50_000, "." * 100_000, "www." * 30_000):
            with self.subTest(text[:4]):
                self.assertLessEqual(len(prepare(most=5, words=3)(text)), 5)
