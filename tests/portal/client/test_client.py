"""The client in Python has what the description has, and talks to a real server."""

import inspect
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy.engine import Engine
from werkzeug.http import http_date
from werkzeug.serving import make_server

from portal import accounts, client, db
from portal.client import Candour, answers
from portal.web import api
from portal.web.api.operations import OPERATIONS
from portal.web.api.spec import description
from tests import people
from tests.architecture.sources import ROOT, imports

assert api.blueprint  # its import declares the operations
EACH = pytest.mark.parametrize("endpoint", sorted(OPERATIONS))


class Recorded(Candour):
    """Notes what would be asked."""

    def ask(self, method: str, path: str, said: Any, *, key: str | None = None, writes: bool = False) -> Any:
        self.last = (method, path, dict(said), key, writes)
        return {"items": [], "next": None}


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    made = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def portal(server: str, engine: Engine) -> Candour:
    """The client of a token that may do everything."""
    with db.writing(engine) as session:
        made = accounts.add_token(
            session, name="crm", scopes=list(accounts.SCOPES), created_by="Ines", now=datetime.now(UTC)
        )
    return Candour(server, made[1])


@EACH
@pytest.mark.one_database
def test_each_operation_has_a_method_that_takes_and_gives_what_is_described(endpoint: str) -> None:
    """After a change of the API: `.venv/bin/python scripts/write_client.py`, then `make format`."""
    entry = OPERATIONS[endpoint]
    method = getattr(Candour, endpoint.removeprefix("api."))
    named = set(re.findall(r"<(\w+)>", entry.path))
    taken = dict(inspect.signature(method).parameters)
    del taken["self"]
    assert set(taken) == named | set(entry.asks.fields) | ({"idempotency_key"} if entry.writes else set())
    needed = {name for name, field in entry.asks.fields.items() if field.required}
    assert {name for name, one in taken.items() if one.default is inspect.Parameter.empty} == named | needed
    given = inspect.get_annotations(method, eval_str=True)["return"]
    schema = description()["components"]["schemas"][type(entry.answers).__name__.removesuffix("Schema")]
    assert set(given.__annotations__) == set(schema["properties"])
    assert given is getattr(answers, given.__name__)


@EACH
@pytest.mark.one_database
def test_each_method_asks_at_the_address_of_its_operation(endpoint: str) -> None:
    entry, name = OPERATIONS[endpoint], endpoint.removeprefix("api.")
    asked = Recorded("http://127.0.0.1", "x")
    named = re.findall(r"<(\w+)>", entry.path)
    said = {field: f"{field}!" for field in entry.asks.fields}
    key = {"idempotency_key": "k"} if entry.writes else {}
    getattr(asked, name)(*(f"{one}/" for one in named), **said, **key)
    path = re.sub(r"<(\w+)>", r"\1%2F", entry.path)
    assert asked.last == (entry.method, path, said, "k" if entry.writes else None, entry.writes)
    if "cursor" in said:
        rest = {field: value for field, value in said.items() if field != "cursor"}
        list(getattr(asked, f"all_{name}")(*(f"{one}/" for one in named), **rest))
        assert asked.last[:3] == ("GET", path, {**rest, "cursor": None})


@pytest.mark.one_database
def test_it_needs_nothing_but_python() -> None:
    files = sorted((ROOT / "portal" / "client").glob("*.py"))
    assert len(files) > 3
    needed = {what for file in files for _node, what in imports(file)}
    outside = {what.partition(".")[0] for what in needed if not what.startswith("portal.client")}
    assert outside <= sys.stdlib_module_names


def test_it_asks_a_real_server(portal: Candour, engine: Engine) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        people.says(session, people.customer(session), "marketing", "granted", people.JOINED)
    assert portal.me()["name"] == "crm"
    assert [item["action"] for item in portal.all_changes()] == ["granted"]
    allowed = portal.permissions_bulk(purpose="marketing", channel="in_app", customers=["C-ADA"])
    assert allowed["allowed"] == ["C-ADA"]
    head = portal.consents("C-ADA")["head"]
    said: dict[str, Any] = {"purpose": "marketing", "act": "withdraw", "method": "phone", "seq": head}
    first = portal.consent_said("C-ADA", **said, idempotency_key="k1")
    assert portal.consent_said("C-ADA", **said, idempotency_key="k1") == first
    assert [item["action"] for item in portal.all_changes(after=1)] == ["withdrawn"]


