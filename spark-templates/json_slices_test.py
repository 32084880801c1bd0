"""Values of a JSON text, as they stand there."""

from __future__ import annotations

import json
import random
import unittest
from typing import Any

from stream_job.json_slices import NotJson, elements, members, value_at


class JsonSlicesTest(unittest.TestCase):
    """Needs no Spark."""

    def test_a_value_keeps_its_digits(self) -> None:
        text = ' {"a": {"b": [1.50, {"c": 1e400}, "\\u00e9 ,]"]}, "n": 12345678901234567890.10} '
        self.assertEqual([value_at(text, path) for path in ("a.b.0", "a.b.1.c", "a.b.2", "n")], ["1.50", "1e400", '"\\u00e9 ,]"', "12345678901234567890.10"])
        self.assertEqual([value_at(text, path) for path in ("a.b.3", "a.b.x", "z", "n.x", "a.z.y")], [None] * 5)
        self.assertEqual(value_at(text, None), text.strip())

    def test_the_last_of_two_names_counts(self) -> None:
        self.assertEqual(members('{"a":1,"\\u0061" : 2}'), {"a": "2"})

    def test_what_is_no_json_is_refused(self) -> None:
        wrong = ["", "[", "[1", "[1,]", "[,1]", "[1 2]", "[1]]", "[1] x", "{}", "[NaN]", "[1}", "[" * 100_000]
        for text in wrong:
            with self.subTest(text[:20]), self.assertRaises(NotJson):
                elements(text)
        for text in ["[]", "{", '{"a"}', '{"a":}', '{"a":1,}', "{1:2}", '{"a":1}}', '{"a" 1}', '{,"a":1}']:
            with self.subTest(text), self.assertRaises(NotJson):
                members(text)

    def test_agrees_with_a_reader_of_json(self) -> None:
        seed = random.randrange(10**6)
        dice = random.Random(seed)
        for _ in range(200):
            many = [_made(dice, 3) for _ in range(dice.randrange(5))]
            text = json.dumps(many, indent=dice.choice([None, 1]), ensure_ascii=dice.random() < 0.5)
            self.assertEqual([json.loads(each) for each in elements(text)], many, f"seed {seed}")
            named = {f"k{n}": each for n, each in enumerate(many)}
            found = members(json.dumps(named, separators=dice.choice([(",", ":"), (" , ", " : ")])))
            self.assertEqual({name: json.loads(each) for name, each in found.items()}, named, f"seed {seed}")


def _made(dice: random.Random, depth: int) -> Any:
    plain = [None, True, dice.randrange(-9, 9), dice.random(), 'é"\\]},:{[ ', ""]
    if depth == 0 or dice.random() < 0.5:
        return dice.choice(plain)
    inner = [_made(dice, depth - 1) for _ in range(dice.randrange(3))]
    return inner if dice.random() < 0.5 else {f'"{n}': each for n, each in enumerate(inner)}
