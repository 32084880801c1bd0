"""Noticing at once that MongoDB is away, whoever is writing: Spark's workers have no way to tell."""

from __future__ import annotations

import threading
from typing import Any

from stream_job import events


def watch_mongodb(uri: str) -> None:
    """Emit `degraded` when no server accepts writes and `recovered` when one does again, from a thread of its own."""
    threading.Thread(target=_watch, args=(uri,), daemon=True).start()


def _watch(uri: str) -> None:
    import pymongo
    from pymongo.monitoring import TopologyListener

    class Topology(TopologyListener):
        """Tells the changes between reachable and not."""

        away = False

        def opened(self, _event: Any) -> None:
            """Nothing is known yet."""

        def description_changed(self, event: Any) -> None:
            """The driver has learnt something about the servers."""
            now = event.new_description
            errors = [str(server.error) for server in now.server_descriptions().values() if server.error]
            if now.has_writable_server():
                if self.away:
                    events.emit("recovered", service="mongodb", query=None, attempt=0, message="")
                self.away = False
            elif errors and not self.away:
                self.away = True
                events.emit("degraded", service="mongodb", query=None, attempt=1, message=errors[0].partition(" (configured timeouts")[0][:300])

        def closed(self, _event: Any) -> None:
            """The job ends."""

    # By default a server that is back is noticed after ten seconds.
    _watchers.append(pymongo.MongoClient(uri, event_listeners=[Topology()], appname="stream_job watch", heartbeatFrequencyMS=1_000))


# A client that nobody holds is closed.
_watchers: list[Any] = []
