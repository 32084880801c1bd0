"""What a test gives in place of what steps ask elsewhere: the tables of lookups, and the answers of endpoints."""

from __future__ import annotations

import json
import os
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.answers import Desk, Outcome
from stream_job.json_rows import json_of_fields
from stream_job.rows import at_path
from stream_job.steps import http

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from pyspark.sql import Column

    from stream_job.answers import Questions


class Given:
    """The stand-ins of one test, in a folder of its own. Workers look there at every batch, so that what is given may change between two."""

    def __init__(self, stand_ins: dict[str, Any], folder: Path) -> None:
        self._answers, self._batches = stand_ins["answers"], stand_ins["batches"]
        self._folder = folder / "given"
        self._folder.mkdir()
        os.environ["TABLES"] = str(self._folder)
        http._asker = self._asker

    def enter(self, batch: int) -> None:
        """From here on there is what the test gives up to this batch, from 0."""
        tables: dict[str, Any] = {}
        holds: dict[str, Any] = {}
        for each in self._batches[: batch + 1]:
            tables |= each["tables"]
            holds |= each["holds"]
        for node, rows in tables.items():
            self._put(f"{node}.ndjson", "".join(f"{json.dumps(row)}\n" for row in rows))
        for node, places in holds.items():
            self._put(f"{node}.holds", json.dumps(places))

    def lacking(self) -> dict[str, str] | None:
        """Which `node` asked for what is not given, and a `message`."""
        found = self._folder / "lacking"
        return json.loads(found.read_text("utf-8").splitlines()[0]) if found.exists() else None

    def _put(self, name: str, text: str) -> None:
        beside = self._folder / f".{name}"
        beside.write_text(text, "utf-8")
        beside.replace(self._folder / name)

    def _asker(self, questions: Questions, _url: str) -> Callable[[Column, Column], Column]:
        given = self._answers[questions.node]
        desk = Desk(questions)
        outcomes = [http._row(_outcome(desk, each)) for each in given["answers"]]
        chosen = _chosen(questions.node, outcomes, self._folder)
        told = json_of_fields({path: path for path in given["told"]}) if given["told"] else F.lit("{}")
        fits = [_fits(each["when"]) for each in given["answers"]]
        conditions = F.array(*fits) if fits else F.array().cast("array<boolean>")
        return lambda values, _bodies: chosen(F.when(values.isNotNull(), conditions), told.cast("binary"))


def _outcome(desk: Desk, answer: dict[str, Any]) -> Outcome:
    return desk.outcome(answer["text"]) if "text" in answer else Outcome(None, answer["code"], answer["message"])


def _fits(when: list[list[Any]]) -> Column:
    conditions = [at_path(path).eqNullSafe(F.lit(text).cast(ddl)) for path, ddl, text in when]
    return reduce(lambda a, b: a & b, conditions, F.lit(True))


def _chosen(node: str, outcomes: list[Any], folder: Path) -> Any:
    """A function of Spark from which answers fit, and what the endpoint is told, to the first outcome that holds."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_type

    kind = to_arrow_type(T.DataType.fromDDL(http._TOLD))

    def chosen(fitting: pa.Array, told: pa.Array) -> pa.Array:
        holds = json.loads((folder / f"{node}.holds").read_text("utf-8"))
        rows = []
        for fits, asked in zip(fitting.to_pylist(), told.to_pylist()):
            place = None if fits is None else next((at for at in holds if fits[at]), None)
            rows.append(None if place is None else outcomes[place])
            if fits is not None and place is None:
                lacking = {"node": node, "message": f"no answer is given for {asked.decode('utf-8', 'replace')}"}
                with open(folder / "lacking", "a", encoding="utf-8") as file:
                    file.write(json.dumps(lacking) + "\n")
        return pa.array(rows, kind)

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    chosen.__annotations__ = {"fitting": pa.Array, "told": pa.Array, "return": pa.Array}
    return F.arrow_udf(chosen, http._TOLD).asNondeterministic()
