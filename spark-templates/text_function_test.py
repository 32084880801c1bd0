"""A function of texts that fails: its row is a reject, the others are not, and each row that lives is asked once."""

from __future__ import annotations

import unittest

from stream_job.rows import LIVE, REJECTS, user_columns
from stream_job.steps import filter as below
from stream_job.steps import keywords
from stream_job.testing import needs_spark, rows


@needs_spark
class TextFunctionTest(unittest.TestCase):
    """In the one shared session."""

    def test_a_text_that_it_fails_on_is_a_reject(self) -> None:
        from pyspark.sql import functions as F

        frame = rows("`n` INT, `post` STRUCT<`t``x`: STRING>", (1, ("!",)), (2, (None,)), (3, ("bad",)), (4, ("bad",)))
        frame = frame.withColumn(LIVE, F.col("n") < 4)
        # A number of words that is none makes the function fail, where a text has words.
        told = keywords.apply(frame, node="k", text="post.t`x", into="terms", most=1, words="three")
        self.assertEqual(user_columns(told), ["n", "post", "terms"])
        kept = below.apply(told, node="b", where="n > 0")
        found = [(row["n"], row["terms"], row[LIVE], [tuple(each) for each in row[REJECTS] or []]) for row in kept.collect()]
        why = "TypeError: '<=' not supported between instances of 'int' and 'str'"
        self.assertEqual(found, [(1, [], True, []), (2, None, True, []), (3, None, False, [("k", "texts/failed", f"`post.t`x`: {why}")])])
        plan = kept._jdf.queryExecution().executedPlan().toString()
        self.assertEqual(plan.count("ArrowEvalPython ["), 1, plan)
