"""Masks: what is readable afterwards, what is still told apart, and where the salt is not."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unittest
from unittest import mock

from stream_job.rows import LIVE, RECORD, REJECTS
from stream_job.steps import mask as step
from stream_job.testing import needs_spark, rows

SALT = "a salt that nobody knows"
SECRETS = mock.patch.dict(os.environ, {"JOB_SECRETS": json.dumps({"m": {"salt": SALT}})})


def hashed(text: str) -> str:
    """What the hash must be, by the text of RFC 2104 and not by the library that the step uses."""
    key = SALT.encode().ljust(64, b"\0")
    inner = hashlib.sha256(bytes(each ^ 0x36 for each in key) + text.encode()).digest()
    return hashlib.sha256(bytes(each ^ 0x5C for each in key) + inner).hexdigest()


@needs_spark
class MaskTest(unittest.TestCase):
    """In the one shared session."""

    @SECRETS
    def test_masks_columns_and_fields_and_nothing_else(self) -> None:
        kinds = "`id` STRING, `n` BIGINT, `c` STRUCT<`na``me`: STRING, `card`: STRUCT<`no`: STRING>, `age`: INT>, `zip` STRING, `tags` ARRAY<STRING>"
        frame = rows(
            kinds,
            ("é😀", -7, ("Zoë Ǆ漢字 x٣", ("4111-1111-2222-3456",), 44), "94103", ["a"]),
            (None, None, (None, None, None), "9", None),
            ("", 0, None, None, []),
        )
        masked = step.apply(
            frame,
            node="m",
            hash=["id", "n"],
            redact=["c.na`me", "c.age", "tags"],
            replacement="***",
            truncate={"zip": 3},
            shape={"c.card.no": 4},
        )
        self.assertEqual(masked.columns, [*frame.columns])
        first, second, third = masked.collect()
        self.assertEqual((first["id"], first["n"]), (hashed("é😀"), hashed("-7")))
        self.assertEqual((third["id"], third["n"]), (hashed(""), hashed("0")))
        self.assertEqual(tuple(first["c"]), ("***", ("0000-0000-0000-3456",), None))
        self.assertEqual((first["zip"], first["tags"], second["zip"]), ("941", None, "9"))
        self.assertEqual((second["id"], second["n"], tuple(second["c"])), (None, None, (None, None, None)))
        self.assertEqual((third["c"], third["zip"], third["tags"]), (None, None, None))
        self.assertEqual({(row[LIVE], row[REJECTS], row[RECORD] is None) for row in (first, second, third)}, {(True, None, False)})

    def test_the_shape_of_every_script(self) -> None:
        texts = ["Zoë ǅ漢字 x٣½", "a@B.c", "1234", "12345", "😀a1é", ""]
        frame = rows("`s` STRING, `t` STRING", *[(text, text) for text in texts])
        found = [(row["s"], row["t"]) for row in step.apply(frame, node="m", shape={"s": 0, "t": 4}).collect()]
        self.assertEqual(
            found,
            [
                ("Xxx Xxx x00", "Xxx Xxx x٣½"[:-4] + " x٣½"),
                ("x@X.x", "x@B.c"),
                ("0000", "0000"),
                ("00000", "02345"),
                ("😀x0x", "😀x0x"),
                ("", ""),
            ],
        )

    @SECRETS
    def test_the_salt_stands_in_no_plan(self) -> None:
        masked = step.apply(rows("`id` STRING", ("a",)), node="m", hash=["id"])
        shown = masked._jdf.queryExecution().toString()
        self.assertIn("digest", shown)
        self.assertNotIn(SALT, shown)
        self.assertEqual(masked.collect()[0]["id"], hmac.digest(SALT.encode(), b"a", "sha256").hex())

    @SECRETS
    def test_a_secret_that_is_not_there_is_named(self) -> None:
        with self.assertRaisesRegex(ValueError, "JOB_SECRETS has no `salt` for the node `other`"):
            step.apply(rows("`id` STRING", ("a",)), node="other", hash=["id"])
