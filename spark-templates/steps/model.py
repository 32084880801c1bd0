"""transform.model: what an ONNX model answers for each row."""

from __future__ import annotations

import json
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.calling import prepared
from stream_job.row_function import file_beside, function_of, judged, row_values, settled
from stream_job.rows import at_path, quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TYPES = {"string": "STRING", "int": "INT", "long": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN"}


def apply(
    frame: DataFrame, *, node: str, file: str, inputs: dict[str, list[str]], outputs: dict[str, tuple[str, int | None, str]]
) -> DataFrame:
    """The frame with the columns of `outputs`, null where one that the model is asked about is null. The file lies beside the script.

    `inputs`: the model's input → paths of columns. `outputs`: new column → the model's output, the place in it, and the column's type. A row that the
    model fails on is a reject, `model/failed`. Raises where the model cannot be loaded, before any query runs.
    """
    content = file_beside(file)
    arguments: dict[str, Any] = {"inputs": inputs, "outputs": outputs}
    prepared("functions.model", json.dumps(arguments), content)
    fields = ", ".join(f"{quoted(column)}: {_TYPES[kind]}" for column, (_, _, kind) in outputs.items())
    called = function_of("functions.model", arguments, f"struct<{fields}>", row_values, content)
    paths = [path for columns in inputs.values() for path in columns]
    kinds = frame.select(*[at_path(path) for path in paths]).dtypes
    # As bytes: no text is refused on its way to Python.
    values = [at_path(path).cast("binary") if kind == "string" else at_path(path) for path, (_, kind) in zip(paths, kinds, strict=True)]
    given = F.struct(*[value.alias(f"c{at}") for at, value in enumerate(values)])
    is_whole = reduce(lambda a, b: a & b, [at_path(path).isNotNull() for path in paths])
    told, answers = judged(frame, node, "model/failed", F.when(is_whole, given), called)
    return settled(told.withColumns({column: answers.getField(column) for column in outputs}))
