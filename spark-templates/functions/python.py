"""transform.python: a function of the user's, in a file beside the spec, called once for each row."""

from __future__ import annotations

import inspect
import sys
import traceback
import types
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

from stream_job.calling import Told, reason
from stream_job.functions.typed import given, plain, shown, taken

if TYPE_CHECKING:
    from collections.abc import Callable


def prepare(
    *, content: bytes, file: str, function: str, inputs: dict[str, Any], columns: dict[str, Any], as_plain: bool = False
) -> Callable[[list[Any]], dict[str, Any]]:
    """The function from the values of a row, one for each of `inputs` in order, to those of the new columns.

    `inputs`: parameter → type. `columns`: new column → a type with `required`. With `as_plain` the results are in a form that JSON holds. Raises where the
    file is no Python, has no such function, or one that takes other parameters. What the function raises, or gives of a wrong type, is `Told`.
    """
    called = _loaded(content, file, function)
    try:
        inspect.signature(called).bind(**dict.fromkeys(inputs))
    except TypeError as error:
        raise Told(f"`{function}` cannot be called with {', '.join(inputs)}: {error}") from None
    returns = {"kind": "struct", "fields": [{"name": name, **column} for name, column in columns.items()]}

    def ask(values: list[Any]) -> dict[str, Any]:
        arguments = {name: given(value, kind) for (name, kind), value in zip(inputs.items(), values, strict=True)}
        try:
            result = called(**arguments)
        except (Exception, SystemExit) as error:
            raise Told(f"{reason(error)}{_place(error, file)}") from None
        if not isinstance(result, dict):
            raise Told(f"`{function}` gave {shown(result)}, and no dict of columns")
        made = taken(result, returns, "")
        return plain(made, returns) if as_plain else made

    return ask


def _loaded(content: bytes, file: str, function: str) -> Callable[..., Any]:
    module = types.ModuleType("stream_job_user_code")
    module.__file__ = file
    # What looks a class up by its module finds it there: dataclasses do.
    sys.modules[module.__name__] = module
    try:
        # Standard output is the job's, for its events.
        with redirect_stdout(sys.stderr):
            exec(compile(content, file, "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        raise Told(f"{file} cannot be loaded: {reason(error)}{_place(error, file)}") from None
    called = getattr(module, function, None)
    if not callable(called):
        raise Told(f"{file} has no function `{function}`")
    return called


def _place(error: BaseException, file: str) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f" ({file}:{lines[-1]})" if lines else ""
