"""Who may call, and how a refusal is told to a machine."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine

from portal import accounts, db
from portal.accounts.models import ApiToken, Customer
from portal.web.api.operations import OPERATIONS
from portal.web.api.scopes import OPEN, SCOPES
from tests.web.api.conftest import Caller, new_token


def filled(path: str) -> str:
    return re.sub(r"<\w+>", "C-ADA", path)


def test_every_address_of_the_api_has_a_scope_or_is_open_and_the_table_names_no_other(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert endpoints == set(SCOPES) | OPEN
    assert set(SCOPES.values()) <= set(accounts.SCOPES)
    assert {name: entry.scope for name, entry in OPERATIONS.items()} == SCOPES


@pytest.mark.parametrize("endpoint", sorted(SCOPES))
def test_without_a_token_every_operation_asks_for_one(app: Flask, endpoint: str) -> None:
    entry = OPERATIONS[endpoint]
    answer = app.test_client().open(f"/api/v1{filled(entry.path)}", method=entry.method, json={})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "token-needed"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("endpoint", sorted(SCOPES))
def test_a_token_with_every_other_scope_is_not_enough(call: Caller, ada: Customer, endpoint: str) -> None:
    entry = OPERATIONS[endpoint]
    others = " ".join(scope for scope in accounts.SCOPES if scope != entry.scope)
    answer = call(entry.method, filled(entry.path), scopes=others, json={} if entry.method == "POST" else None)
    assert (answer.status_code, answer.json["code"], answer.json["scope"]) == (403, "scope-missing", entry.scope)


@pytest.mark.parametrize("endpoint", sorted(SCOPES))
def test_a_token_with_just_this_scope_is_let_in(call: Caller, ada: Customer, endpoint: str) -> None:
    entry = OPERATIONS[endpoint]
    answer = call(entry.method, filled(entry.path), scopes=entry.scope, json={} if entry.method == "POST" else None)
    assert answer.status_code in (200, 404, 422) or answer.json["code"] == "token-without-person"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "Bearer cnd_wrong", "Bearer \u00e9", "cnd_x"])
def test_what_is_not_a_token_of_ours_does_not_count(app: Flask, header: str) -> None:
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": header})
    assert answer.status_code == 401


def test_a_revoked_token_is_refused_with_the_next_call(call: Caller, engine: Engine) -> None:
    token = new_token(engine)
    assert call("GET", "/me", token=token).status_code == 200
    with db.writing(engine) as session:
        newest = session.scalars(sa.select(ApiToken).order_by(ApiToken.id.desc())).first()
        assert newest is not None
        accounts.revoke_token(session, newest.id, now=datetime.now(UTC))
    answer = call("GET", "/me", token=token)
    assert (answer.status_code, answer.json["code"]) == (401, "token-unknown")


def test_a_person_who_is_signed_in_has_no_say_in_the_api(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "some sign-in"
    assert client.get("/api/v1/me").status_code == 401


def test_me_tells_a_token_what_it_may_do(call: Caller) -> None:
    answer = call("GET", "/me", scopes="me:read")
    assert answer.status_code == 200
    assert (answer.json["name"], answer.json["scopes"]) == ("crm", ["me:read"])
    assert answer.json["prefix"].startswith("cnd_")
    assert len(answer.json["prefix"]) <= 10


def test_the_use_of_a_token_is_noted_once_a_minute_after_the_answer(call: Caller, engine: Engine) -> None:
    call("GET", "/me").close()
    with db.writing(engine) as session:
        token = session.scalars(sa.select(ApiToken)).one()
        assert token.last_used_at is not None
        assert datetime.now(UTC) - token.last_used_at < timedelta(seconds=30)
        earlier = token.last_used_at = token.last_used_at - timedelta(seconds=20)
    call("GET", "/me").close()
    with db.reading(engine) as session:
        assert session.scalars(sa.select(ApiToken.last_used_at)).one() == earlier


def test_a_wrong_method_is_told_which_ones_are_right(call: Caller) -> None:
    answer = call("DELETE", "/me")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert answer.content_type == "application/problem+json"


def test_an_address_that_does_not_exist_is_a_problem_and_not_a_page(call: Caller) -> None:
    answer = call("GET", "/nothing-here")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["status"] == 404


def test_every_answer_says_how_much_is_left(call: Caller) -> None:
    answer = call("GET", "/me")
    assert int(answer.headers["RateLimit-Remaining"]) < int(answer.headers["RateLimit-Limit"])
    assert int(answer.headers["RateLimit-Reset"]) <= 61
