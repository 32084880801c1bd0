"""From bytes to columns: what is accepted, what is refused, and that the words for a refusal agree with Spark's decision."""

from __future__ import annotations

import json
import os
import random
import unittest
from typing import Any

from stream_job.testing import needs_spark, session
from stream_job.unreadable import UNKNOWN, explain

DDL = (
    "`s` STRING, `i` INT, `l` BIGINT, `d` DOUBLE, `b` BOOLEAN, `ts` TIMESTAMP, `at` TIMESTAMP, `day` DATE, `amount` DECIMAL(5,2), "
    "`raw` BINARY, `m` MAP<STRING, INT>, `list` ARRAY<DOUBLE>, `o` STRUCT<`x`: INT NOT NULL, `t`: TIMESTAMP, `y`: DOUBLE>, "
    "`items` ARRAY<STRUCT<`x`: INT NOT NULL, `d`: DATE>>"
)
UNITS = {"at": "s"}


def read(texts: list[bytes | None]) -> list[str | None]:
    """What becomes of each record: its columns that are not null as JSON, None where it is refused."""
    from pyspark.sql import functions as F
    from pyspark.sql import types as T

    from stream_job.reading import read_strictly

    spark = session()
    schema = T.StructType.fromDDL(DDL)
    frame = spark.createDataFrame([(at, text) for at, text in enumerate(texts)], "number INT, value BINARY").repartition(2)
    typed = read_strictly(frame, "value", schema, UNITS, "bad")
    whole = F.to_json(F.struct(*[F.col(f.name) for f in schema.fields]), {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSX", "dateFormat": "yyyy-MM-dd"})
    found = typed.select("number", F.when(F.col("bad"), F.lit(None)).otherwise(whole).alias("text")).collect()
    return [row["text"] for row in sorted(found, key=lambda row: row["number"])]


@needs_spark
class ReadingTest(unittest.TestCase):
    """Many records, few queries."""

    maxDiff = None

    @classmethod
    def setUpClass(cls) -> None:
        session()

    def test_what_fits_is_read_as_documented(self) -> None:
        cases = {
            "{}": "{}",
            ' \t\n{"i":1} ': '{"i":1}',
            '{"s":5}': '{"s":"5"}',
            '{"s":{"z":[1, 2]}}': '{"s":"{\\"z\\":[1,2]}"}',
            '{"s":"\\ud800\\u0041\\udc00"}': '{"s":"?A?"}',
            '{"s":true}': '{"s":"true"}',
            '{"i":1,"i":2}': '{"i":2}',
            '{"i":null,"other":[{"deep":null}]}': "{}",
            '{"I":1}': "{}",
            '{"l":9223372036854775807}': '{"l":9223372036854775807}',
            '{"d":1}': '{"d":1.0}',
            '{"d":-1.5e3}': '{"d":-1500.0}',
            '{"amount":"1.005"}': '{"amount":1.01}',
            '{"amount":999.99}': '{"amount":999.99}',
            '{"ts":"2024-01-31 12:00:00+01:00"}': '{"ts":"2024-01-31T11:00:00.000000Z"}',
            '{"ts":"2024-01-31T12:00:00.123456789+0130"}': '{"ts":"2024-01-31T10:30:00.123456Z"}',
            '{"ts":"0001-01-01T00:00:00Z"}': '{"ts":"0001-01-01T00:00:00.000000Z"}',
            '{"day":"9999-12-31"}': '{"day":"9999-12-31"}',
            '{"at":1700000000}': '{"at":"2023-11-14T22:13:20.000000Z"}',
            '{"at":1700000000.5}': '{"at":"2023-11-14T22:13:20.500000Z"}',
            '{"at":1.7e9}': '{"at":"2023-11-14T22:13:20.000000Z"}',
            '{"at":"1700000000"}': '{"at":"2023-11-14T22:13:20.000000Z"}',
            '{"at":-0.25}': '{"at":"1969-12-31T23:59:59.750000Z"}',
            '{"raw":"AP8="}': '{"raw":"AP8="}',
            '{"m":{"a":1,"b":null}}': '{"m":{"a":1,"b":null}}',
            '{"list":[1,null]}': '{"list":[1.0,null]}',
            '{"o":{"x":1,"t":"2024-01-01T00:00:00Z"}}': '{"o":{"x":1,"t":"2024-01-01T00:00:00.000000Z"}}',
            '{"items":[{"x":1,"d":"2024-01-01"},null]}': '{"items":[{"x":1,"d":"2024-01-01"},null]}',
        }
        found = read([text.encode() for text in cases])
        self.assertEqual(dict(zip(cases, found)), cases)

    def test_what_does_not_fit_is_refused_at_any_depth(self) -> None:
        bad = [
            *('{"i":1.0}', '{"i":"1"}', '{"i":2147483648}', '{"l":9223372036854775808}', '{"l":1e2}', '{"d":"1"}', '{"d":1e400}', '{"b":0}', '{"b":"true"}'),
            *('{"ts":1700000000}', '{"ts":"2024-01-31"}', '{"ts":"10000-01-01"}', '{"ts":"0000-12-31T00:00:00Z"}', '{"ts":"0001-01-01T00:00:00+01:00"}', '{"ts":"2024-02-30"}'),
            *('{"ts":"2024-01-01T00:00:00 Europe/Berlin"}', '{"ts":"now"}', '{"ts":"12:00:00"}', '{"day":"2024-1-1"}', '{"day":20240101}'),
            *('{"at":253402300800}', '{"at":"x"}', '{"at":true}', '{"at":[1]}', '{"at":1e300}', '{"amount":1000}', '{"amount":"x"}', '{"raw":5}'),
            *('{"m":{"a":"x"}}', '{"m":[1]}', '{"list":[1e400]}', '{"list":[-1e400, 1]}', '{"list":{"a":1}}', '{"o":{}}', '{"o":{"x":null}}', '{"o":[]}'),
            *('{"o":{"x":1,"t":"x"}}', '{"o":{"x":1,"y":-1e999}}', '{"items":[{"x":1},{}]}', '{"items":[{"x":1,"d":"x"}]}', '{"items":[[1]]}'),
            *("", " ", "[]", "[{}]", "null", "1", '"{}"', "{}{}", "{} x", "{},{}", "{}]", "{", '{"i":1', "{'i':1}", '{"i":01}', '{"i":1,}', "{i:1}"),
            *('{"i":NaN}', '{"d":NaN}', '{"d":Infinity}', '{"s":"\n"}', "\ufeff{}", '{"s":"\x00"}', '{} // c', '{/**/}'),
        ]
        self.assertEqual([text for text, found in zip(bad, read([text.encode() for text in bad])) if found is not None], [])
        self.assertEqual(read([None, b'{"s":"\xff"}', b'{"\xc0\xaf":1}']), [None, None, None])

    def test_an_exponent_without_end_costs_no_time(self) -> None:
        bad: list[bytes | None] = [
            *(b'{"amount":1e999999999}', b'{"amount":"1e999999999"}', b'{"amount":-1.5E-99999999}', b'{"s":"x","amount" : 1e+0099999999 }'),
            *(b'{"d":1,"other":[1e999999999]}', b'{"o":{"x":1,"y":1e100000000}}'),
        ]
        self.assertEqual(read(bad), [None] * len(bad))
        good = ['{"s":"sha256:12e345678a"}', '{"s":"1,2e345678 and more"}', '{"amount":9.99}']
        self.assertEqual(read([text.encode() for text in good]), good)

    def test_a_map_with_a_repeated_key_stops_nothing(self) -> None:
        texts: list[bytes | None] = [b'{"m":{"a":1,"a":2}}', b'{"m":{"a":1}}']
        self.assertEqual(len([found for found in read(texts) if found]), 2)

    def test_the_words_agree_with_the_decision(self) -> None:
        from pyspark.sql import types as T

        seed = int(os.environ.get("READING_SEED", "7"))
        dice = random.Random(seed)
        texts = [json.dumps({name: _value(dice) for name in dice.sample(_NAMES, 2)}).encode() for _ in range(2_500)]
        session()
        schema = T.StructType.fromDDL(DDL).jsonValue()
        differing = []
        for text, found in zip(texts, read(texts)):
            code, message = explain(text, schema, UNITS)
            if (found is None) == ((code, message) == UNKNOWN):
                differing.append(f"{text.decode()}: {'refused' if found is None else f'read as {found}'}, explained by {code}: {message}")
        self.assertEqual(differing, [], f"seed {seed}")


_NAMES = ["s", "i", "l", "d", "b", "ts", "at", "day", "amount", "raw", "m", "list", "o", "items"]
_TEXTS = [
    *("", "x", "1", "-1.5", "true", "null", "AP8=", "AP8", "==", "A", "999.99", "1000", "1e3", "0.001", " 1", "1 ", "+1", "NaN", "Infinity", "0x1"),
    *("2024-01-31", "2024-1-31", "2024-02-30", "20240131", "2024-01-31T12:00:00Z", "2024-01-31 12:00:00", "2024-01-31T12:00", "2024-01-31T25:00:00Z"),
    *("2024-01-31T12:00:60Z", "2024-01-31T12:00:00.1234567891Z", "2024-01-31T12:00:00+19:00", "2024-01-31T12:00:00-0830", "2024-01-31T12:00:00 UTC"),
    *("0000-01-01", "0001-01-01", "0001-01-01T00:00:00+18:00", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59-01:00", "10000-01-01", "-2024-01-01"),
    *("\u0661\u0662", "2024-01-\u0661\u0662", "1700000000", "99999999999999999999", "\U0001f642"),
]
_NUMBERS = [
    *(0, 1, -1, 1.0, 1.5, -0.0, 999.99, 999.995, 1000, 0.001, 1e-9, 2**31, 2**31 - 1, -(2**31), -(2**31) - 1, 2**63, 2**63 - 1, -(2**63) - 1),
    *(1e15, 1e16, 1.5e300, 1700000000, 1700000000.25, 253402300799, 253402300800, -62135596800, -62135596801, 1700000000000, 10**25),
]


def _value(dice: random.Random, depth: int = 0) -> Any:
    kind = dice.randrange(8 if depth < 2 else 5)
    if kind < 2:
        return dice.choice(_TEXTS)
    if kind < 4:
        return dice.choice(_NUMBERS)
    if kind == 4:
        return dice.choice([None, True, False])
    if kind == 5:
        return [_value(dice, depth + 1) for _ in range(dice.randrange(3))]
    return {dice.choice(["x", "t", "y", "d", "a"]): _value(dice, depth + 1) for _ in range(dice.randrange(3))}
