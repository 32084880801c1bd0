"""transform.mask: columns made unreadable."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.job_secrets import secret_of
from stream_job.rows import at_path, with_values

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

# Java's classes know the letters and digits of every script; Spark's `mask` leaves letters without case as they are.
_CAPITAL = r"[\p{Lu}\p{Lt}]"
_OTHER_LETTER = r"[\p{L}\p{M}&&[^\p{Lu}\p{Lt}]]"
_DIGIT = r"\p{N}"


def apply(
    frame: DataFrame,
    *,
    node: str,
    hash: list[str] | None = None,
    redact: list[str] | None = None,
    replacement: str = "",
    truncate: dict[str, int] | None = None,
    shape: dict[str, int] | None = None,
) -> DataFrame:
    """The frame with the columns at these paths masked; null stays null.

    `hash`: HMAC-SHA-256 in hex, with the secret `salt` of the node. `redact`: `replacement` for a text, else null. `truncate`: path → characters
    that stay at the front. `shape`: path → characters that stay readable at the end, of those that are longer.
    """
    ways: dict[str, Callable[[Column], Column]] = {}
    if hash:
        digest = _hasher(secret_of(node, "salt").encode())
        # As bytes: no text is refused on its way to Python.
        ways.update({path: lambda value: digest(value.cast("string").cast("binary")) for path in hash})
    for path in redact or []:
        is_text = frame.select(at_path(path)).schema[0].dataType.typeName() == "string"
        ways[path] = _replaced(replacement) if is_text else _gone(frame, path)
    ways.update({path: lambda value, n=n: F.substring(value, 1, n) for path, n in (truncate or {}).items()})
    ways.update({path: lambda value, n=n: _shape(value, n) for path, n in (shape or {}).items()})
    return with_values(frame, {path: way(at_path(path)) for path, way in ways.items()})


def _hasher(salt: bytes) -> Callable[[Column], Column]:
    """In Python, because a literal of SQL stands in the plans that Spark shows and logs."""
    import pyarrow as pa

    def digest(values: pa.Array) -> pa.Array:
        texts = [None if value is None else hmac.digest(salt, value, "sha256").hex() for value in values.to_pylist()]
        return pa.array(texts, pa.string())

    # Spark looks the names of the hints up where the function is defined, and there pyarrow is not imported.
    digest.__annotations__ = {"values": pa.Array, "return": pa.Array}
    return F.arrow_udf(digest, "string")


def _replaced(replacement: str) -> Callable[[Column], Column]:
    return lambda value: F.when(value.isNotNull(), F.lit(replacement))


def _gone(frame: DataFrame, path: str) -> Callable[[Column], Column]:
    kind = frame.select(at_path(path)).schema[0].dataType
    return lambda _: F.lit(None).cast(kind)


def _shape(value: Column, readable: int) -> Column:
    hidden = F.regexp_replace(value, _CAPITAL, "X")
    hidden = F.regexp_replace(F.regexp_replace(hidden, _OTHER_LETTER, "x"), _DIGIT, "0")
    if readable == 0:
        return hidden
    length = F.length(value)
    front = F.substring(hidden, F.lit(1), length - readable)
    return F.when(length > readable, F.concat(front, F.substring(value, -readable, readable))).otherwise(hidden)
