"""Cleaning one text: each switch by itself, all together, and texts that are made to take long."""

from __future__ import annotations

import unittest

from stream_job.texts.text_clean import Cleaning

ALL = Cleaning(
    html=True, unicode=True, links=True, mentions=True, emoji=True, case="lower", stop_words=frozenset(["the", "don't"]), whitespace=True
)


class TextCleaningTest(unittest.TestCase):
    """Needs no Spark."""

    def check(self, cleaning: Cleaning, *pairs: tuple[str, str]) -> None:
        """Each text becomes the other."""
        for text, wanted in pairs:
            with self.subTest(text):
                self.assertEqual(cleaning(text), wanted)

    def test_html(self) -> None:
        self.check(
            Cleaning(html=True),
            ("a < b <3 c> d", "a < b <3 c> d"),
            ("<b>b</b>est<br/>caf&eacute; &lt;p&gt; &#128512;", "best café <p> 😀"),
            ("x<!-- <b> -->y<SCRIPT a='1'>if (a<b) {}</Script >z<style>p {}", "x y z "),
            ("&nosuch; &", "&nosuch; &"),
        )

    def test_unicode(self) -> None:
        self.check(Cleaning(unicode=True), ("cafe\u0301 \u212b ﬁ", "café Å ﬁ"))

    def test_links(self) -> None:
        self.check(
            Cleaning(links=True),
            ("(see https://a.b/c?d=e&f#g), www.x.y! HTTP://A", "(see ), ! "),
            ("awww. www https", "awww. www https"),
        )

    def test_mentions(self) -> None:
        self.check(Cleaning(mentions=True), ("@joe: /u/bob-x u/y_z @Zoë", ":   "), ("a@b.c you/me @ r/u/x", "a@b.c you/me @ r/u/x"))

    def test_emoji(self) -> None:
        self.check(Cleaning(emoji=True), ("a👩‍👩‍👧b1️⃣c🇩🇪d☺️e👍🏽f🏴\U000e0067\U000e007fg❤️‍🔥h", "abcdefgh"), ("1 # ©ق\u200dک", "1 # ©ق\u200dک"))

    def test_case(self) -> None:
        self.check(Cleaning(case="lower"), ("ÄİΣ", "äi̇ς"))
        self.check(Cleaning(case="upper"), ("straße", "STRASSE"))

    def test_stop_words(self) -> None:
        self.check(Cleaning(stop_words=frozenset(["the", "don't"])), ("The theme: don't, the", " theme: , "))

    def test_whitespace(self) -> None:
        self.check(Cleaning(whitespace=True), ("\t a\u00a0\u2003b\r\n\nc ", "a b c"), ("  ", ""))

    def test_all_of_it_in_order(self) -> None:
        text = "<p>The <b>b</b>est&nbsp;cafe\u0301 (https://a.b/c). @joe 👩‍👩‍👧 don't <3<br>C</p>"
        self.check(ALL, (text, "best café (). <3 c"), ("", ""))
        self.check(Cleaning(), (text, text))

    def test_no_text_takes_longer_than_its_length_allows(self) -> None:
        for each in ("<script>", "<a ", "<!--", "www.", "https://", "@", "u/", "&", "🏽", "a'", "."):
            with self.subTest(each):
                # By squares it would be minutes, and the run would not end in its time.
                self.assertLessEqual(len(ALL(each * (100_000 // len(each)))), 100_000)
