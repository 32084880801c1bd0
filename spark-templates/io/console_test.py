"""sink.console: which rows are told, and as what text."""

from __future__ import annotations

import unittest

import pyarrow as pa

from stream_job.counts import Counts
from stream_job.dead_letters import Origin
from stream_job.io import console
from stream_job.io.console import ShowTask
from stream_job.retrying import silent
from stream_job.rows import VALUE
from stream_job.testing import arrow_rows, needs_spark, rows


class ShowTest(unittest.TestCase):
    """Cells are texts by then."""

    def test_the_first_rows_of_the_batch_are_told_and_the_others_counted(self) -> None:
        task = ShowTask(Origin("p", "s", "letters", ()), frozenset(), {}, ("k",), 3)
        batches = [arrow_rows({VALUE: pa.array([[f"{part}{n}"] for n in range(2)])}) for part in "abc"]
        halves = [task.run(some, 7, silent) for some in (batches[:1], batches[1:])]
        counts = Counts()
        for half in halves:
            counts.add(half)
        self.assertEqual(task.told(counts), {"columns": ["k"], "rows": [["a0"], ["a1"], ["b0"]], "left": 3})
        self.assertEqual(counts.written, 6)


@needs_spark
class CellTest(unittest.TestCase):
    """What Spark makes of a value."""

    def test_a_cell_is_text_cut_where_it_is_long(self) -> None:
        frame = rows("`t` STRING, `n` DOUBLE, `s` STRUCT<`x`: INT>, `l` ARRAY<STRING>", ("x" * 201, 0.5, (None,), ["a"]), (None, None, None, None))
        cells = [console._cell(frame.schema[name].dataType, name) for name in "tnsl"]
        found = [list(row) for row in frame.select(*cells).collect()]
        self.assertEqual(found, [["x" * 200 + "…", "0.5", '{"x":null}', '["a"]'], [None] * 4])
