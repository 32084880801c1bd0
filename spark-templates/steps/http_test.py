"""Columns that an endpoint answers: typed, and whose fault it is where there are none."""

from __future__ import annotations

import importlib.util
import json
import os
import unittest
from decimal import Decimal
from typing import Any
from unittest import mock

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import filter as below
from stream_job.steps import http as step
from stream_job.testing import ServedEndpoint, needs_spark, rows

ANSWERS = {
    "/of/a%20b?n=1": (200, {"rate": 1.10, "at": "2026-01-05T12:00:00+01:00", "more": {"tags": ["x", None]}}),
    "/of/b?n=2": (200, {"rate": "much", "at": None}),
    "/of/c?n=3": (404, "no such shop"),
    "/of/d?n=4": (500, "later"),
}
SHOPS = ((("a b",), 1), (("b",), 2), (("c",), 3), (("d",), 4), ((None,), 5))


def answer(_method: str, path: str, body: str | None) -> tuple[int, dict[str, str], str]:
    """What the shops answer, or to several rows what they sent."""
    if body is not None:
        return 200, {}, json.dumps([{"back": row} for row in json.loads(body)])
    status, told = ANSWERS[path]
    return status, {}, json.dumps(told)


@needs_spark
@unittest.skipUnless(importlib.util.find_spec("urllib3"), "needs the packages of transform.http")
class HttpTest(unittest.TestCase):
    """In the one shared session."""

    def setUp(self) -> None:
        self.server = ServedEndpoint(self, answer)
        secrets = {"h": {"url": f"{self.server.url}/of", "auth": "hunter2", "header x-key": "k"}}
        patch = mock.patch.dict(os.environ, {"JOB_SECRETS": json.dumps(secrets)})
        patch.start()
        self.addCleanup(patch.stop)

    def shops(self, *some: Any, **settings: Any) -> Any:
        """The rows of shops with what was answered."""
        frame = rows("`shop` STRUCT<`na``me`: STRING>, `n` INT", *some)
        shape = "`rate` DECIMAL(5,2) NOT NULL, `at` TIMESTAMP, `tags` ARRAY<STRING>"
        asking = {"paths": {"rate": "rate", "at": "at", "tags": "more.tags"}, "secrets": ["url", "auth", "header x-key"], "retries": 0}
        return step.apply(frame, node="h", url="/{shop.na`me}?n={n}", columns=shape, auth={"type": "bearer"}, **asking, **settings)

    def test_adds_columns_and_says_what_is_wrong(self) -> None:
        told = self.shops(*SHOPS, when_away="dead-letter")
        self.assertEqual(told.columns, ["shop", "n", "rate", "at", "tags", RECORD, LIVE, REJECTS])
        kept = below.apply(told, node="b", where="n > 0")
        found = {row["n"]: row for row in kept.collect()}
        self.assertEqual((found[1]["rate"], found[1]["at"].isoformat()[:19], found[1]["tags"]), (Decimal("1.10"), "2026-01-05T11:00:00", ["x", None]))
        self.assertEqual((found[5]["rate"], found[5][LIVE], found[5][REJECTS]), (None, True, None))
        refused = {n: [tuple(each) for each in row[REJECTS]] for n, row in found.items() if not row[LIVE]}
        wanted = {
            2: [("h", "http/unreadable", 'column `rate` wants decimal(5,2), not "much"')],
            3: [("h", "http/refused", 'status 404: "no such shop"')],
            4: [("h", "http/away", "127.0.0.1: status 500")],
        }
        self.assertEqual(refused, wanted)
        self.assertEqual(sorted(path for _, path, _ in self.server.asked), sorted(ANSWERS))
        self.assertEqual((self.server.headers["authorization"], self.server.headers["x-key"]), ("Bearer hunter2", "k"))
        self.assertNotIn("hunter2", kept._jdf.queryExecution().toString())

    def test_rows_go_on_without_an_answer_and_are_counted(self) -> None:
        told = self.shops(*SHOPS, on_error="keep", when_away="keep")
        found = {row["n"]: (row["rate"], row[LIVE], row[REJECTS]) for row in told.collect()}
        self.assertEqual(found, {1: (Decimal("1.10"), True, None), **{n: (None, True, None) for n in (2, 3, 4, 5)}})
        plan = told._jdf.queryExecution().analyzed().toString()
        self.assertIn("CollectMetrics broken:h, [count_if", plan)

    def test_what_is_fatal_ends_the_query(self) -> None:
        with self.assertRaisesRegex(Exception, "Unanswered: h: http/away: 127.0.0.1: status 500"):
            self.shops(SHOPS[3]).collect()
        with self.assertRaisesRegex(Exception, "h: http/unreadable: column `rate`"):
            self.shops(SHOPS[1], on_error="fail", when_away="keep").collect()

    def test_several_rows_in_one_request(self) -> None:
        frame = rows("`a` STRUCT<`b`: DECIMAL(5,2)>, `t` STRING", *[((Decimal(n) / 4,), "é" if n else None) for n in range(5)])
        sent = {"url": self.server.url + "/all", "body": {"x": "a.b", "t`": "t"}, "method": "POST", "batch": 3}
        told = step.apply(frame, node="m", columns="`x` DECIMAL(5,2), `t2` STRING", paths={"x": "back.x", "t2": "back.t`"}, **sent)
        self.assertEqual([(row["x"], row["t2"]) for row in told.collect()], [(Decimal(n) / 4, "é" if n else None) for n in range(5)])
        self.assertTrue(all(json.loads(body or "") for _, _, body in self.server.asked))
        self.assertEqual(sum(len(json.loads(body or "")) for _, _, body in self.server.asked), 5)
