"""An admin adds systems, sees who is behind, tests a webhook, changes its secret and switches it off."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import accounts, clock, downstream
from portal.downstream import Delivery, DownstreamSystem
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says

FEED = {"name": "Mail house", "how": "feed", "sends": "true", "submission_key": "K-1"}
WEBHOOK = {"name": "CRM", "how": "webhook", "url": "https://crm.example.org/hook", "events": ["consent.changed"]}


@pytest.fixture
def ines(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def send(client: FlaskClient, page: str, to: str = "", **data: object):
    return client.post(to or page, data={"csrf_token": csrf_token(client.get(page)), **data})


def the_system(session: Session) -> DownstreamSystem:
    session.rollback()
    return session.scalars(sa.select(DownstreamSystem)).one()


def test_a_system_gets_a_token_of_its_own_shown_once(ines: FlaskClient, session: Session) -> None:
    assert "No systems yet." in ines.get("/admin/systems").text
    page = send(ines, "/admin/systems", **FEED)
    plain = re.findall(r"cnd_[\w-]+", page.text)[0]
    found = accounts.token_for(session, plain, clock.utc_now())
    assert found is not None
    assert "changes:read" in found.scopes
    assert the_system(session).token_id == found.id
    assert plain not in ines.get(f"/admin/systems/{the_system(session).ref}").text
    assert send(ines, "/admin/systems", **FEED).status_code == 303, "the same form again"
    ref = the_system(session).ref
    newer = re.findall(r"cnd_[\w-]+", send(ines, f"/admin/systems/{ref}", f"/admin/systems/{ref}/token").text)[0]
    session.rollback()
    assert accounts.token_for(session, plain, clock.utc_now()) is None
    assert accounts.token_for(session, newer, clock.utc_now()) is not None


def test_the_page_says_who_is_behind_and_may_not_send(ines: FlaskClient, session: Session, cast: Cast) -> None:
    send(ines, "/admin/systems", **FEED)
    assert "knows everything" in ines.get("/admin/systems").text
    session.rollback()
    ask_for(session, "marketing")
    says(session, cast.ada, "marketing", "granted", cast.ada.created_at)
    session.commit()
    page = ines.get("/admin/systems").text
    assert "may not send" in page
    assert "1 change" in page
    page = ines.get(f"/admin/systems/{the_system(session).ref}").text
    assert "Whatever it asks to send is refused" in page


def test_a_webhook_shows_its_secret_once_is_tested_and_switched_off(ines: FlaskClient, session: Session) -> None:
    page = send(ines, "/admin/systems", **WEBHOOK, submission_key="K-2")
    secret = re.findall(r"whsec_[\w+/=]+", page.text)[0]
    place = f"/admin/systems/{the_system(session).ref}"
    assert "whsec_" not in ines.get(place).text
    newer = send(ines, place, f"{place}/secret")
    assert secret not in newer.text
    assert "signs too until" in newer.text
    assert send(ines, place, f"{place}/try").status_code == 303
    session.rollback()
    told = session.scalars(sa.select(Delivery)).one()
    assert (told.event, told.state) == ("test", "pending")
    told.state = "dead"
    session.commit()
    assert "given up" in ines.get(f"{place}?state=dead").text
    send(ines, place, f"{place}/again")
    session.rollback()
    assert session.scalars(sa.select(Delivery.state)).one() == "pending"
    send(ines, place, f"{place}/deliveries/{told.id}/again")
    send(ines, place, f"{place}/off")
    assert the_system(session).ended_at is not None
    assert ines.get(place).status_code == 200
    token = csrf_token(ines.get("/admin/systems"))
    assert ines.post(f"{place}/try", data={"csrf_token": token}).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"url": "http://crm.example.org/"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "https://user:word@example.org/"}, "url"),
        ({"events": []}, "events"),
        ({"name": ""}, "name"),
        ({"events": ["decision.made"], "sends": "true"}, "events"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    ines: FlaskClient, session: Session, change: dict[str, object], field: str
) -> None:
    page = send(ines, "/admin/systems", **{**WEBHOOK, "submission_key": "K-3", **change})
    assert page.status_code == 422
    assert f'id="e-{field}"' in page.text
    session.rollback()
    assert session.scalars(sa.select(DownstreamSystem)).all() == []


def test_only_an_admin_comes_here(app: Flask, cast: Cast, session: Session) -> None:
    client = app.test_client()
    sign_in(client, "omar@example.org")
    assert client.get("/admin/systems").status_code == 403
    assert downstream.standings(session, clock.utc_now(), minutes=15) == []
