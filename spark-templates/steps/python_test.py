"""A function of the user's over columns: what it gives, what it fails on, and values that Python cannot hold."""

from __future__ import annotations

import json
import unittest
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stream_job.rows import LIVE, REJECTS, user_columns
from stream_job.steps import python as step
from stream_job.testing import needs_spark, rows

CODE = """
def f(k, n, at, tags):
    if k == "bad":
        raise ValueError("no bad here")
    return {"tw`ice": None if n is None else n * 2, "later": at, "told": {"tags": tags, "by": {k or "": n}}}
"""
TYPES: dict[str, Any] = {
    "k": {"kind": "string"},
    "n": {"kind": "long"},
    "at": {"kind": "timestamp"},
    "tags": {"kind": "list", "element": {"kind": "string"}},
}
TOLD: dict[str, Any] = {
    "kind": "struct",
    "fields": [
        {"name": "tags", "type": TYPES["tags"], "required": False},
        {"name": "by", "type": {"kind": "map", "value": TYPES["n"]}, "required": False},
    ],
}
COLUMNS: dict[str, Any] = {
    "tw`ice": {"type": TYPES["n"], "required": False},
    "later": {"type": TYPES["at"], "required": False},
    "told": {"type": TOLD, "required": True},
}


@needs_spark
class PythonTest(unittest.TestCase):
    """In the one shared session."""

    def test_adds_what_the_function_gives(self) -> None:
        from pyspark.sql import functions as F

        noon = datetime(2024, 1, 1, 12)
        values = [("a", 1, noon, ["x", None]), (None, None, None, None), ("bad", 3, noon, None), ("d", 2**62, noon, None), ("e", 5, noon, None)]
        frame = rows("`s` STRUCT<`k``k`: STRING>, `n` BIGINT, `t` TIMESTAMP, `tags` ARRAY<STRING>", *[((k,), *rest) for k, *rest in values])
        far = F.when(F.col("n") == 5, F.timestamp_seconds(F.lit(568_971_820_800))).otherwise(F.col("t"))
        frame = frame.withColumn("t", far)
        with TemporaryDirectory() as folder:
            file = Path(folder, "f.py")
            file.write_text(CODE)
            told = step.apply(
                frame,
                node="p",
                file=str(file),
                function="f",
                inputs={"k": "s.k`k", "n": "n", "at": "t", "tags": "tags"},
                types=TYPES,
                columns=COLUMNS,
                returns="`tw``ice`: BIGINT, `later`: TIMESTAMP, `told`: STRUCT<`tags`: ARRAY<STRING>, `by`: MAP<STRING, BIGINT>>",
            )
            self.assertEqual(user_columns(told), ["s", "n", "t", "tags", "tw`ice", "later", "told"])
            found = told.select("n", "`tw``ice`", F.to_json("told").alias("told"), LIVE, REJECTS, F.date_format("later", "HH:mm").alias("later")).collect()
        by = {row["n"]: row for row in found}
        self.assertEqual([by[1]["tw`ice"], by[1]["later"], json.loads(by[1]["told"])], [2, "12:00", {"tags": ["x", None], "by": {"a": 1}}])
        self.assertEqual([by[None]["tw`ice"], by[None]["later"], by[None][LIVE]], [None, None, True])
        why = {n: [(each["code"], each["message"]) for each in row[REJECTS] or []] for n, row in by.items() if not row[LIVE]}
        self.assertEqual(why[3], [("python/failed", f"ValueError: no bad here ({file}:4)")])
        self.assertEqual(why[2**62], [("python/failed", f"`tw`ice` is {2**63}, and no long: it is too large")])
        self.assertEqual([code for code, _ in why[5]], ["python/failed"])
        self.assertEqual(len(why), 3)
