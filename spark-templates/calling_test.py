"""A function that fails for one value, and what becomes of the others."""

from __future__ import annotations

import unittest

from stream_job.calling import LONGEST, batch_outcomes, outcomes, prepared, reason


def shout(text: str) -> str:
    """Fails on `bad`."""
    if text == "bad":
        raise ValueError(f"no  {text}\nhere")
    return text.upper()


class _Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError


class CallingTest(unittest.TestCase):
    """Needs no Spark."""

    def test_a_failure_is_of_its_value_alone(self) -> None:
        found = outcomes(shout, ["a", "bad", None, "c"])
        self.assertEqual([each["value"] for each in found], ["A", None, None, "C"])
        self.assertEqual([each["failed"] for each in found], [None, "ValueError: no bad here", None, None])

    def test_a_batch_that_fails_is_asked_one_by_one(self) -> None:
        asked: list[list[str]] = []

        def shout_all(texts: list[str]) -> list[str]:
            asked.append(texts)
            return [shout(text) for text in texts]

        found = batch_outcomes(shout_all, ["a", None, "bad"])
        self.assertEqual([each["value"] for each in found], ["A", None, None])
        self.assertEqual([each["failed"] for each in found], [None, None, "ValueError: no bad here"])
        self.assertEqual([each["value"] for each in batch_outcomes(shout_all, [None, "a", "b"])], [None, "A", "B"])
        self.assertEqual(asked, [["a", "bad"], ["a"], ["bad"], ["a", "b"]])

    def test_who_ends_the_process_fails_alone_too(self) -> None:
        self.assertEqual([each["failed"] for each in outcomes(exit, [1, None])], ["SystemExit: 1", None])

    def test_a_reason_is_one_short_line(self) -> None:
        self.assertEqual(reason(_Mute()), "_Mute")
        self.assertEqual(len(reason(ValueError("x" * 10_000))), LONGEST)

    def test_what_cannot_be_made_ready_is_no_matter_of_a_row(self) -> None:
        with self.assertRaises(TypeError):
            prepared("texts.keywords", "{}")
