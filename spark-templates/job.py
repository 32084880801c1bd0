"""A job: its session, its settings from the environment, its queries."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stream_job import events
from stream_job.lifecycle import Lifecycle
from stream_job.session import open_session
from stream_job.surroundings import Surroundings
from stream_job.watch import watch_mongodb

if TYPE_CHECKING:
    from stream_job.batches import Query


class Job:
    """One Spark application: what a generated script declares, and `run` carries out.

    Settings come from the environment: KAFKA_BOOTSTRAP_SERVERS, KAFKA_OPTIONS, MONGODB_URI, MONGODB_DATABASE, CHECKPOINTS,
    TOPIC_EPOCHS, TOPIC_STARTS, WINDOWS_FROM, FILES_FROM, TABLES, JOB_SECRETS, JOB_CONTROL, JOB_TRIGGER; with JOB_SETTINGS=stdin the first line of standard input adds to them, once the session
    is open.
    """

    def __init__(self, *, pipeline: str, spec: str, dead_letters: str, shuffle_partitions: int = 4) -> None:
        from stream_job.io.kafka import parse_options

        self.pipeline, self.spec, self.dead_letters = pipeline, spec, dead_letters
        self._script = str(Path(sys.argv[0]).resolve())
        self.spark = open_session(f"stream_job {pipeline}", shuffle_partitions)
        self._surroundings = Surroundings(self.spark)
        sys.excepthook = self._report_crash
        events.emit("session", spark=self.spark.version)
        if os.environ.get("JOB_SETTINGS") == "stdin":
            os.environ.update(self._surroundings.settings())
        self.bootstrap_servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
        self.kafka_options = parse_options(os.environ.get("KAFKA_OPTIONS"))
        self.mongodb_uri = os.environ.get("MONGODB_URI", "")
        # Steps look there too.
        self.mongodb_database = os.environ.setdefault("MONGODB_DATABASE", pipeline)
        self.topic_epochs: dict[str, str] = json.loads(os.environ.get("TOPIC_EPOCHS") or "{}")
        self.topic_starts: dict[str, dict[str, int]] = json.loads(os.environ.get("TOPIC_STARTS") or "{}")
        self.windows_from: dict[str, str] = json.loads(os.environ.get("WINDOWS_FROM") or "{}")
        # Where relative paths of files are taken from.
        self.files = Path(os.environ.get("FILES_FROM") or ".").resolve()
        self.readers: dict[str, Any] = {}
        self._queries: list[Query] = []

    def sink_settings(self, owns: list[str]) -> dict[str, Any]:
        """What every sink task is made of: `origin`, `owns`, `readers`."""
        from stream_job.dead_letters import Origin
        from stream_job.io.kafka import producer_settings

        settings = producer_settings(self.bootstrap_servers, self.kafka_options)
        origin = Origin(self.pipeline, self.spec, self.dead_letters, settings)
        return {"origin": origin, "owns": frozenset(owns), "readers": self.readers}

    def declare(self, query: Query) -> None:
        """Add a query; it starts with `run`."""
        if any(query.name == other.name for other in self._queries):
            raise ValueError(f"two queries are named {query.name}")
        self._queries.append(query)

    def line_of_caller(self) -> int | None:
        """The line of the generated script that is being carried out."""
        return next((line for frame, line in traceback.walk_stack(None) if self._is_script(frame.f_code.co_filename)), None)

    def checkpoint(self, query: str) -> str:
        """The query's checkpoint folder."""
        return json.loads(os.environ.get("CHECKPOINTS") or "{}").get(query, str(Path("checkpoints", query).resolve()))

    def checkpoint_version(self, query: str) -> str:
        """The name of the checkpoint's folder, `v1` for the first: a query that begins anew gets another, and counts its batches from 0 again."""
        return Path(self.checkpoint(query)).name

    def run(self) -> None:
        """Start every query and follow them until a stop request, the end of what is there, or a failure for good. Never returns."""
        once = os.environ.get("JOB_TRIGGER") == "available-now"
        life = Lifecycle(self.spark, self._queries, self.checkpoint, once=once)
        self._surroundings.on_request(life.request_stop, life.request_drain, watch_input=os.environ.get("JOB_CONTROL") == "stdin")
        if self.mongodb_uri:
            watch_mongodb(self.mongodb_uri)
        self._surroundings.leave(life.follow())

    def _is_script(self, filename: str) -> bool:
        return str(Path(filename).resolve()) == self._script

    def _report_crash(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        """A mistake before any query runs: told as an event with the script's line, then exit 1."""
        lines = [frame.lineno for frame in traceback.extract_tb(trace) if self._is_script(frame.filename)]
        told = {"type": kind.__name__, "message": (str(error).splitlines() or [''])[0][:2000], "line": lines[-1] if lines else None}
        traceback.print_exception(kind, error, trace)
        events.emit("failed", query=None, error=told, restarts=0, final=True)
        self._surroundings.leave(1)
