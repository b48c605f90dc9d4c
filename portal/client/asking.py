"""How the client asks: one request, one answer, patience when told to wait, a refusal as an error with its code."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

TIMEOUT_SECONDS = 10.0
PATIENCE_SECONDS = 60.0
TRIES = 4
WAIT_SECONDS = 1.0
JSON = ("application/json", "application/problem+json")


class Refused(Exception):
    """The API said no.

    :ivar status: of HTTP. :ivar code: the kind of refusal, stable. :ivar problem: everything the API said about it.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP {status}"))
        self.status = status
        self.code = str(problem.get("code", f"http-{status}"))
        self.problem = dict(problem)


class NotKnown(Refused):
    """401: no token, or one that does not count."""


class NotAllowed(Refused):
    """403: the token lacks the scope."""


class NotFound(Refused):
    """404: there is no such thing."""


class Conflict(Refused):
    """409: something newer is in the way; look again."""


class NotValid(Refused):
    """422: something in the request is not as it must be; `errors` says what, by field."""

    @property
    def errors(self) -> dict[str, Any]:
        """What is wrong, by field."""
        return dict(self.problem.get("errors") or {})


class TooMany(Refused):
    """429: too many requests, and the wait would be longer than our patience."""


class Busy(Refused):
    """503: the database is busy, and stayed so."""


KINDS: dict[int, type[Refused]] = {
    401: NotKnown,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    422: NotValid,
    429: TooMany,
    503: Busy,
}


class _StayHere(HTTPRedirectHandler):
    """Follows nobody elsewhere: the token is for this portal alone."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """No further request: the redirection is the answer, and an error."""


def part(value: str) -> str:
    """A value as one part of a path."""
    return quote(value, safe="")


class Asking:
    """Knows where the portal is and who asks."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        patience: float = PATIENCE_SECONDS,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        """Nothing is asked yet.

        :param address: of the portal, such as `https://candour.example.org`. :param token: `cnd_…`.
        :param timeout: seconds for one answer. :param patience: longest single wait the portal may ask for, in seconds;
            0 never asks twice. :param wait: how to wait.
        :raises ValueError: when the address is not one of the web.
        """
        if not address.startswith(("http://", "https://")):
            raise ValueError("The address of a portal begins with http:// or https://.")
        self.address = address.rstrip("/") + "/api/v1"
        self._token, self._timeout, self._patience, self._wait = token, timeout, patience, wait
        self._opener = build_opener(_StayHere)

    def ask(
        self, method: str, path: str, said: Mapping[str, Any], *, key: str | None = None, writes: bool = False
    ) -> Any:
        """Send what is not None, in the query or as JSON; gives the answer read from JSON.

        With 429 and 503 it waits as long as the portal says and asks again, a few times.

        :param key: with which the same request may be sent again, and is done once.
        :param writes: whether a key is made up when there is none, so that asking again never does anything twice.
        :raises Refused: when the portal refuses.
        :raises OSError: when it cannot be reached.
        """
        request = self._request(method, path, {name: value for name, value in said.items() if value is not None})
        if key is not None or writes:
            request.add_header("Idempotency-Key", uuid4().hex if key is None else key)
        for left in reversed(range(TRIES)):
            try:
                with self._opener.open(request, timeout=self._timeout) as answer:
                    return json.load(answer)
            except HTTPError as error:
                problem, seconds = _problem(error), _seconds(error.headers)
                if error.code not in (429, 503) or not left or seconds > self._patience:
                    raise KINDS.get(error.code, Refused)(error.code, problem) from None
            self._wait(seconds)

    def pages(self, path: str, said: Mapping[str, Any]) -> Iterator[Any]:
        """The items of every page, asked for page by page as they are needed."""
        cursor: str | None = None
        while True:
            page = self.ask("GET", path, {**said, "cursor": cursor})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _request(self, method: str, path: str, given: Mapping[str, Any]) -> Request:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": ", ".join(JSON)}
        body, query = None, ""
        if method == "POST":
            body = json.dumps(given).encode()
            headers["Content-Type"] = "application/json"
        elif given:
            query = "?" + urlencode({name: _as_text(value) for name, value in given.items()})
        return Request(f"{self.address}{path}{query}", data=body, headers=headers, method=method)  # noqa: S310 - see __init__


def _as_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _problem(error: HTTPError) -> dict[str, Any]:
    try:
        with error:
            said = json.load(error)
    except (ValueError, OSError):
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(headers: Message) -> float:
    """How long to wait: a number of seconds, or a date, which is compared with the clock of the one who says it."""
    said = str(headers.get("Retry-After", "")).strip()
    if said.isdecimal():
        return float(said)
    try:
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(str(headers.get("Date", "")))
    except (TypeError, ValueError):
        return WAIT_SECONDS
    return max(wait.total_seconds(), 0.0)
