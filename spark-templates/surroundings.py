"""The process around the job: where its output goes, who may stop it, how it ends.

`SparkSubmit` starts the script as a child of the JVM, merges the child's two outputs and keeps its own standard input and the
signals for itself. So there the way to standard error, standard input and signals leads through the JVM.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from stream_job import events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyspark.sql import SparkSession


class Surroundings:
    """Claims standard output for events and knows how this process was started."""

    def __init__(self, spark: SparkSession) -> None:
        self._jvm: Any = spark._jvm
        self._inside_submit = "PYSPARK_GATEWAY_PORT" in os.environ
        self._lines: Any = None
        if self._inside_submit:
            self._forward_errors()
        events.claim_output()

    def settings(self) -> dict[str, str]:
        """The first line of standard input: a JSON object of environment variables. Its end instead means that nobody wants the job."""
        line = self._read_line()
        if line is None:
            self.leave(0)
        return json.loads(line or "{}")

    def requests(self) -> Iterator[dict[str, Any]]:
        """The lines of standard input, each a JSON object, until its end."""
        while (line := self._read_line()) is not None:
            yield json.loads(line)

    def on_request(self, stop: Callable[[str], None], drain: Callable[[], None], *, watch_input: bool) -> None:
        """Call `stop` on SIGTERM and SIGINT and, with `watch_input`, on a line `stop` or the end of standard input; `drain` on a line `drain`."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _frame: stop(signal.Signals(number).name))
        if self._inside_submit:
            self._handler = _SignalHandler(stop)
            for name in ("TERM", "INT"):
                self._jvm.sun.misc.Signal.handle(self._jvm.sun.misc.Signal(name), self._handler)
        if watch_input:
            threading.Thread(target=self._watch_input, args=(stop, drain), daemon=True).start()

    def leave(self, code: int) -> None:
        """End now. Not by returning: threads blocked in calls to the JVM would hold the interpreter for seconds."""
        sys.stdout.flush()
        sys.stderr.flush()
        if self._inside_submit:
            self._errors_drained()
        os._exit(code)

    def _watch_input(self, stop: Callable[[str], None], drain: Callable[[], None]) -> None:
        try:
            while (line := self._read_line()) is not None:
                if line.strip() == "stop":
                    stop("stop")
                    return
                if line.strip() == "drain":
                    drain()
        except Exception:
            # The JVM is gone: nothing is left to do, and nobody else would tell the thread that waits for events.
            os._exit(1)
        stop("end of input")

    def _read_line(self) -> str | None:
        if not self._inside_submit:
            return sys.stdin.readline() or None
        if self._lines is None:
            io = self._jvm.java.io
            self._lines = io.BufferedReader(io.InputStreamReader(getattr(self._jvm.java.lang.System, "in"), "UTF-8"))
        return self._lines.readLine()

    def _forward_errors(self) -> None:
        reader, writer = os.pipe()
        os.dup2(writer, 2)
        os.close(writer)
        err = getattr(self._jvm.java.lang.System, "err")

        def forward() -> None:
            with os.fdopen(reader, encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    err.println(line.rstrip("\n"))

        self._forwarder = threading.Thread(target=forward, daemon=True)
        self._forwarder.start()

    def _errors_drained(self) -> None:
        """Both ends of the pipe that still write are closed, so that the forwarder reads to its end."""
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 2)
        os.dup2(null, 1)
        self._forwarder.join(1.0)


class _SignalHandler:
    """Java's side of a signal, as py4j sees it."""

    def __init__(self, stop: Callable[[str], None]) -> None:
        self._stop = stop

    def handle(self, _signal: Any) -> None:
        """Called by the JVM's signal thread."""
        self._stop("signal")

    class Java:
        """The interface that the JVM calls."""

        implements = ["sun.misc.SignalHandler"]
