"""One HTTP endpoint, asked from one process: bounded in time, in size and in how often. Needs no Spark."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import urllib3

MOST_BYTES = 16 * 1024 * 1024
# A server that asks for a longer pause is away.
LONGEST_PAUSE = 60.0
_LONGEST_BACKOFF = 30.0
# After so many requests that came to nothing, one behind the other, none is made for a while.
_MOST_FAILURES, _REST = 5, 10.0
# Statuses with which a server says that it is not the request's fault: too slow, too early, too many.
_NOT_NOW = frozenset({408, 425, 429})
# Who asks is turned away, whatever the row: that is not the row's fault either, and no retry mends it.
_UNKNOWN = frozenset({401, 407})


class Refused(Exception):
    """The endpoint refuses this request: the row's own fault."""


class Away(Exception):
    """The endpoint answers nobody, or not us."""


@dataclass(frozen=True)
class Endpoint:
    """How an endpoint is asked. Holds secrets: it travels to the workers, and is never printed."""

    method: str
    # Name and value.
    headers: tuple[tuple[str, str], ...]
    # Seconds for one request, from the connection to the last byte.
    timeout: float
    # How often a request is made again.
    retries: int
    # Requests a second at most, None without a bound.
    rate: float | None

    def __repr__(self) -> str:
        return f"Endpoint({self.method})"


class _NotNow(Exception):
    """This attempt came to nothing. `pause`: how long the server asks us to wait."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


class Asker:
    """Asks, one request at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        import urllib3

        self._endpoint = endpoint
        self._pool = urllib3.PoolManager(num_pools=4, maxsize=1, retries=False)
        self._next = 0.0
        self._failures, self._resting_until = 0, 0.0

    def ask(self, url: str, body: str | None) -> str:
        """The text of the answer. Raises Refused, or Away once all retries have come to nothing."""
        if time.monotonic() < self._resting_until:
            raise Away(f"{_host(url)} was away a moment ago")
        try:
            answer = self._insist(url, body)
        except Away:
            self._failures += 1
            if self._failures >= _MOST_FAILURES:
                self._resting_until = time.monotonic() + _REST
            raise
        except Refused:
            self._failures = 0
            raise
        self._failures = 0
        return answer

    def _insist(self, url: str, body: str | None) -> str:
        for attempt in range(self._endpoint.retries + 1):
            self._wait_for_turn()
            try:
                return self._once(url, body)
            except _NotNow as error:
                pause = max(error.pause or 0.0, _backoff(attempt))
                if attempt == self._endpoint.retries or pause > LONGEST_PAUSE:
                    raise Away(f"{_host(url)}: {error}") from error
                time.sleep(pause)
        raise AssertionError

    def _wait_for_turn(self) -> None:
        if self._endpoint.rate is None:
            return
        turn = max(time.monotonic(), self._next)
        self._next = turn + 1 / self._endpoint.rate
        time.sleep(max(0.0, turn - time.monotonic()))

    def _once(self, url: str, body: str | None) -> str:
        from urllib3.exceptions import HTTPError

        try:
            status, headers, content = self._exchange(url, body)
        except HTTPError as error:
            # What it says may quote the address, and with it a secret.
            raise _NotNow(_in_words(error, self._endpoint.timeout)) from None
        said = f"status {status}"
        if 200 <= status < 300:
            return content.decode("utf-8-sig", "replace")
        if status in _UNKNOWN:
            raise Away(f"{_host(url)}: {said}")
        if status >= 500 or status in _NOT_NOW:
            raise _NotNow(said, _retry_after(headers.get("retry-after")))
        if status < 400:
            raise Refused(f"{said}: redirects are not followed")
        raise Refused(f"{said}: {content[:200].decode('utf-8', 'replace')}")

    def _exchange(self, url: str, body: str | None) -> tuple[int, urllib3.HTTPHeaderDict, bytes]:
        import urllib3

        limit = time.monotonic() + self._endpoint.timeout
        headers = dict(self._endpoint.headers)
        data = None if body is None else body.encode()
        timeout = urllib3.Timeout(total=self._endpoint.timeout)
        response = self._pool.request(
            self._endpoint.method, url, body=data, headers=headers, timeout=timeout, redirect=False, preload_content=False
        )
        content = bytearray()
        try:
            while piece := response.read1(65_536):
                content += piece
                if len(content) > MOST_BYTES:
                    raise Refused("the answer is larger than 16 MiB")
                if time.monotonic() > limit:
                    raise urllib3.exceptions.TimeoutError
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return response.status, response.headers, bytes(content)


def _backoff(attempt: int) -> float:
    return min(_LONGEST_BACKOFF, 0.5 * 2.0 ** min(attempt, 8)) * random.uniform(0.5, 1.0)


def _retry_after(value: str | None) -> float | None:
    """Seconds, from a number or a date; None from anything else."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _in_words(error: Exception, timeout: float) -> str:
    from urllib3.exceptions import NewConnectionError, SSLError, TimeoutError

    if isinstance(error, NewConnectionError):
        return "no connection"
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout:g} s"
    if isinstance(error, SSLError):
        return "its certificate is not trusted"
    return f"the connection broke ({type(error).__name__})"


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the endpoint"
