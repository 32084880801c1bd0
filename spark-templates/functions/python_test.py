"""The user's functions by themselves: what they are given, what is taken from them, and what is told of them."""

from __future__ import annotations

import math
import unittest
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from stream_job.calling import Told, outcome, prepared
from stream_job.functions.python import prepare
from stream_job.functions.typed import given, plain, taken

STRING, DOUBLE, TIMESTAMP = {"kind": "string"}, {"kind": "double"}, {"kind": "timestamp"}
DECIMAL = {"kind": "decimal", "precision": 5, "scale": 2}
TAGS = {"kind": "list", "element": STRING}
PRICES = {"kind": "map", "value": DOUBLE}
SHOP = {"kind": "struct", "fields": [{"name": "city", "type": STRING, "required": True}, {"name": "n", "type": {"kind": "int"}, "required": False}]}
NOON = datetime(2024, 2, 29, 12, 0, 0, 1, timezone.utc)


def made(code: str, columns: dict[str, Any] | None = None, inputs: dict[str, Any] | None = None) -> Any:
    """The function `f` of this code."""
    wanted = {"y": {"type": DOUBLE, "required": False}} if columns is None else columns
    return prepare(content=code.encode(), file="f.py", function="f", inputs=inputs or {"x": DOUBLE}, columns=wanted)


class PythonTest(unittest.TestCase):
    """Needs no Spark."""

    def test_what_it_raises_is_told_with_its_line(self) -> None:
        ask = made("def f(x):\n    return {'y': g(x)}\n\ndef g(x):\n    return 1 / x\n")
        self.assertEqual(ask([4]), {"y": 0.25})
        self.assertEqual(outcome(ask, [0])["failed"], "ZeroDivisionError: float division by zero (f.py:5)")
        self.assertEqual(outcome(made("import sys\ndef f(x): sys.exit(3)"), [0])["failed"], "SystemExit: 3 (f.py:2)")

    def test_what_it_gives_must_be_the_columns(self) -> None:
        for code, said in (
            ("return 1", "`f` gave 1, and no dict of columns"),
            ("return {'z': 1}", "'z' is none of the columns: y"),
            ("return {'y': '1'}", "`y` is '1', and no double"),
            ("return {'y': True}", "`y` is True, and no double"),
            ("return {'y': 10 ** 400}", f"`y` is 1{'0' * 59}…, and no double"),
        ):
            with self.subTest(code):
                self.assertEqual(outcome(made(f"def f(x): {code}"), [0])["failed"], said)
        self.assertEqual(made("def f(x): return {}")([0]), {"y": None})
        needed = {"y": {"type": DOUBLE, "required": True}}
        self.assertEqual(outcome(made("def f(x): return {}", needed), [0])["failed"], "`y` is missing")

    def test_a_file_that_cannot_be_used_is_told_before_any_row(self) -> None:
        for code, said in (
            ("def f(x:", r"f.py cannot be loaded: SyntaxError: '\(' was never closed"),
            ("import nowhere_to_be_found", r"ModuleNotFoundError: No module named 'nowhere_to_be_found' \(f.py:1\)"),
            ("f = 1", "f.py has no function `f`"),
            ("def f(y): pass", "`f` cannot be called with x: missing a required argument: 'y'"),
        ):
            with self.subTest(code), self.assertRaisesRegex(Told, said):
                made(code)

    def test_code_is_loaded_once(self) -> None:
        arguments = '{"file": "f.py", "function": "f", "inputs": {"x": {"kind": "int"}}, "columns": {"y": {"type": {"kind": "int"}, "required": false}}}'
        code = b"seen = []\ndef f(x):\n    seen.append(x)\n    return {'y': len(seen)}\n"
        found = [prepared("functions.python", arguments, code)([[1], [2]]) for _ in range(2)]
        self.assertEqual([each["value"]["y"] for batch in found for each in batch], [1, 2, 3, 4])


