"""Rows as JSON, written by Spark: long and decimal as numbers, times in UTC with microseconds, bytes as base64, a null as null."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from stream_job.rows import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql import Column

_OPTIONS = {"ignoreNullFields": "false", "timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", "dateFormat": "yyyy-MM-dd"}


def json_of(columns: Iterable[str]) -> Column:
    """A JSON object of the columns (dotted paths), each by the last name of its path."""
    return F.to_json(F.struct(*[at_path(path).alias(path.rsplit(".", 1)[-1]) for path in columns]), _OPTIONS)


def json_of_fields(fields: dict[str, str]) -> Column:
    """A JSON object of the fields, each with the column (dotted path) whose value it holds."""
    return F.to_json(F.struct(*[at_path(path).alias(name) for name, path in fields.items()]), _OPTIONS)


def text_of_json(value: Column) -> Column:
    """A list, map or structure as JSON."""
    return F.to_json(value, _OPTIONS)


def at_path(path: str) -> Column:
    """The column at a dotted path."""
    return F.col(".".join(map(quoted, path.split("."))))
