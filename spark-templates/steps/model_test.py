"""A model over columns: its answers, null, and rows that it fails on."""

from __future__ import annotations

import importlib.util
import unittest
from pathlib import Path
from typing import Any

from stream_job.rows import LIVE, REJECTS, user_columns
from stream_job.steps import model as step
from stream_job.testing import needs_spark, rows

MODEL = Path(__file__).resolve().parents[2] / "engine" / "test" / "beside" / "models" / "many.onnx"
OUTPUTS: dict[str, Any] = {"su`m": ("sum", None, "double"), "second": ("both", 1, "double"), "name": ("name", None, "string")}


@needs_spark
@unittest.skipUnless(importlib.util.find_spec("onnxruntime"), "needs the packages of transform.model")
class ModelTest(unittest.TestCase):
    """In the one shared session."""

    def test_adds_what_the_model_answers(self) -> None:
        frame = rows(
            "`n` INT, `store` BIGINT, `summary` STRUCT<`tot``al`: DECIMAL(8,2), `lines`: INT>",
            *[(1, 0, (_decimal("1.25"), 2)), (2, None, (_decimal("1"), 2)), (3, 1, (None, 2)), (4, 9, (_decimal("1"), 2)), (5, 1, None)],
        )
        inputs = {"store": ["store"], "basket": ["summary.tot`al", "summary.lines"]}
        told = step.apply(frame, node="m", file=str(MODEL), inputs=inputs, outputs=OUTPUTS)
        self.assertEqual(user_columns(told), ["n", "store", "summary", *OUTPUTS])
        found = {row["n"]: (row["su`m"], row["second"], row["name"], row[LIVE]) for row in told.collect()}
        nothing = (None, None, None, True)
        self.assertEqual(found, {1: (3.25, 4.0, "Lyon", True), 2: nothing, 3: nothing, 4: (None, None, None, False), 5: nothing})
        [reject] = [each for row in told.collect() for each in row[REJECTS] or []]
        self.assertEqual((reject["node"], reject["code"]), ("m", "model/failed"))
        self.assertIn("indices element out of data bounds", reject["message"])

    def test_a_file_that_is_not_there_fails_at_once(self) -> None:
        with self.assertRaises(FileNotFoundError):
            step.apply(rows("`a` INT", (1,)), node="m", file="files/none.onnx", inputs={"x": ["a"]}, outputs={"y": ("z", None, "double")})


def _decimal(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)
