"""Ines publishes words from a later day on, sees that they wait, and takes them back."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock, consent
from tests.cast import Cast, sign_in
from tests.people import ask_for
from tests.web.admin.test_running import WORDS, send


@pytest.fixture
def ines(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    ask_for(session, "needs")
    session.commit()
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def drafted(ines: FlaskClient) -> tuple[str, str]:
    """The page of a new draft, and its fingerprint."""
    page = str(send(ines, "/admin/purposes/needs", "/admin/purposes/needs/notices", **WORDS).location)
    return page, re.findall(r'name="sha256" value="(\w+)"', ines.get(page).text)[0]


def test_words_wait_for_their_day_and_are_taken_back(ines: FlaskClient, session: Session) -> None:
    page, seen = drafted(ines)
    day = (clock.utc_now() + timedelta(days=10)).date()
    send(ines, page, f"{page}/publish", sha256=seen, effective_on=day.isoformat())
    session.rollback()
    assert consent.current_notice(session, "needs", now=clock.utc_now()).version == 1
    assert consent.current_notice(session, "needs", now=clock.utc_now() + timedelta(days=11)).version == 2
    text = ines.get(page).text
    assert "Scheduled" in text
    assert "published, never changes" not in text
    assert "scheduled" in ines.get("/admin/purposes/needs").text
    assert ">version 1<" in ines.get("/admin/purposes").text
    assert "They take effect on" in ines.get("/notices/needs/2").text
    send(ines, page, f"{page}/take-back")
    assert "Publish these words" in ines.get(page).text


def test_a_past_day_is_refused_beside_its_field_and_today_means_at_once(ines: FlaskClient, session: Session) -> None:
    page, seen = drafted(ines)
    past = (clock.utc_now() - timedelta(days=3)).date()
    refused = send(ines, page, f"{page}/publish", sha256=seen, effective_on=past.isoformat())
    assert refused.status_code == 422
    assert "A day that is past cannot be chosen." in refused.text
    send(ines, page, f"{page}/publish", sha256=seen, effective_on="")
    session.rollback()
    assert consent.current_notice(session, "needs", now=clock.utc_now()).version == 2
