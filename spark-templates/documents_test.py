"""Arrow → documents: every type of column, its nulls, and what BSON cannot hold."""

from __future__ import annotations

import datetime
import decimal
import unittest
from typing import Any

import bson
import pyarrow as pa
from bson.decimal128 import Decimal128
from bson.int64 import Int64

from stream_job.documents import OutOfYears, documents, values

DAY = datetime.datetime(2024, 2, 29)
INSTANT = pa.timestamp("us", tz="UTC")

# Arrow type, values in, values out.
CASES: list[tuple[pa.DataType, list[Any], list[Any]]] = [
    (pa.string(), ["a\0b", "\U0001f642", ""], ["a\0b", "\U0001f642", ""]),
    (pa.binary(), [b"\0\xff", b""], [b"\0\xff", b""]),
    (pa.bool_(), [True, False], [True, False]),
    (pa.int32(), [-(2**31), 2**31 - 1], [-(2**31), 2**31 - 1]),
    (pa.int64(), [-(2**63), 2**63 - 1], [Int64(-(2**63)), Int64(2**63 - 1)]),
    (pa.float64(), [0.1, float("inf"), -0.0], [0.1, float("inf"), -0.0]),
    (pa.date32(), [DAY.date(), datetime.date(1, 1, 1), datetime.date(9999, 12, 31)], [DAY, datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31)]),
    (INSTANT, [datetime.datetime(2024, 2, 29, 1, 2, 3, 456789, datetime.timezone.utc)], [datetime.datetime(2024, 2, 29, 1, 2, 3, 456789)]),
    (pa.decimal128(10, 2), [decimal.Decimal("1.50"), decimal.Decimal("-99999999.99")], [Decimal128("1.50"), Decimal128("-99999999.99")]),
    (pa.decimal128(38, 0), [decimal.Decimal(10**33), decimal.Decimal(10**37 + 1)], [Decimal128(decimal.Decimal(10**33)), decimal.Decimal(10**37 + 1)]),
    (pa.list_(pa.int64()), [[1, None], []], [[Int64(1), None], []]),
    (pa.list_(pa.list_(pa.string())), [[["a"], None, []]], [[["a"], None, []]]),
    (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("b", None)], []], [{"a": Int64(1), "b": None}, {}]),
    (pa.struct([("a", pa.int32()), ("b", pa.list_(pa.date32()))]), [{"a": 1, "b": [DAY.date()]}, {"a": None, "b": None}], [{"a": 1, "b": [DAY]}, {"a": None, "b": None}]),
    (pa.null(), [None], [None]),
]


class DocumentsTest(unittest.TestCase):
    """Every case as it is, among nulls, and as a slice."""

    def test_every_type(self) -> None:
        for kind, given, wanted in CASES:
            with self.subTest(kind=str(kind)):
                array = pa.array(given, kind)
                self.assertEqual(values(array), wanted)
                self.assertEqual([type(each) for each in values(array)], [type(each) for each in wanted])
                nulls = pa.array([None, *given, None], kind)
                self.assertEqual(values(nulls), [None, *wanted, None])
                self.assertEqual(values(nulls.slice(1)), [*wanted, None], "a slice")
                self.assertEqual(values(nulls.slice(1, len(given))), wanted, "a slice within")
                self.assertEqual(values(pa.array([], kind)), [])

    def test_within_structs_lists_and_maps(self) -> None:
        for kind, given, wanted in CASES:
            with self.subTest(kind=str(kind)):
                struct = pa.array([None, *({"x": each} for each in given), {"x": None}], pa.struct([("x", kind)]))
                self.assertEqual(values(struct), [None, *({"x": each} for each in wanted), {"x": None}])
                self.assertEqual(values(pa.array([[None, *given], None], pa.list_(kind))), [[None, *wanted], None])
                pairs = pa.array([[(str(at), each) for at, each in enumerate(given)], None], pa.map_(pa.string(), kind))
                self.assertEqual(values(pairs), [{str(at): each for at, each in enumerate(wanted)}, None])

    def test_a_document_holds_the_named_columns_in_their_order(self) -> None:
        batch = pa.RecordBatch.from_pydict({"a": [1, 2], "__live": [True, True], "b": ["x", None]})
        self.assertEqual([list(each.items()) for each in documents(batch, ["b", "a"])], [[("b", "x"), ("a", Int64(1))], [("b", None), ("a", Int64(2))]])
        self.assertEqual(documents(batch, []), [{}, {}])

    def test_a_name_is_never_code(self) -> None:
        names = ['"', "'", "\\", "\n", "{v0}", "'}) or v0 #", "v0", "\U0001f642", "__class__", ""]
        batch = pa.RecordBatch.from_arrays([pa.array([at], pa.int32()) for at in range(len(names))], names)
        self.assertEqual(documents(batch, names), [{name: at for at, name in enumerate(names)}])

    def test_what_bson_cannot_hold_is_refused_by_the_encoder_alone(self) -> None:
        moments = values(pa.array([-62135596800000001, 253402300800000000, 0, None], INSTANT))
        self.assertEqual(moments[:2], [OutOfYears(-62135596800000001), OutOfYears(253402300800000000)])
        self.assertEqual(moments[2:], [datetime.datetime(1970, 1, 1), None])
        impossible = [*moments[:2], *values(pa.array([-719163], pa.date32())), *values(pa.array([decimal.Decimal(10**37 + 1)], pa.decimal128(38, 0)))]
        for each in impossible:
            self.assertRaises(bson.errors.InvalidDocument, bson.encode, {"x": each})
            hash(each)

    def test_a_document_survives_the_way_to_bson_and_back(self) -> None:
        batch = pa.RecordBatch.from_pydict({"n": pa.array([5], pa.int64()), "at": pa.array([1_700_000_000_123_456], INSTANT), "s": ["\ud83d\ude42".encode("utf-16", "surrogatepass").decode("utf-16")]})
        back = bson.decode(bson.encode(documents(batch, ["n", "at", "s"])[0]))
        self.assertEqual(back, {"n": 5, "at": datetime.datetime(2023, 11, 14, 22, 13, 20, 123000), "s": "\U0001f642"})
        self.assertIsInstance(back["n"], Int64)
