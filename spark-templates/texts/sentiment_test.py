"""The sentiment of texts by itself: signs, the border of what is neutral, and texts that are hard to read."""

from __future__ import annotations

import importlib.util
import unittest

from stream_job.texts.sentiment import prepare


@unittest.skipUnless(importlib.util.find_spec("vaderSentiment"), "needs the packages of transform.sentiment")
class SentimentTest(unittest.TestCase):
    """Needs no Spark."""

    def test_signs(self) -> None:
        judge = prepare(neutral=0.05)
        for text, label in (
            ("Love it, great prices and friendly staff! 😍", "positive"),
            ("Terrible, awful and rude. Never again.", "negative"),
            ("Does the store open on Sunday?", "neutral"),
            ("", "neutral"),
        ):
            with self.subTest(text):
                self.assertEqual(judge(text)["label"], label)

    def test_the_border_is_part_of_what_has_a_sign(self) -> None:
        score = prepare(neutral=0.05)("good")["score"]
        self.assertEqual(prepare(neutral=score)("good")["label"], "positive")
        self.assertEqual(prepare(neutral=score + 0.001)("good")["label"], "neutral")

    def test_no_text_fails_or_takes_long(self) -> None:
        judge = prepare(neutral=0.05)
        for text in ("\x00", "!" * 100_000, "not " * 100_000, "😡" * 100_000, "\u202e", "but " * 5000):
            with self.subTest(text[:5]):
                self.assertTrue(-1 <= judge(text)["score"] <= 1)