def test_it_goes_through_every_page(portal: Candour, engine: Engine) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ada = people.customer(session)
        for day in range(5):
            act = "withdrawn" if day % 2 else "granted"
            people.says(session, ada, "marketing", act, people.JOINED + timedelta(days=day))
    assert [entry["seq"] for entry in portal.all_ledger("C-ADA", limit=2)] == [5, 4, 3, 2, 1]
    assert portal.ledger("C-ADA", limit=2)["next"] is not None


def test_a_refusal_is_an_error_of_its_kind(portal: Candour, server: str, engine: Engine) -> None:
    with pytest.raises(client.NotFound) as refused:
        portal.consents("C-NO BODY?")
    assert (refused.value.status, refused.value.code) == (404, "not-found")
    with pytest.raises(client.NotKnown) as unknown:
        Candour(server, "cnd_wrong").me()
    assert (unknown.value.status, unknown.value.code) == (401, "token-unknown")
    with pytest.raises(client.NotValid) as invalid:
        portal.acknowledge(up_to=-1)
    assert set(invalid.value.errors) == {"up_to"}
    with db.writing(engine) as session:
        narrow = accounts.add_token(session, name="feed", scopes=["me:read"], created_by="Ines", now=datetime.now(UTC))[
            1
        ]
    with pytest.raises(client.NotAllowed, match="templates:read"):
        Candour(server, narrow).templates()


@pytest.mark.one_database
def test_only_the_web_is_asked() -> None:
    with pytest.raises(ValueError, match="http"):
        Candour("file:///etc/passwd", "x")


class Moody:
    """A server that answers what it is told to, one after the other, and notes the keys it was sent."""

    def __init__(self, *moods: tuple[int, dict[str, str]]) -> None:
        self.moods, self.keys = list(moods), list[str]()

    def __call__(self, environ: Any, start: Any) -> Any:
        self.keys.append(environ.get("HTTP_IDEMPOTENCY_KEY", ""))
        status, headers = self.moods.pop(0)
        answer = Response('{"code": "moody"}', status, headers, content_type="application/problem+json")
        return answer(environ, start)


def asked(moody: Moody, **how: Any) -> tuple[Candour, list[float]]:
    made = make_server("127.0.0.1", 0, moody)
    waits: list[float] = []
    threading.Thread(target=lambda: [made.handle_request() for _one in list(moody.moods)], daemon=True).start()
    return Candour(f"http://127.0.0.1:{made.server_port}", "x", wait=waits.append, **how), waits


SOON = {"Retry-After": "7"}


@pytest.mark.one_database
def test_it_waits_as_long_as_it_is_told_and_sends_the_same_key_again() -> None:
    in_half_a_minute = {"Retry-After": http_date(datetime.now(UTC) + timedelta(seconds=30))}
    moody = Moody((429, SOON), (503, in_half_a_minute), (503, {}), (201, {}))
    portal, waits = asked(moody)
    assert portal.feedback_submit(text="Again?") == {"code": "moody"}
    assert (waits[0], waits[2]) == (7, 1)
    assert waits[1] == pytest.approx(29, abs=2)
    assert len(moody.keys) == 4
    assert len(set(moody.keys)) == 1
    assert moody.keys[0]


@pytest.mark.one_database
def test_its_patience_ends() -> None:
    portal, waits = asked(Moody(*[(503, SOON)] * 4))
    with pytest.raises(client.Busy):
        portal.me()
    assert waits == [7, 7, 7]
    portal, waits = asked(Moody((429, SOON)), patience=6)
    with pytest.raises(client.TooMany):
        portal.me()
    assert waits == []


@pytest.mark.one_database
@pytest.mark.parametrize("status", [409, 500, 301])
def test_what_waiting_does_not_help_is_said_at_once(status: int) -> None:
    """And the token is taken nowhere else."""
    portal, waits = asked(Moody((status, {**SOON, "Location": "http://127.0.0.1:1/"})))
    with pytest.raises(client.Refused) as refused:
        portal.me()
    assert (refused.value.status, refused.value.code, waits) == (status, "moody", [])
