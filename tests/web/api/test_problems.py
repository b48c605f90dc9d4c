"""What a refusal says to a machine: in our own words, of a kind that is explained, counted like any answer."""

import dataclasses
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal.app import create_app
from portal.settings import Settings
from tests.web.api.conftest import Caller, new_token

Ask = Callable[[Caller], TestResponse]
REFUSALS: dict[str, tuple[int, Ask]] = {
    "no JSON": (415, lambda call: call("POST", "/feedback", data="text=hello")),
    "broken JSON": (400, lambda call: call("POST", "/feedback", data="{", content_type="application/json")),
    "deep JSON": (400, lambda call: call("POST", "/feedback", data="[" * 90_000, content_type="application/json")),
    "no address": (404, lambda call: call("GET", "/nothing-here")),
    "wrong method": (405, lambda call: call("DELETE", "/me")),
    "too large": (413, lambda call: call("POST", "/feedback", json={"text": "x" * 3_000_000})),
    "not a token": (401, lambda call: call("GET", "/me", token="cnd_wrong")),
    "wrong field": (422, lambda call: call("GET", "/signals?limit=many&colour=blue")),
    "no customer": (404, lambda call: call("GET", "/customers/C-NOBODY/consents")),
}
WERKZEUG = re.compile(
    r"browser \(or proxy\)|requested URL|Did not attempt|method is not allowed for|exceeds the capacity"
)


@pytest.fixture(params=sorted(REFUSALS))
def refusal(request: pytest.FixtureRequest, call: Caller) -> tuple[int, TestResponse]:
    status, ask = REFUSALS[request.param]
    return status, ask(call)


def test_every_refusal_is_a_problem_in_our_own_words_that_says_how_much_is_left(
    refusal: tuple[int, TestResponse],
) -> None:
    status, answer = refusal
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["title"].endswith(".")
    assert answer.json["detail"].endswith(".")
    assert not WERKZEUG.search(answer.text)
    assert int(answer.headers["RateLimit-Remaining"]) < int(answer.headers["RateLimit-Limit"])
    assert int(answer.headers["RateLimit-Reset"]) <= 61


def test_the_kind_of_a_problem_is_an_address_where_a_person_can_read_about_it(
    refusal: tuple[int, TestResponse], app: Flask, settings: Settings
) -> None:
    kind = refusal[1].json["type"]
    assert kind.startswith(f"{settings.base_url}/api/v1/problems#")
    page = app.test_client().get(urlsplit(kind).path)
    assert page.status_code == 200
    assert page.content_type.startswith("text/html")
    assert f'id="{urlsplit(kind).fragment}"' in page.text


def test_what_is_wrong_with_a_field_is_said_by_its_name_and_in_our_words(call: Caller) -> None:
    errors = call("GET", "/signals?limit=many&colour=blue").json["errors"]
    assert errors == {"limit": ["This must be a whole number."], "colour": ["Nothing of this name is taken here."]}


@pytest.fixture
def strict(settings: Settings) -> Flask:
    """The portal, letting each caller ask three times a minute."""
    return create_app(dataclasses.replace(settings, rate_api="3 per minute"))


def ask(strict: Flask, token: str, address: str = "192.0.2.1", path: str = "/me") -> int:
    answer: Any = strict.test_client().get(
        f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"}, environ_base={"REMOTE_ADDR": address}
    )
    return int(answer.status_code)


def test_guessing_tokens_is_counted_on_the_address_it_comes_from(strict: Flask) -> None:
    assert [ask(strict, f"cnd_guess{number}") for number in range(5)] == [401, 401, 401, 429, 429]
    assert ask(strict, "cnd_guess9", address="192.0.2.2") == 401


def test_a_token_that_counts_has_its_own_count_wherever_it_comes_from(strict: Flask, engine: Engine) -> None:
    token, other = new_token(engine), new_token(engine)
    for number in range(4):
        ask(strict, f"cnd_guess{number}")
    assert [ask(strict, token, address=f"192.0.2.{number}") for number in range(4)] == [200, 200, 200, 429]
    assert ask(strict, other) == 200


def test_looking_for_addresses_that_are_not_there_is_counted_too(strict: Flask, engine: Engine) -> None:
    token = new_token(engine)
    assert [ask(strict, token, path="/nothing") for _ in range(4)] == [404, 404, 404, 429]
