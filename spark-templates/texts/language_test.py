"""The language of texts by themselves: several, none, and how sure."""

from __future__ import annotations

import importlib.util
import unittest

from stream_job.texts.language import prepare

AMONG = ["en", "es", "de", "fr", "pt"]


@unittest.skipUnless(importlib.util.find_spec("lingua"), "needs the packages of transform.language")
class LanguageTest(unittest.TestCase):
    """Needs no Spark."""

    def test_tells_languages_apart(self) -> None:
        tell = prepare(among=AMONG, least=0)
        for code, text in (
            ("en", "Does anybody know when the store opens on Sunday?"),
            ("es", "Quiero saber si la tienda abre el domingo por la mañana."),
            ("de", "Weiß jemand, ob der Laden am Sonntag geöffnet hat?"),
            ("fr", "Je voudrais savoir si le magasin est ouvert le dimanche."),
            ("pt", "Alguém sabe se a loja abre no domingo de manhã?"),
        ):
            with self.subTest(code):
                self.assertEqual(tell(text)["code"], code)

    def test_a_text_without_letters_has_none(self) -> None:
        tell = prepare(among=AMONG, least=0)
        for text in ("", "12345 ??", "😍", "\x00"):
            with self.subTest(text):
                self.assertEqual(tell(text), {"code": None, "confidence": 0.0})

    def test_what_is_not_sure_enough_has_none(self) -> None:
        sure = prepare(among=AMONG, least=0)("Love the new section")["confidence"]
        self.assertEqual(prepare(among=AMONG, least=sure)("Love the new section")["code"], "en")
        self.assertIsNone(prepare(among=AMONG, least=min(1.0, sure + 0.001))("Love the new section")["code"])
