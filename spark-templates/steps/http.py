"""transform.http: columns that an HTTP endpoint answers."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F
from pyspark.sql import types as T

from stream_job.answers import AWAY, REFUSED, UNREADABLE, Outcome, Questions, Request, desk_of, url_of
from stream_job.asking import Endpoint
from stream_job.counting import BROKEN, counted
from stream_job.job_secrets import secret_of
from stream_job.json_rows import json_of_fields
from stream_job.reading import read_strictly
from stream_job.rows import LIVE, REJECTS, add_reject, at_path, carried, quoted, user_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

_COLUMN = re.compile(r"\{([^{}]+)\}")
_OUTCOME, _ANSWER, _BAD, _CODE = "__outcome", "__answer", "__bad", "__code"
_TOLD = "struct<answer: binary, code: string, message: string>"
# What a summary calls the rows without an answer that go on: what they lack.
_LACKING = {REFUSED: "accepted", UNREADABLE: "readable", AWAY: "answered"}


def apply(
    frame: DataFrame,
    *,
    node: str,
    url: str,
    columns: str,
    units: dict[str, str] | None = None,
    body: dict[str, str] | None = None,
    on_error: str = "dead-letter",
    when_away: str = "fail",
    **asking: Any,
) -> DataFrame:
    """The frame with `columns` (DDL), which the endpoint answers for each row that lives.

    `url`: `{column}` stands for the value of a column, percent-encoded; a row with a null there is not asked. `body`: field → path of the column
    that is sent. `on_error`, for what is wrong with a row (`http/refused`, `http/unreadable`), and `when_away`, for an endpoint that does not answer
    (`http/away`): `dead-letter`, `keep` (null) or `fail`. `asking`: what `_questions` takes.
    """
    schema = T.StructType.fromDDL(columns)
    ways = {REFUSED: on_error, UNREADABLE: on_error, AWAY: when_away}
    questions = _questions(node, schema, units or {}, ways, **asking)
    beginning = secret_of(node, "url") if "url" in asking.get("secrets", []) else ""
    asked = _asker(questions, beginning.replace("{", "%7B").replace("}", "%7D") + url)
    told = frame.withColumn(_OUTCOME, asked(*_told_of(url, body)))
    read = read_strictly(told.withColumn(_ANSWER, F.col(f"{_OUTCOME}.answer")), _ANSWER, schema, units or {}, _BAD)
    unreadable = F.col(_ANSWER).isNotNull() & F.col(_BAD)
    judged = read.withColumn(_CODE, F.when(unreadable, F.lit(UNREADABLE)).otherwise(F.col(f"{_OUTCOME}.code")))
    settled = _settled(judged, node, ways)
    own = [quoted(name) for name in user_columns(frame)]
    added = [F.when(F.col(_CODE).isNull(), F.col(quoted(name))).alias(name) for name in schema.names]
    return settled.select(*own, *added, *carried(frame), LIVE, REJECTS)


def _told_of(url: str, body: dict[str, str] | None) -> list[Column]:
    """What the workers are told of a row: the values of the address, null where it is not asked, and the body. As bytes: no text is refused on its way to Python."""
    paths = _COLUMN.findall(url)
    is_asked = F.col(LIVE)
    for path in paths:
        is_asked = is_asked & at_path(path).isNotNull()
    values = F.array(*[at_path(path).cast("string").cast("binary") for path in paths]).cast("array<binary>")
    sent = F.lit(None).cast("binary") if body is None else json_of_fields(body).cast("binary")
    return [F.when(is_asked, values), F.when(is_asked, sent)]


def _questions(
    node: str,
    schema: T.StructType,
    units: dict[str, str],
    ways: dict[str, str],
    *,
    paths: dict[str, str],
    method: str = "GET",
    headers: dict[str, str] | None = None,
    auth: dict[str, str] | None = None,
    secrets: list[str] | None = None,
    batch: int = 1,
    answer: str | None = None,
    key: str | None = None,
    timeout_ms: int = 10_000,
    retries: int = 4,
    rate: float | None = None,
    cache: dict[str, int] | None = None,
) -> Questions:
    """`secrets` names what JOB_SECRETS holds of this node: `url`, the beginning of the address; `auth`; `user`; `header NAME`. `cache`: `size` and `ttl_ms`."""
    hidden = {name: secret_of(node, name) for name in secrets or []}
    sent = {"user-agent": "pipeline-engine", "accept": "application/json", "accept-encoding": "gzip"}
    if method != "GET":
        sent["content-type"] = "application/json"
    sent |= {name.lower(): value for name, value in (headers or {}).items()}
    sent |= {name.removeprefix("header ").lower(): value for name, value in hidden.items() if name.startswith("header ")}
    endpoint = Endpoint(method, tuple({**sent, **_authorization(auth, hidden)}.items()), timeout_ms / 1000, retries, rate)
    kept = (cache["size"], cache["ttl_ms"] / 1000) if cache else None
    told = (tuple(paths.items()), schema.json(), tuple(units.items()))
    return Questions(node, endpoint, batch, answer, key, *told, kept, frozenset(code for code, way in ways.items() if way == "fail"))


def _authorization(auth: dict[str, str] | None, hidden: dict[str, str]) -> dict[str, str]:
    if auth is None:
        return {}
    secret = hidden["auth"]
    if auth["type"] == "header":
        return {auth["header"].lower(): secret}
    if auth["type"] == "bearer":
        return {"authorization": f"Bearer {secret}"}
    user = hidden.get("user") or auth.get("user", "")
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()}


def _asker(questions: Questions, url: str) -> Callable[[Column, Column], Column]:
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_type

    kind = to_arrow_type(T.DataType.fromDDL(_TOLD))

    def results(values: pa.Array, bodies: pa.Array) -> pa.Array:
        pairs = zip(values.to_pylist(), bodies.to_pylist())
        requests = [None if each is None else Request(url_of(url, map(_text, each)), None if body is None else _text(body)) for each, body in pairs]
        return pa.array([_row(outcome) for outcome in desk_of(questions).outcomes(requests)], kind)

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    results.__annotations__ = {"values": pa.Array, "bodies": pa.Array, "return": pa.Array}
    # An endpoint may answer otherwise the next time, and must not be asked once more for every step below.
    return F.arrow_udf(results, _TOLD).asNondeterministic()


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _row(outcome: Outcome | None) -> dict[str, Any] | None:
    if outcome is None:
        return None
    answer = None if outcome.answer is None else outcome.answer.encode("utf-8", "replace")
    return {"answer": answer, "code": outcome.code, "message": outcome.message}


def _settled(frame: DataFrame, node: str, ways: dict[str, str]) -> DataFrame:
    """The frame with the rows that have no answer refused, counted, or the end of the query."""
    code = F.col(_CODE)
    why = F.coalesce(F.col(f"{_OUTCOME}.message"), F.lit("the answer is not of the declared columns"))
    if ways[UNREADABLE] == "fail":
        fatal = F.raise_error(F.concat(F.lit(f"{node}: {UNREADABLE}: "), why))
        frame = frame.withColumn(_CODE, F.when(code == UNREADABLE, fatal.cast("string")).otherwise(code))
    kept = [each for each, way in ways.items() if way == "keep"]
    if kept:
        frame = counted(frame, BROKEN, node, **{_LACKING[each]: F.count_if(F.col(LIVE) & (code == each)) for each in kept})
    dead = F.coalesce(code.isin([each for each, way in ways.items() if way == "dead-letter"]), F.lit(False))
    reject = F.array(F.struct(F.lit(node).alias("node"), code.alias("code"), why.alias("message")))
    return frame.withColumns({REJECTS: add_reject(frame, dead, reject), LIVE: F.col(LIVE) & ~dead})
