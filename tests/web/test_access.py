"""Who may do what, asked of the running portal: every route × method × role, and no form without its token."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import accounts
from portal.app import create_app
from portal.settings import Settings
from portal.web import access
from tests.cast import PASSWORD, Cast, csrf_token, sign_in
from tests.html import Reader

pytestmark = pytest.mark.one_database
STALE = "This form is too old"
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
BY_LINK = {"open.stop_now"}
"""Asked by mail programs without cookie or form (RFC 8058): the signed link is the token, and it can only stop mail."""
ROLES = {None: None, "customer": "ada", "product": "priya", "analyst": "omar", "admin": "ines"}
NOBODYS = {"IntegerConverter": 999_999, "UnicodeConverter": "M-NOBODYS000", "PathConverter": "candour.css"}


@dataclass(frozen=True)
class Door:
    """One method of one route, with an address of a thing that does not exist or belongs to nobody."""

    endpoint: str
    method: str
    address: str

    def __str__(self) -> str:
        return f"{self.method} {self.address} ({self.endpoint})"


def doors(app: Flask) -> Iterator[Door]:
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {name: _sample(rule, name) for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Door(rule.endpoint, method, urls.build(rule.endpoint, values, method=method))


def _sample(rule: Rule, argument: str) -> object:
    converter = rule._converters[argument]
    return NOBODYS.get(type(converter).__name__, next(iter(getattr(converter, "items", [])), "x"))


def client_of(app: Flask, session: Session, settings: Settings, name: str | None) -> FlaskClient:
    """A browser with a new sign-in of this person, made without the form so that a thousand of them are quick."""
    client = app.test_client()
    if name:
        email = f"{name}@example.org"
        now = datetime.now(UTC)
        token = accounts.sign_in(session, email, PASSWORD, settings=settings, user_agent="", now=now)
        session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
    return client


def wants_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


def fault(door: Door, role: str | None, answer: TestResponse) -> str | None:
    """What is wrong with this answer, or None."""
    who = access.policy_for(door.endpoint, door.method)
    status = answer.status_code
    if who is None or status >= 500:
        return f"{status}"
    if who.token:
        return None if status == 401 else f"{status} without a token"
    if access.admits(who, [role] if role else []):
        return f"refused with {status}" if status in (401, 403) or wants_sign_in(answer) else None
    refused = status == 403 or (role is None and door.method == "GET" and wants_sign_in(answer))
    return None if refused else f"let in with {status}"


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_every_door_opens_for_those_it_is_for_and_for_nobody_else(
    app: Flask, cast: Cast, session: Session, settings: Settings, role: str | None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # asked for below; here it would hide the answer of the guard
    faults = []
    for door in doors(app):
        app.test_client_class = FlaskClient if door.method in UNSAFE else Reader  # what is sent here is no form of ours
        client = client_of(app, session, settings, ROLES[role])
        answer = client.open(door.address, method=door.method, data={} if door.method in UNSAFE else None)
        wrong = fault(door, role, answer)
        answer.close()
        if wrong:
            faults.append(f"{door}: {wrong}")
    assert faults == []


def test_no_unsafe_door_opens_without_a_token_of_this_sign_in(
    app: Flask, cast: Cast, session: Session, settings: Settings
) -> None:
    stranger = app.test_client()
    strange = csrf_token(stranger.get("/sign-in"))
    found = {}
    unsafe = [door for door in doors(app) if door.method in UNSAFE and not door.endpoint.startswith("api.")]
    unsafe = [door for door in unsafe if door.endpoint not in BY_LINK]
    assert unsafe
    for door in unsafe:
        who = access.policy_for(door.endpoint, door.method)
        name = next((name for role, name in ROLES.items() if role and who and access.admits(who, [role])), None)
        client = client_of(app, session, settings, name)
        for token in (None, "", "not a token", strange):
            data = {} if token is None else {"csrf_token": token}
            answer = client.open(door.address, method=door.method, data=data)
            if answer.status_code != 400 or STALE not in answer.text:
                found[f"{door} with {token!r}"] = answer.status
    assert found == {}


def test_a_route_without_a_policy_is_refused(settings: Settings) -> None:
    app = create_app(settings)
    app.add_url_rule("/forgotten", "forgotten", lambda: "a secret")
    assert app.test_client().get("/forgotten").status_code == 403


def test_every_answer_carries_the_strict_content_policy(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    weak = {}
    for door in doors(app):
        if door.method == "GET":
            answer = client.get(door.address)
            policy = answer.headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy:
                weak[str(door)] = policy
            answer.close()
    assert weak == {}
