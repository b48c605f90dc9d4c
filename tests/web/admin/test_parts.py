"""Ines looks after the ways and topics of a purpose; customers read her words and have agreed to nothing by it."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock, consent
from portal.audit import AuditEntry
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says

PAGE = "/admin/purposes/marketing"


@pytest.fixture
def ines(app: Flask, cast: Cast, session: Session) -> FlaskClient:
    ask_for(session, "marketing")
    says(session, cast.ada, "marketing", "granted", clock.utc_now())
    session.commit()
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def send(client: FlaskClient, to: str, **data: object):
    return client.post(PAGE + to, data={"csrf_token": csrf_token(client.get(PAGE)), **data})


def answered(page: str, label: str) -> list[str]:
    group = re.search(rf'aria-label="[^"]*: {label}">(.*?)</div>', page, re.DOTALL)
    assert group, label
    return re.findall(r'aria-pressed="(\w+)"', group[1])


def test_a_topic_is_added_with_words_and_counts_as_not_asked_until_its_customer_says_yes(
    app: Flask, ines: FlaskClient, cast: Cast, session: Session
) -> None:
    assert send(ines, "/parts", kind="topic", key="homes", name="Buying a home").status_code == 303
    assert "Buying a home" in ines.get(PAGE).text
    ada = app.test_client()
    sign_in(ada, "ada@example.org")
    page = ada.get("/me/consent").text
    assert answered(page, "Buying a home") == ["false", "false"]
    assert answered(page, "Savings") == ["true", "false"]
    seq = consent.head(session, cast.ada.id)
    given = {"purpose": "marketing", "channel": "*", "topic": "homes", "act": "give", "seq": seq, "key": "k" * 24}
    form = re.search(r'name="key" value="([^"]+)"', page)
    answer = ada.post("/me/consent", data={"csrf_token": csrf_token(ada.get("/me/consent")), **given, "key": form[1]})
    assert answer.status_code == 303
    assert answered(ada.get("/me/consent").text, "Buying a home") == ["true", "false"]
    session.rollback()
    assert consent.allows(session, cast.ada.id, "marketing", topic="homes", now=clock.utc_now())


def test_other_words_for_a_topic_are_read_on_customers_pages(app: Flask, ines: FlaskClient) -> None:
    assert send(ines, "/parts", kind="topic", key="cards", name="Cards and wallets").status_code == 303
    ada = app.test_client()
    sign_in(ada, "ada@example.org")
    assert "Cards and wallets" in ada.get("/me/consent").text


def test_a_retired_channel_is_asked_no_more(app: Flask, ines: FlaskClient) -> None:
    assert send(ines, "/parts/retire", kind="channel", key="sms").status_code == 303
    assert "Retired on" in ines.get(PAGE).text
    ada = app.test_client()
    sign_in(ada, "ada@example.org")
    page = ada.get("/me/consent").text
    assert "Text message" not in page
    assert "E-mail" in page


def test_what_cannot_be_is_said_at_its_field(ines: FlaskClient) -> None:
    send(ines, "/parts/retire", kind="topic", key="cards")
    again = send(ines, "/parts", kind="topic", key="cards", name="Cards")
    assert (again.status_code, "does not come back" in again.text) == (422, True)
    wrong = send(ines, "/parts", kind="topic", key="No Key", name="")
    assert (wrong.status_code, "small letters" in wrong.text) == (422, True)
    for key in ("sms", "email"):
        send(ines, "/parts/retire", kind="channel", key=key)
    last = send(ines, "/parts/retire", kind="channel", key="in_app")
    assert (last.status_code, "last channel" in last.text) == (422, True)


def test_once_words_are_published_the_ground_stays_and_nothing_is_kept_longer(
    ines: FlaskClient, session: Session
) -> None:
    kept = {"lawful_basis": "consent", "retention_days": "730", "expires_months": "0"}
    for wider in ({"retention_days": "731"}, {"lawful_basis": "contract"}):
        assert send(ines, "/amend", **{**kept, **wider}).status_code == 422
    assert send(ines, "/amend", **{**kept, "retention_days": "365", "expires_months": "12"}).status_code == 303
    session.rollback()
    (purpose,) = consent.purposes(session)
    assert (purpose.lawful_basis, purpose.retention_days, purpose.expires_months) == ("consent", 365, 12)
    logged = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "purpose.amended")).one()
    assert logged.detail == {"retention_days": [730, 365], "expires_months": [0, 12]}


def test_the_kinds_of_messages_under_a_purpose_stand_on_its_page_and_only_become_fewer(
    ines: FlaskClient, session: Session
) -> None:
    assert "an offer, asking again" in ines.get(PAGE).text
    assert send(ines, "/carries", carries=["marketing"]).status_code == 303
    refused = send(ines, "/carries", carries=["marketing", "research"])
    assert (refused.status_code, "nobody said yes to more" in refused.text) == (422, True)
    logged = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "purpose.carries")).one()
    assert logged.detail == {"carries": [["marketing", "repermission"], ["marketing"]]}
