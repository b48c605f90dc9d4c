"""Everything at once: stopped and lifted in the same place, whoever stopped it; what was answered comes back."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock, consent, treatment
from portal.settings import Settings
from portal.treatment import IntentFacts
from tests.cast import Cast, csrf_token, sign_in
from tests.people import JOINED, ask_for, says
from tests.portal.importing.bringing import applied, staged
from tests.web.consent.test_consent_page import choose, form_of
from tests.web.consent.test_told_page import newest, tell


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    """Ada said yes to offers and no to being grouped; service is by contract."""
    ask_for(session, "needs", "marketing")
    ask_for(session, "service", asks=False)
    treatment.set_policy(session, treatment.DEFAULT_POLICY, by="Omar", note="", now=JOINED)
    says(session, cast.ada, "marketing", "granted", clock.utc_now() - timedelta(days=3))
    says(session, cast.ada, "needs", "refused", clock.utc_now() - timedelta(days=3))
    session.commit()


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


@pytest.fixture
def priya(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "priya@example.org")
    return client


def allowed(session: Session, cast: Cast, purpose: str = "marketing", channel: str = "*") -> consent.Permission:
    session.rollback()
    return consent.allows(session, cast.ada.id, purpose, now=clock.utc_now(), channel=channel)


def brought_in(engine: Engine, settings: Settings, cast: Cast, answer: str, **cell: str) -> None:
    now = clock.utc_now()
    row = {"customer": cast.ada.ref, "purpose": "*", "answer": answer, "at": (now - timedelta(days=1)).isoformat()}
    applied(engine, settings, staged(engine, settings, [{**row, **cell}], now), now)


@pytest.mark.parametrize("answer", ["no", "objected"])
def test_ada_lifts_a_stop_that_a_file_brought_in_and_her_answers_count_again(
    ada: FlaskClient, engine: Engine, settings: Settings, session: Session, cast: Cast, answer: str
) -> None:
    brought_in(engine, settings, cast, answer)
    assert allowed(session, cast).reason == "stopped"
    text = ada.get("/me/consent").text
    assert "Everything is stopped since" in text
    assert choose(ada, "*", "lift", text).status_code == 303
    assert allowed(session, cast)
    assert allowed(session, cast, "needs").reason == "denied"
    assert "Nothing is stopped" in ada.get("/me/consent").text


def test_stopping_and_lifting_each_give_a_receipt_and_are_undone(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    for act, named in (("object", "Everything was stopped"), ("lift", "The stop to everything was lifted")):
        before = allowed(session, cast).allowed
        done = choose(ada, "*", act)
        shown = ada.get(done.location).text
        assert named in shown
        assert named in ada.get("/receipts/" + done.location.rpartition("=")[2]).text
        assert allowed(session, cast).allowed != before
        undo = {"csrf_token": csrf_token(ada.get(done.location)), "receipt": done.location.rpartition("=")[2]}
        assert ada.post("/me/consent/undo", data=undo).status_code == 303
        assert allowed(session, cast).allowed == before
        choose(ada, "*", act)


def test_a_way_that_a_file_stopped_is_shown_and_lifted(
    ada: FlaskClient, engine: Engine, settings: Settings, session: Session, cast: Cast
) -> None:
    brought_in(engine, settings, cast, "no", channel="sms")
    assert allowed(session, cast, channel="sms").reason == "stopped"
    fields = form_of(ada.get("/me/consent").text, "*", "lift", channel="sms")
    assert ada.post("/me/consent", data={**fields, "act": "lift"}).status_code == 303
    assert allowed(session, cast, channel="sms")


def test_both_buttons_weigh_the_same_and_the_answers_below_stay_as_they_are(ada: FlaskClient) -> None:
    choose(ada, "*", "object")
    text = ada.get("/me/consent").text
    assert '<button name="act" value="object" aria-pressed="true">Stop everything</button>' in text
    assert '<button name="act" value="lift" aria-pressed="false">Let my answers count</button>' in text
    marketing = text[text.index('id="marketing"') :]
    assert '<button name="act" value="give" aria-pressed="true">' in marketing[: marketing.index("</form>")]


def test_the_team_stops_everything_freely_and_lifts_it_only_with_a_proof(
    priya: FlaskClient, session: Session, cast: Cast
) -> None:
    assert tell(priya, cast, act="object", cell="* * *").status_code == 303
    assert allowed(session, cast).reason == "stopped"
    assert tell(priya, cast, act="lift", cell="* * *").status_code == 422
    assert tell(priya, cast, act="give", cell="* * *", note="recording 7 of today").status_code == 409
    assert allowed(session, cast).reason == "stopped"
    assert tell(priya, cast, act="lift", cell="* * *", note="recording 7 of today").status_code == 303
    assert allowed(session, cast)
    assert (newest(session, cast).action, newest(session, cast).evidence) == (
        "objection_lifted",
        "recording 7 of today",
    )


def test_an_objection_to_one_purpose_is_still_lifted_by_its_customer_alone(
    priya: FlaskClient, session: Session, cast: Cast
) -> None:
    says(session, cast.ada, "marketing", "objected", clock.utc_now())
    session.commit()
    assert tell(priya, cast, act="lift", note="recording 7 of today").status_code == 409
    assert allowed(session, cast).reason == "objected"


def test_what_a_contract_wants_said_reaches_whoever_stopped_everything(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    choose(ada, "*", "object")
    session.rollback()
    notice = IntentFacts("o", cast.ada.id, "email", "mandatory", "service", "*", template_state="confirmed")
    told = treatment.preview(session, notice, now=clock.utc_now())
    assert {one.rule: one.result for one in told.outcome.results}["consent"] == "pass"
