"""Registers of people who want no calls: a copy changes nothing before its difference was confirmed."""

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, treatment
from tests.cast import Cast, csrf_token, sign_in

TODAY = clock.utc_now().date()


@pytest.fixture
def ines(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def bring(client: FlaskClient, content: bytes, taken_on: object = TODAY, name: str = "TPS") -> TestResponse:
    token = csrf_token(client.get("/admin/registers"))
    file = (io.BytesIO(content), "list.txt")
    data = {"csrf_token": token, "name": name, "taken_on": str(taken_on), "file": file}
    return client.post("/admin/registers", data=data, content_type="multipart/form-data", follow_redirects=True)


def press(client: FlaskClient, page: TestResponse, act: str) -> TestResponse:
    token = csrf_token(client.get(page.request.path))
    return client.post(f"{page.request.path}/{act}", data={"csrf_token": token}, follow_redirects=True)


def live(session: Session) -> list[int]:
    session.rollback()
    return [one.numbers for one in treatment.registers(session) if one.state == "live"]


def test_the_difference_comes_first_and_counts_only_once_confirmed(
    ines: FlaskClient, cast: Cast, session: Session
) -> None:
    press(ines, bring(ines, b"+44 20 7946 0000\n0044 20 7946 0001\n", TODAY - timedelta(days=30)), "apply")
    assert live(session) == [2]
    assert "too old: no sales calls" in ines.get("/admin/registers").text
    page = bring(ines, b"\xef\xbb\xbf442079460001,Ben\n442079460002\n442079460003\n")
    assert [part in page.text for part in ("any more</span> 2", "register any more</span> 1", "before</span> 1")] == [
        True, True, True,
    ]  # fmt: skip
    assert live(session) == [2]
    assert "It is in force" in press(ines, page, "apply").text
    assert live(session) == [3]
    assert "too old" not in ines.get("/admin/registers").text


def test_a_draft_is_thrown_away_without_a_trace(ines: FlaskClient, cast: Cast, session: Session) -> None:
    assert "Nothing had changed" in press(ines, bring(ines, b"1\n"), "discard").text
    assert treatment.registers(session) == []


@pytest.mark.parametrize(
    ("content", "taken_on", "field"),
    [
        (b"", TODAY, "file"),
        (b"number\n\n", TODAY, "file"),
        (b"\xff\xfe1\n", TODAY, "file"),
        (b"1\n", TODAY + timedelta(days=2), "taken_on"),
        (b"1\n", "soon", "taken_on"),
    ],
)
def test_what_is_no_register_is_refused_at_its_field(
    ines: FlaskClient, cast: Cast, content: bytes, taken_on: object, field: str
) -> None:
    answer = bring(ines, content, taken_on)
    assert (answer.status_code, f'href="#f-{field}"' in answer.text) == (422, True)
