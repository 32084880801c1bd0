"""transform.python: a function of the user's, called once for each row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F

from stream_job.calling import prepared
from stream_job.row_function import file_beside, function_of, judged, row_values, settled
from stream_job.rows import at_path

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def apply(
    frame: DataFrame, *, node: str, file: str, function: str, inputs: dict[str, str], types: dict[str, Any], columns: dict[str, Any], returns: str
) -> DataFrame:
    """The frame with new columns, those of the dict that the function of the file beside the script gives for each row.

    `inputs`: parameter → path of the column that it is given. `types`, `columns`: of `functions.typed`. `returns`: the new columns in DDL. A row on which the
    function fails, or gives something of another type, is a reject (`python/failed`). Raises where the function cannot be loaded, before any query runs.
    """
    content = file_beside(file)
    arguments = {"file": file.removeprefix("files/"), "function": function, "inputs": types, "columns": columns}
    prepared("functions.python", json.dumps(arguments), content)
    called = function_of("functions.python", arguments, f"struct<{returns}>", row_values, content)
    # As bytes: no text is refused on its way to Python.
    values = [at_path(path).cast("binary") if types[name]["kind"] == "string" else at_path(path) for name, path in inputs.items()]
    given = F.struct(*[value.alias(f"c{at}") for at, value in enumerate(values)])
    told, result = judged(frame, node, "python/failed", given, called)
    return settled(told.withColumns({column: result.getField(column) for column in columns}))
