"""How, when and how often: wishes that narrow, and never count as a yes."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock, consent, outreach
from portal.settings import Settings
from tests.cast import Cast, csrf_token, sign_in


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


def test_wishes_are_kept_and_never_count_as_a_yes(ada: FlaskClient, session: Session, cast: Cast) -> None:
    token = csrf_token(ada.get("/me/preferences"))
    data = {"csrf_token": token, "language": "en", "time_zone": "Europe/Rome", "max_per_week": "2", "channel": "email"}
    data |= {"quiet_from": "20:00", "quiet_until": "08:00"}
    assert ada.post("/me/preferences", data=data).status_code == 303
    shown = ada.get("/me/preferences").text
    assert 'value="20:00"' in shown
    assert '<option value="Europe/Rome" selected>' in shown
    assert "At most 2 messages a week" in ada.get("/me/consent").text
    assert consent.head(session, cast.ada.id) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("quiet_from", "25:00"),
        ("quiet_until", ""),
        ("quiet_until", "20:00"),
        ("max_per_week", "-1"),
        ("max_per_week", "many"),
        ("channel", "pigeon"),
        ("language", "xx"),
        ("paused_until", "2030-01-01"),
    ],
)
def test_a_wish_that_makes_no_sense_is_said_to_and_the_rest_is_kept_in_the_form(
    ada: FlaskClient, field: str, value: str
) -> None:
    token = csrf_token(ada.get("/me/preferences"))
    data = {"csrf_token": token, "quiet_from": "20:00", "quiet_until": "08:00", "max_per_week": "3", field: value}
    answer = ada.post("/me/preferences", data=data)
    assert answer.status_code == 422
    if field != "max_per_week":
        assert 'value="3"' in answer.text


def test_who_wants_one_mail_a_week_says_so_and_sees_what_waits(
    ada: FlaskClient, session: Session, cast: Cast, engine: Engine
) -> None:
    token = csrf_token(ada.get("/me/preferences"))
    ada.post("/me/preferences", data={"csrf_token": token, "language": "en", "digest": "weekly"})
    now = clock.utc_now()
    outreach.add_template(
        session, key="outcome", message_class="answer", purpose="service", channel="email", subject="About your idea",
        text="It is here.", by="Priya", now=now,
    )  # fmt: skip
    outreach.intend(session, key="k", customer_id=cast.ada.id, template_key="outcome", reason="So", now=now)
    session.commit()
    outreach.send_due(engine, settings=Settings(), clock=clock.utc_now, worker="w")
    shown = ada.get("/me/preferences").text
    assert "What waits for your next mail" in shown
    assert "About your idea" in shown
    assert '<option value="weekly" selected>' in shown
