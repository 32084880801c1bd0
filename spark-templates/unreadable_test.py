"""Why a record was refused, in words, for every kind of mistake; and never an exception."""

from __future__ import annotations

import json
import random
import unittest
from typing import Any

from stream_job.unreadable import UNKNOWN, explain


def field(name: str, kind: Any, *, nullable: bool = True) -> dict[str, Any]:
    """A field in Spark's JSON form."""
    return {"name": name, "type": kind, "nullable": nullable}


def struct(*fields: dict[str, Any]) -> dict[str, Any]:
    """A struct in Spark's JSON form."""
    return {"type": "struct", "fields": list(fields)}


SCHEMA = struct(
    field("id", "string", nullable=False),
    field("i", "integer"),
    field("l", "long"),
    field("d", "double"),
    field("b", "boolean"),
    field("ts", "timestamp"),
    field("epoch", "timestamp"),
    field("day", "date"),
    field("amount", "decimal(5,2)"),
    field("raw", "binary"),
    field("items", {"type": "array", "elementType": struct(field("n", "integer", nullable=False))}),
    field("m", {"type": "map", "keyType": "string", "valueType": "double"}),
)
UNITS = {"epoch": "ms"}


class UnreadableTest(unittest.TestCase):
    """Codes and words."""

    def explained(self, text: str) -> tuple[str, str]:
        """The finding for a record whose further fields are `text`."""
        return explain(b'{"id": "x", ' + text.encode() + b"}", SCHEMA, UNITS)

    def test_each_type_says_what_it_wants(self) -> None:
        cases = [
            ('"i": 1.5', "record/wrong-type", "column `i` wants an int, not 1.5"),
            ('"i": 2147483648', "record/out-of-range", "column `i` wants an int, not 2147483648"),
            ('"l": true', "record/wrong-type", "column `l` wants a long, not true"),
            ('"l": 9223372036854775808', "record/out-of-range", "column `l` wants a long, not 9223372036854775808"),
            ('"d": "1"', "record/wrong-type", 'column `d` wants a number, not "1"'),
            ('"d": 1e400', "record/out-of-range", "column `d` wants a finite double, not Infinity"),
            ('"b": 0', "record/wrong-type", "column `b` wants true or false, not 0"),
            ('"ts": "2024-02-30T00:00:00Z"', "record/out-of-range", None),
            ('"ts": "2024-02-03 24:00:00"', "record/out-of-range", None),
            ('"ts": 1700000000', "record/wrong-type", None),
            ('"epoch": 1e20', "record/out-of-range", None),
            ('"epoch": "soon"', "record/wrong-type", None),
            ('"day": "2024-1-1"', "record/wrong-type", None),
            ('"amount": 1000', "record/out-of-range", "column `amount` wants decimal(5,2), not 1000"),
            ('"amount": 999.995', "record/out-of-range", "column `amount` wants decimal(5,2), not 999.995"),
            ('"amount": " 1"', "record/wrong-type", None),
            ('"amount": 1e999999999', "record/out-of-range", None),
            ('"amount": "+9.5e1"', *UNKNOWN),
            ('"amount": true', "record/wrong-type", None),
            ('"raw": 5', "record/wrong-type", "column `raw` wants Base64 text, not 5"),
            ('"raw": "=="', "record/wrong-type", 'column `raw` wants Base64 text, not "=="'),
            ('"items": {"n": 1}', "record/wrong-type", 'column `items` wants a list, not {"n": 1}'),
            ('"items": [{"n": 1}, {}]', "record/missing-required", "column `items.n` is required and missing"),
            ('"m": {"a": "x"}', "record/wrong-type", 'column `m` wants a number, not "x"'),
            ('"m": []', "record/wrong-type", "column `m` wants an object, not []"),
            ('"i": 1', *UNKNOWN),
        ]
        for text, code, message in cases:
            with self.subTest(text=text):
                found = self.explained(text)
                self.assertEqual(found[0], code, found[1])
                self.assertIn(message or "", found[1])

    def test_a_long_value_is_cut(self) -> None:
        _, message = self.explained(f'"i": "{"x" * 500}"')
        self.assertLess(len(message), 120)
        self.assertTrue(message.endswith("…"))

    def test_nothing_makes_it_throw(self) -> None:
        seed = random.randrange(10**6)
        dice = random.Random(seed)
        whole = json.dumps({"id": "x", "i": [1], "items": [{"n": 1}], "m": {"a": 1}, "ts": "2024-01-01T00:00:00Z", "d": 1e300}).encode()
        for turn in range(3_000):
            value = bytearray(whole)
            for _ in range(dice.randrange(1, 4)):
                value[dice.randrange(len(value))] = dice.choice(b'{}[]",:\\u0019eE+-\xff\x00dD8nt')
            code, message = explain(bytes(value), SCHEMA, UNITS)
            self.assertTrue(code.startswith("record/") and message, f"seed {seed}, turn {turn}")
        for depth in (*range(900, 1_100), 5_000, 100_000):
            for open_, close in (("[", "]"), ('{"a":', "}")):
                self.explained(f'"i": {open_ * depth}1{close * depth}')
        self.assertEqual(explain(None, SCHEMA, UNITS)[0], "record/not-json")
        self.assertEqual(self.explained('"i": "\\ud800"')[0], "record/wrong-type")
