"""An endpoint that answers, refuses, is away or answers something else, and how often it is asked."""

from __future__ import annotations

import importlib.util
import json
import unittest
from typing import Any
from unittest import mock

from stream_job.answers import AWAY, REFUSED, UNREADABLE, Desk, Outcome, Questions, Request, Unanswered, url_of
from stream_job.asking import Endpoint
from stream_job.testing import ServedEndpoint

SCHEMA = {
    "type": "struct",
    "fields": [
        {"name": "tier", "type": "string", "nullable": False, "metadata": {}},
        {"name": "score", "type": "double", "nullable": True, "metadata": {}},
    ],
}
GOOD = '{"tier":"gold","s":{"score":1.50}}'
TOLD = Outcome('{"tier":"gold","score":1.50}', None, None)


def desk(*, batch: int = 1, answer: str | None = None, key: str | None = None, kept: Any = None, fatal: Any = (), **endpoint: Any) -> Desk:
    """A desk that asks without patience."""
    settings = {"method": "POST" if batch > 1 else "GET", "headers": (("x-key", "k"),), "timeout": 5.0, "retries": 2, "rate": None, **endpoint}
    paths = (("tier", "tier"), ("score", "s.score"))
    return Desk(Questions("n", Endpoint(**settings), batch, answer, key, paths, json.dumps(SCHEMA), (), kept, frozenset(fatal)))


