"""What Kafka knows of a record, as columns."""

from __future__ import annotations

import unittest

from stream_job.facts import Fact, no_text
from stream_job.testing import needs_spark, session


@needs_spark
class FactsTest(unittest.TestCase):
    """One query over records as Spark's Kafka source gives them."""

    def test_texts_are_text_or_nothing_and_what_is_neither_is_told(self) -> None:
        schema = "key BINARY, headers ARRAY<STRUCT<key: STRING, value: BINARY>>, topic STRING, partition INT, offset BIGINT"
        records = [
            ("ü".encode(), [("x.y", b"first"), ("other", b"\xff"), ("x.y", b"last")], "t", 3, 2**40),
            (b"", [("x.y", None)], "t", 0, 0),
            (None, [("X.Y", b"another name")], "t", 0, 1),
            (b"k", None, "t", 0, 2),
            (b"\xfe", [("x.y", b"\xff")], "t", 0, 3),
            (b"k", [("x.y", b"\xff")], "t", 0, 4),
        ]
        facts = {name: Fact(name) for name in ("key", "header.x.y", "topic", "partition", "offset")}
        frame = session().createDataFrame(records, schema)
        found = frame.select(*[fact.value().alias(f"c{at}") for at, fact in enumerate(facts.values())], *no_text(facts)).collect()
        self.assertEqual(
            [tuple(row) for row in found],
            [
                ("ü", "last", "t", 3, 2**40, None),
                ("", None, "t", 0, 0, None),
                (None, None, "t", 0, 1, None),
                ("k", None, "t", 0, 2, None),
                (None, None, "t", 0, 3, "the key is not valid UTF-8"),
                ("k", None, "t", 0, 4, "the header `x.y` is not valid UTF-8"),
            ],
        )
        self.assertEqual(no_text({"a": Fact("timestamp")}), [])
