"""Documents become rows of a table by the rules of records, whatever type of BSON's holds a value."""

from __future__ import annotations

import datetime
import json
import unittest
from typing import Any

from bson import Binary, Decimal128, Int64, ObjectId

from stream_job.table_documents import Shape, rows_of, spellings
from stream_job.tables import Broken


def shape(key: tuple[str, ...] = ("id",), units: tuple[tuple[str, str], ...] = (), **columns: Any) -> Shape:
    """Columns by their types in Spark's JSON form; one whose name ends with `_must` is required."""
    fields = [{"name": name, "type": kind, "nullable": not name.endswith("_must"), "metadata": {}} for name, kind in columns.items()]
    return Shape(json.dumps({"type": "struct", "fields": fields}), key, units)


def struct(**fields: Any) -> dict[str, Any]:
    """A nested type."""
    return {"type": "struct", "fields": [{"name": name, "type": kind, "nullable": True} for name, kind in fields.items()]}


def values(kind: Any, *held: Any, **more: Any) -> list[Any]:
    """The texts that become of values in a column of this type, or why nothing does."""
    documents = [{"_id": at, "id": at, "v": each} for at, each in enumerate(held)]
    rows = rows_of(documents, shape(id="integer", v=kind, **more)).by_key
    return [row.message if isinstance(row, Broken) else row[1] for row in rows.values()]


NOON = datetime.datetime(2024, 2, 29, 12, 0, 0, 500_000)
DAY = datetime.datetime(2024, 2, 29)


class ValuesTest(unittest.TestCase):
    """One column beside a key."""

    def test_numbers_of_any_type_fit_where_their_value_does(self) -> None:
        self.assertEqual(values("long", 1, Int64(2**62), 3.0, Decimal128("4")), ["1", str(2**62), "3", "4"])
        self.assertEqual(values("double", 1, 0.1, Decimal128("2.5")), ["1", "0.1", "2.5"])
        self.assertEqual(values("decimal(8,2)", 1, 0.25, Decimal128("12345.67")), ["1", "0.25", "12345.67"])

    def test_what_does_not_fit_is_told_with_its_document(self) -> None:
        not_int = "the document `_id: {}` does not fit: column `v` wants an int, not {}"
        self.assertEqual(values("integer", 1.5, "7", True), [not_int.format(0, "1.5"), not_int.format(1, '"7"'), not_int.format(2, "true")])
        self.assertIn("wants an int", values("integer", 2**31)[0])
        self.assertIn("a finite double", values("double", float("nan"))[0])
        self.assertIn("wants decimal(4,2)", values("decimal(4,2)", Decimal128("100"))[0])
        self.assertIn("wants an ISO 8601 date", values("date", NOON)[0])

    def test_times_and_dates(self) -> None:
        self.assertEqual(values("timestamp", NOON, "2024-02-29T12:00:00+01:00"), ["2024-02-29T12:00:00.500000Z", "2024-02-29T12:00:00+01:00"])
        self.assertEqual(values("date", DAY, "2024-02-29"), ["2024-02-29", "2024-02-29"])
        counted = rows_of([{"id": 1, "at": 1_709_208_000_500}, {"id": 2, "at": DAY}], shape(id="integer", at="timestamp", units=(("at", "ms"),)))
        self.assertEqual([row[1] for row in counted.by_key.values()], ["2024-02-29T12:00:00.500000Z", "2024-02-29T00:00:00.000000Z"])

    def test_text_takes_anything(self) -> None:
        id = ObjectId()
        held = ["ä", 1, True, id, NOON, Binary(b"\x00\x01"), {"a": [id]}]
        self.assertEqual(values("string", *held), ["ä", "1", "true", str(id), "2024-02-29T12:00:00.500000Z", "AAE=", f'{{"a":["{id}"]}}'])

    def test_what_is_missing_is_null(self) -> None:
        rows = rows_of([{"id": 1}, {"id": 2, "v_must": 1}], shape(id="integer", v_must="integer", w="string"))
        told = Broken("lookup/wrong-value", "the document `_id: null` does not fit: column `v_must` is required and null")
        self.assertEqual(rows.by_key, {("1",): told, ("2",): ["2", "1", None]})

    def test_nested_documents(self) -> None:
        kind = struct(city="string", since="date", sizes={"type": "array", "elementType": "long", "containsNull": True})
        held = {"city": "Lyon", "since": DAY, "sizes": [Int64(1), None], "more": 1}
        self.assertEqual(json.loads(values(kind, held)[0]), {"v": {"city": "Lyon", "since": "2024-02-29", "sizes": [1, None]}})
        self.assertIn("column `v.since` wants an ISO 8601 date", values(kind, {"since": NOON})[0])
        self.assertIn("wants an object", values(kind, [1])[0])


class KeysTest(unittest.TestCase):
    """What finds a document, and what does not."""

    def test_a_key_is_found_by_each_of_its_spellings(self) -> None:
        id = ObjectId()
        held = {"long": [7, Int64(7), 7.0, Decimal128("7")], "string": [str(id), id], "boolean": [True], "date": [DAY, "2024-02-29"]}
        for kind, each in held.items():
            for value in each:
                ((text,),) = rows_of([{"id": value}], shape(id=kind)).by_key
                # MongoDB compares numbers by their value.
                plain = int(str(value)) if isinstance(value, Decimal128) else value
                self.assertIn(plain, spellings(text or "", kind), (kind, value))

    def test_what_is_no_key_is_found_by_nothing(self) -> None:
        for kind, each in {"integer": ["7", 1.5, None, True, 2**31, float("nan")], "string": [7, None], "boolean": [1], "date": [NOON, "x"]}.items():
            for value in each:
                found = rows_of([{"_id": "a", "id": value}], shape(id=kind))
                self.assertEqual((found.by_key, found.keyless), ({}, ["`_id: a`"]), (kind, value))
        self.assertEqual(spellings("+10000-01-01", "date"), [])

    def test_a_key_of_two_documents_is_told(self) -> None:
        two = [{"_id": 1, "a": 1, "b": "x"}, {"_id": 2, "a": 1, "b": "y"}, {"_id": 3, "a": 1.0, "b": "x"}]
        rows = rows_of(two, shape(("b", "a"), a="integer", b="string")).by_key
        told = Broken("lookup/duplicate-key", "the documents `_id: 1` and `_id: 3` have the same key")
        self.assertEqual(rows, {("x", "1"): told, ("y", "1"): ["1", "y"]})