@unittest.skipUnless(importlib.util.find_spec("urllib3"), "needs the packages of transform.http")
class AnswersTest(unittest.TestCase):
    """Needs no Spark."""

    def setUp(self) -> None:
        self.sleeps: list[float] = []
        patch = mock.patch("stream_job.asking.time.sleep", self.sleeps.append)
        patch.start()
        self.addCleanup(patch.stop)

    def serve(self, *answers: Any) -> ServedEndpoint:
        """Answers in this order, then always the last; a text is a good answer, a number a status."""
        rest = list(answers)

        def answer(*_: Any) -> tuple[int, dict[str, str], str]:
            said = rest.pop(0) if len(rest) > 1 else rest[0]
            if isinstance(said, int):
                return said, {}, "why"
            return (200, {}, said) if isinstance(said, str) else said

        return ServedEndpoint(self, answer)

    def one(self, *answers: Any, **settings: Any) -> tuple[Outcome | None, ServedEndpoint]:
        """What comes of one row."""
        server = self.serve(*answers)
        return desk(**settings).outcomes([Request(f"{server.url}/a", None)])[0], server

    def test_an_answer_keeps_its_digits(self) -> None:
        outcome, server = self.one(GOOD)
        self.assertEqual(outcome, TOLD)
        self.assertEqual((server.asked, server.headers["x-key"]), ([("GET", "/a", None)], "k"))

    def test_an_answer_inside_of_another(self) -> None:
        self.assertEqual(self.one('{"data":[' + GOOD + "]}", answer="data.0")[0], TOLD)
        self.assertEqual(self.one(GOOD, answer="data")[0], Outcome(None, UNREADABLE, "the answer: nothing stands at `data`"))

    def test_what_is_wrong_with_an_answer(self) -> None:
        self.assertEqual(self.one("<html>")[0], Outcome(None, UNREADABLE, "the answer is no JSON object: <html>"))
        self.assertEqual(self.one('{"tier":')[0][1], UNREADABLE)
        self.assertEqual(self.one('{"tier":"x","s":{"score":"y"}}')[0][2], 'column `score` wants a number, not "y"')
        self.assertEqual(self.one("null")[0], Outcome("{}", None, "column `tier` is required and missing"))
        self.assertEqual(self.one('{"tier":"' + "x" * (16 << 20) + '"}')[0], Outcome(None, REFUSED, "the answer is larger than 16 MiB"))

    def test_a_status_says_whose_fault_it_is(self) -> None:
        for status in (400, 403, 404, 422, 302):
            outcome, server = self.one((status, {"location": "/b"}, "why"))
            self.assertEqual((outcome[1], len(server.asked)), (REFUSED, 1), status)
        for status, times in ((500, 3), (503, 3), (408, 3), (429, 3), (401, 1)):
            outcome, server = self.one(status)
            self.assertEqual((outcome, len(server.asked)), (Outcome(None, AWAY, f"127.0.0.1: status {status}"), times))
        self.assertEqual(self.one(404)[0], Outcome(None, REFUSED, "status 404: why"))

    def test_what_comes_to_nothing_is_tried_again_ever_later(self) -> None:
        outcome, server = self.one(500, (503, {"retry-after": "7"}, ""), GOOD)
        self.assertEqual((outcome, len(server.asked)), (TOLD, 3))
        self.assertTrue(0.25 <= self.sleeps[0] <= 0.5, self.sleeps)
        self.assertEqual(self.sleeps[1], 7)

    def test_a_server_that_asks_for_a_long_pause_is_away(self) -> None:
        outcome, server = self.one((429, {"retry-after": "61"}, ""))
        self.assertEqual((outcome[1], len(server.asked), self.sleeps), (AWAY, 1, []))
        outcome, server = self.one((429, {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, ""))
        self.assertEqual((outcome[1], len(server.asked)), (AWAY, 1))
        self.assertEqual(self.one((503, {"retry-after": "soon"}, ""), GOOD)[0], TOLD)

    def test_who_is_not_there_or_slow_is_away(self) -> None:
        nobody = desk().outcomes([Request("http://127.0.0.1:9/a?key=hunter2", None)])
        self.assertEqual(nobody, [Outcome(None, AWAY, "127.0.0.1: no connection")])
        outcome, _ = self.one((200, {"content-length": "99"}, "{"), timeout=0.1, retries=0)
        self.assertEqual(outcome, Outcome(None, AWAY, "127.0.0.1: no answer within 0.1 s"))

    def test_who_stays_away_is_left_alone_for_a_while(self) -> None:
        server = self.serve(500)
        told = desk(retries=0).outcomes([Request(f"{server.url}/{n}", None) for n in range(9)])
        self.assertEqual({each[1] for each in told}, {AWAY})
        self.assertEqual(len(server.asked), 5)
        there = self.serve(*[500, 500, 500, 500, 404] * 2)
        desk(retries=0).outcomes([Request(f"{there.url}/{n}", None) for n in range(9)])
        self.assertEqual(len(there.asked), 9)

    def test_what_is_fatal_ends_it_at_once(self) -> None:
        server = self.serve(500)
        with self.assertRaisesRegex(Unanswered, "n: http/away: 127.0.0.1: status 500"):
            desk(retries=0, fatal=[AWAY]).outcomes([Request(f"{server.url}/{n}", None) for n in range(9)])
        self.assertEqual(len(server.asked), 1)

    def test_equal_requests_are_asked_once_and_answers_kept(self) -> None:
        server = self.serve(GOOD)
        keeping, other = Request(f"{server.url}/a", None), Request(f"{server.url}/b", None)
        kept = desk(kept=(10, 60.0))
        self.assertEqual(kept.outcomes([keeping, None, keeping]), [TOLD, None, TOLD])
        self.assertEqual(kept.outcomes([other, keeping]), [TOLD, TOLD])
        self.assertEqual([path for _, path, _ in server.asked], ["/a", "/b"])
        forgetful = desk()
        for _ in range(2):
            forgetful.outcomes([keeping])
        self.assertEqual(len(server.asked), 4)

    def test_what_is_no_answer_is_not_kept(self) -> None:
        server = self.serve(404, '{"s":{}}', GOOD)
        kept = desk(kept=(10, 60.0))
        outcomes = [kept.outcomes([Request(f"{server.url}/a", None)])[0] for _ in range(4)]
        self.assertEqual(outcomes[2:], [TOLD, TOLD])
        self.assertEqual(len(server.asked), 3)

    def test_no_more_a_second_than_allowed(self) -> None:
        with mock.patch("stream_job.asking.time.monotonic", lambda: 100.0 + sum(self.sleeps)):
            server = self.serve(GOOD)
            desk(rate=4.0).outcomes([Request(f"{server.url}/{n}", None) for n in range(5)])
        self.assertAlmostEqual(sum(self.sleeps), 1.0)

    def test_the_credentials_of_a_server_stay_out_of_sight(self) -> None:
        self.assertEqual(repr(Endpoint("GET", (("authorization", "hunter2"),), 1.0, 0, None)), "Endpoint(GET)")


@unittest.skipUnless(importlib.util.find_spec("urllib3"), "needs the packages of transform.http")
class BatchTest(unittest.TestCase):
    """Several rows in one request. Needs no Spark."""

    def serve(self, answer: Any) -> ServedEndpoint:
        """`answer`: the rows that were sent → status and what is answered."""

        def answered(_method: str, _path: str, body: str | None) -> tuple[int, dict[str, str], str]:
            status, said = answer(json.loads(body or ""))
            return status, {}, json.dumps(said)

        return ServedEndpoint(self, answered)

    def ask(self, server: ServedEndpoint, count: int, **settings: Any) -> list[Any]:
        """Codes, or tiers, of as many rows."""
        told = desk(batch=4, **settings).outcomes([Request(server.url, json.dumps({"id": n})) for n in range(count)])
        return [each[1] or json.loads(each[0] or "")["tier"] for each in told if each]

    def test_answers_stand_in_the_order_of_the_rows(self) -> None:
        server = self.serve(lambda rows: (200, [{"tier": str(row["id"])} for row in rows]))
        self.assertEqual(self.ask(server, 9), [str(n) for n in range(9)])
        self.assertEqual([len(json.loads(body or "")) for _, _, body in server.asked], [4, 4, 1])

    def test_answers_are_found_by_a_key(self) -> None:
        server = self.serve(lambda rows: (200, {"found": [{"tier": str(row["id"]), "id": row["id"]} for row in rows[::-1] if row["id"] != 2]}))
        self.assertEqual(self.ask(server, 5, answer="found", key="id"), ["0", "1", UNREADABLE, "3", "4"])

    def test_too_few_answers_are_nobodys(self) -> None:
        server = self.serve(lambda rows: (200, [{"tier": "x"} for _ in rows[1:]]))
        self.assertEqual(self.ask(server, 4), [UNREADABLE] * 4)

    def test_one_row_that_is_refused_costs_the_others_nothing(self) -> None:
        server = self.serve(lambda rows: (422, "no") if any(row["id"] == 2 for row in rows) else (200, [{"tier": "x"} for _ in rows]))
        self.assertEqual(self.ask(server, 6), ["x", "x", REFUSED, "x", "x", "x"])
        self.assertEqual(len(server.asked), 6)


class AddressTest(unittest.TestCase):
    """Needs nothing."""

    def test_values_cannot_leave_their_place(self) -> None:
        self.assertEqual(url_of("http://h/{a.b}?q={c}", ["x/../é?", "&=#"]), "http://h/x%2F..%2F%C3%A9%3F?q=%26%3D%23")

    @unittest.skipUnless(importlib.util.find_spec("urllib3"), "needs the packages of transform.http")
    def test_a_step_back_is_refused(self) -> None:
        told = desk().outcomes([Request(url_of("http://127.0.0.1:9/shops/{a}/stock", [".."]), None)])
        self.assertEqual(told, [Outcome(None, REFUSED, "a value of `.` or `..` would lead to another path")])
