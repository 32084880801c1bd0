"""transform.model: what an ONNX model answers for rows, by onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

BATCHES = True

_KINDS = {"float": "float32", "double": "float64", "float16": "float16", "string": "object", "bool": "bool"}
_OURS = {"string": str, "int": int, "long": int, "double": float, "boolean": bool}


def prepare(
    *, content: bytes, inputs: dict[str, list[str]], outputs: dict[str, tuple[str, int | None, str]]
) -> Callable[[list[list[Any]]], list[dict[str, Any]]]:
    """The function from rows, each with its values for all inputs in order, to the new columns of each.

    `inputs`: the model's input → the columns that it is made of. `outputs`: new column → the model's output, the place of the value in it, and its type.
    Raises where the model cannot be loaded or has other inputs and outputs. Without a place an output has one value for a row.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Spark's workers share out the cores already, and one thread adds in one order.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    known = {each.name: each for each in session.get_inputs()}
    if set(known) != set(inputs):
        raise ValueError(f"the model takes {', '.join(known)}, and is given {', '.join(inputs)}")
    wanted = list(dict.fromkeys(name for name, _, _ in outputs.values()))
    one_by_one = any(each.shape and each.shape[0] == 1 for each in known.values())

    def ask(rows: list[list[Any]]) -> list[dict[str, Any]]:
        feed, start = {}, 0
        for name, columns in inputs.items():
            feed[name] = _tensor([row[start : start + len(columns)] for row in rows], known[name])
            start += len(columns)
        answers = dict(zip(wanted, session.run(wanted, feed), strict=True))
        made = {column: _column(answers[name], at, kind, len(rows)) for column, (name, at, kind) in outputs.items()}
        return [{column: values[i] for column, values in made.items()} for i in range(len(rows))]

    return (lambda rows: [ask([row])[0] for row in rows]) if one_by_one else ask


def _tensor(rows: list[list[Any]], known: Any) -> np.ndarray:
    import numpy as np

    element = known.type.removeprefix("tensor(").removesuffix(")")
    convert = _text if element == "string" else bool if element == "bool" else float if element in _KINDS else int
    values = [[convert(value) for value in row] for row in rows]
    array = np.array(values, _KINDS.get(element, element))
    return array.reshape(-1) if len(known.shape) == 1 else array


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _column(answer: Any, at: int | None, kind: str, rows: int) -> list[Any]:
    if len(answer) != rows:
        raise ValueError(f"the model answers {len(answer)} times for {rows} rows")
    values = answer if answer.ndim == 1 else answer[:, 0 if at is None and answer.shape[1] == 1 else at]
    if values.ndim != 1:
        raise ValueError(f"an output has {answer.shape[1]} values for a row, and it is not said which is meant")
    return [_OURS[kind](value) for value in values.tolist()]