class TypedTest(unittest.TestCase):
    """Needs no Spark."""

    def test_values_from_arrow_and_from_json_are_given_alike(self) -> None:
        naive = NOON.replace(tzinfo=None)
        for kind, arrow, json, wanted in (
            (STRING, b"\xffa", "\ufffda", "\ufffda"),
            ({"kind": "long"}, 2**62, str(2**62), 2**62),
            (DOUBLE, math.inf, "Infinity", math.inf),
            (DECIMAL, Decimal("1.50"), "1.50", Decimal("1.50")),
            ({"kind": "date"}, date(2024, 2, 29), "2024-02-29", date(2024, 2, 29)),
            (TIMESTAMP, naive, "2024-02-29T12:00:00.000001Z", NOON),
            (TIMESTAMP, NOON.replace(microsecond=0), "2024-02-29T12:00:00Z", NOON.replace(microsecond=0)),
            ({"kind": "binary"}, b"\x00\x01", "AAE=", b"\x00\x01"),
            (TAGS, ["a", None], ["a", None], ["a", None]),
            (PRICES, {"a": 1}, {"a": 1}, {"a": 1.0}),
            (SHOP, {"city": "x", "n": None}, {"city": "x", "n": None}, {"city": "x", "n": None}),
        ):
            with self.subTest(kind):
                self.assertEqual(given(arrow, kind), wanted)
                self.assertEqual(given(json, kind), wanted)
                # And back: what is given is taken, and is plain again.
                self.assertEqual(plain(taken(wanted, kind, "x"), kind), json if kind["kind"] != "string" else wanted)
        with self.assertRaises(OverflowError):
            given(OverflowError("year is out of range"), TIMESTAMP)

    def test_what_is_taken(self) -> None:
        import numpy as np

        east = timezone(timedelta(hours=2))
        for kind, value, wanted in (
            ({"kind": "int"}, np.int64(7), 7),
            (DOUBLE, np.float32(0.5), 0.5),
            (DOUBLE, 2, 2.0),
            (DECIMAL, Decimal("1.005"), Decimal("1.01")),
            (DECIMAL, 999, Decimal("999.00")),
            (TIMESTAMP, datetime(2024, 2, 29, 14, 0, 0, 1, east), NOON),
            (TAGS, ("a",), ["a"]),
        ):
            with self.subTest(kind):
                self.assertEqual(taken(value, kind, "x"), wanted)

    def test_what_is_not(self) -> None:
        for kind, value, said in (
            ({"kind": "int"}, 2**31, "`x` is 2147483648, and no int: it is too large"),
            ({"kind": "int"}, 1.0, "`x` is 1.0, and no int"),
            ({"kind": "boolean"}, 1, "`x` is 1, and no boolean"),
            (STRING, "\ud800", r"`x` is '\ud800', and no string"),
            (DECIMAL, 1.5, "`x` is 1.5, and no decimal"),
            (DECIMAL, Decimal("999.995"), "`x` is Decimal('999.995'), and no decimal"),
            (DECIMAL, Decimal("NaN"), "`x` is Decimal('NaN'), and no decimal"),
            ({"kind": "date"}, NOON, "`x` is datetime.datetime(2024, 2, 29, 12, 0, 0, 1, tzinfo=datetime.…, and no date"),
            (TIMESTAMP, datetime(2024, 1, 1), "`x` is datetime.datetime(2024, 1, 1, 0, 0), and no timestamp: it has no time zone"),
            ({"kind": "binary"}, "AAE=", "`x` is 'AAE=', and no binary"),
            (TAGS, ["a", 1], "`x[1]` is 1, and no string"),
            (TAGS, "ab", "`x` is 'ab', and no list"),
            (PRICES, {1: 1}, "`x` is {1: 1}, and no map"),
            (PRICES, {"a": "b"}, "`x['a']` is 'b', and no double"),
            (SHOP, {"n": 1}, "`x.city` is missing"),
            (SHOP, {"town": 1}, "'town' is none of the columns of `x`: city, n"),
            (SHOP, 5, "`x` is 5, and no dict"),
        ):
            with self.subTest(said), self.assertRaises(Told) as caught:
                taken(value, kind, "x")
            self.assertEqual(str(caught.exception), said)
