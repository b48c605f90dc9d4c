"""A receipt for what a file brought in: it says where it comes from and how well it is proved, and claims no more."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock, consent
from portal.settings import Settings
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says
from tests.portal.importing.bringing import applied, staged


@pytest.fixture
def ada(app: Flask, engine: Engine, settings: Settings, session: Session, cast: Cast) -> FlaskClient:
    """Ada, whose yes came by a file: to offers with proof, to research as a mere flag."""
    ask_for(session, "marketing", "research")
    says(session, cast.ben, "marketing", "granted", clock.utc_now())
    session.commit()
    now = clock.utc_now()
    mine = {"customer": cast.ada.ref, "answer": "yes"}
    proof = {"at": (now - timedelta(days=30)).date().isoformat(), "source": "Old CRM", "wording": "1"}
    rows = [{**mine, "purpose": "marketing", **proof}, {**mine, "purpose": "research"}]
    applied(engine, settings, staged(engine, settings, rows, now), now)
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


def receipt(client: FlaskClient, seq: int) -> str:
    token = csrf_token(client.get("/me/consent/history"))
    answer = client.post(f"/me/consent/history/{seq}/receipt", data={"csrf_token": token})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_it_says_where_it_comes_from_and_how_well_it_is_proved(ada: FlaskClient) -> None:
    address = receipt(ada, 1)
    assert receipt(ada, 1) == address
    page = ada.get(address).text
    assert "This was not said here" in page
    assert "B: time, source and wording" in page
    assert "according to the file" in page
    assert "Old CRM" not in page, "whoever has the code reads this page"
    document = json.loads(ada.get(f"/r/{address.rsplit('/', 1)[1]}.jsonld").text)
    (status,) = document["dpv:hasConsentStatus"]
    assert (status["candour:grade"], status["dpv:hasIndicationMethod"]) == ("B", "import")
    assert status["@type"] == ["dpv:ConsentGiven"]


def test_a_flag_is_unknown_and_the_person_is_not_said_to_have_said_it(ada: FlaskClient, session: Session) -> None:
    address = receipt(ada, 2)
    assert "C: no proof; it allows nothing" in ada.get(address).text
    document = json.loads(ada.get(f"/r/{address.rsplit('/', 1)[1]}.jsonld").text)
    (status,) = document["dpv:hasConsentStatus"]
    assert status["@type"] == ["dpv:ConsentUnknown"]
    assert status["dpv:isIndicatedBy"] != [document["dpv:hasDataSubject"][0]["@id"]]


def test_nobody_gets_the_receipt_of_an_entry_of_somebody_else(
    app: Flask, ada: FlaskClient, session: Session, cast: Cast
) -> None:
    ben = app.test_client()
    sign_in(ben, "ben@example.org")
    token = csrf_token(ben.get("/me/consent"))
    own = ben.post("/me/consent/history/1/receipt", data={"csrf_token": token})
    assert "This was not said here" not in ben.get(own.location).text
    assert ben.post("/me/consent/history/2/receipt", data={"csrf_token": token}).status_code == 404
    assert [one.body["method"] for one in consent.receipts_of(session, cast.ben.id)] == ["web_form"]
