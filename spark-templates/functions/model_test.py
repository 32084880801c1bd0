"""What a model answers by itself: kinds of values, the place in an output, and rows that it fails on."""

from __future__ import annotations

import importlib.util
import math
import unittest
from decimal import Decimal
from pathlib import Path

from stream_job.calling import prepared
from stream_job.functions.model import prepare

MODELS = Path(__file__).resolve().parents[2] / "engine" / "test" / "beside" / "models"
INPUTS = {"store": ["s"], "basket": ["a", "b"]}


@unittest.skipUnless(importlib.util.find_spec("onnxruntime"), "needs the packages of transform.model")
class ModelTest(unittest.TestCase):
    """Needs no Spark."""

    def setUp(self) -> None:
        self.content = (MODELS / "many.onnx").read_bytes()

    def test_answers_in_the_types_that_are_asked_for(self) -> None:
        outputs = {"s": ("sum", None, "double"), "l": ("both", 1, "double"), "n": ("name", None, "string"), "f": ("is_first", None, "boolean")}
        ask = prepare(content=self.content, inputs=INPUTS, outputs=outputs)
        found = ask([[0, 1.5, Decimal("2.25")], [2, True, -3], ["1", "NaN", "Infinity"]])
        self.assertEqual(found[0], {"s": 3.75, "l": 4.5, "n": "Lyon", "f": True})
        self.assertEqual(found[1], {"s": -2.0, "l": -6.0, "n": "Åbo", "f": False})
        self.assertTrue(math.isnan(found[2]["s"]))
        self.assertEqual(found[2]["l"], math.inf)

    def test_a_row_that_it_fails_on_fails_alone(self) -> None:
        ask = prepared("functions.model", '{"inputs": {"store": ["s"], "basket": ["a", "b"]}, "outputs": {"n": ["name", null, "string"]}}', self.content)
        found = ask([[0, 1, 1], None, [7, 1, 1], [1, 1, 1]])
        self.assertEqual([each["value"] and each["value"]["n"] for each in found], ["Lyon", None, None, "Oslo"])
        self.assertEqual([each["failed"] is None for each in found], [True, True, False, True])
        self.assertRegex(found[2]["failed"] or "", "out of (data )?bounds")

    def test_what_does_not_fit_the_model_is_told_before_any_row(self) -> None:
        with self.assertRaisesRegex(ValueError, "takes basket, store, and is given basket"):
            prepare(content=self.content, inputs={"basket": ["a", "b"]}, outputs={})
        with self.assertRaises(Exception):
            prepare(content=b"not a model", inputs=INPUTS, outputs={})
