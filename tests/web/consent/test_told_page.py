"""What a customer says on the phone, in a branch or by letter: a no holds at once, a yes only with a proof."""

import hashlib
import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, consent
from portal.audit import AuditEntry
from portal.consent.models import ConsentEntry
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs", "marketing")
    session.commit()


@pytest.fixture
def priya(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "priya@example.org")
    return client


def tell(client: FlaskClient, cast: Cast, page: TestResponse | None = None, **values: object) -> TestResponse:
    page = page or client.get(f"/team/customers/{cast.ada.ref}/consent")
    hidden = dict(re.findall(r'name="(seq|key)" value="([^"]+)"', page.text))
    form = {"csrf_token": csrf_token(page), "method": "phone", **hidden}
    return client.post(f"/team/customers/{cast.ada.ref}/consent", data={**form, "cell": "marketing * *", **values})


def allowed(session: Session, cast: Cast, **cell: str) -> consent.Permission:
    session.rollback()
    return consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now(), **cell)


def newest(session: Session, cast: Cast) -> ConsentEntry:
    session.rollback()
    return consent.history(session, cast.ada.id, limit=1)[0]


def test_a_no_needs_no_proof_and_holds_at_once(priya: FlaskClient, session: Session, cast: Cast) -> None:
    says(session, cast.ada, "marketing", "granted", clock.utc_now())
    session.commit()
    assert tell(priya, cast, act="withdraw").status_code == 303
    assert allowed(session, cast).reason == "denied"
    entry = newest(session, cast)
    assert (entry.action, entry.actor_type, entry.actor, entry.method) == ("withdrawn", "team", "Priya", "phone")


def test_a_no_to_one_way_and_topic_leaves_the_rest(priya: FlaskClient, session: Session, cast: Cast) -> None:
    says(session, cast.ada, "marketing", "granted", clock.utc_now())
    session.commit()
    assert tell(priya, cast, act="withdraw", cell="marketing email *").status_code == 303
    assert allowed(session, cast)
    assert not allowed(session, cast, channel="email")


@pytest.mark.parametrize("note", ["", "   ", "ok"])
def test_a_yes_without_a_proof_that_can_be_found_again_is_refused(
    priya: FlaskClient, session: Session, cast: Cast, note: str
) -> None:
    answer = tell(priya, cast, act="give", note=note)
    assert answer.status_code == 422
    assert "what proves" in answer.text
    assert not allowed(session, cast)
    assert consent.head(session, cast.ada.id) == 0


def test_a_yes_with_its_proof_counts_and_its_proof_is_chained_by_a_salted_hash(
    priya: FlaskClient, session: Session, cast: Cast
) -> None:
    letter = b"I agree. Ada"
    file = (io.BytesIO(letter), "letter.pdf")
    told = {"method": "letter", "grade": "A", "note": "folder 7, page 3", "file": file}
    assert tell(priya, cast, act="give", **told).status_code == 303
    assert allowed(session, cast).grade == "A"
    entry = newest(session, cast)
    assert entry.evidence == f"folder 7, page 3; letter.pdf sha256:{hashlib.sha256(letter).hexdigest()}"
    assert entry.evidence_sha256 == hashlib.sha256((entry.evidence_salt + entry.evidence).encode()).hexdigest()
    assert consent.verify(session) == []
    [noted] = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "consent.told")).all()
    assert noted.subject == f"customer:{cast.ada.ref}"


def test_a_yes_without_proof_can_be_kept_as_a_flag_and_allows_nothing(
    priya: FlaskClient, session: Session, cast: Cast
) -> None:
    assert tell(priya, cast, act="give", grade="C", note="a colleague remembers").status_code == 303
    assert allowed(session, cast).reason == "unproven"
    assert newest(session, cast).action == "imported"


def test_the_team_cannot_lift_an_objection(priya: FlaskClient, session: Session, cast: Cast) -> None:
    says(session, cast.ada, "marketing", "objected", clock.utc_now())
    session.commit()
    answer = tell(priya, cast, act="give", note="recording 4711")
    assert answer.status_code == 409
    assert "Only they can lift" in answer.text
    assert allowed(session, cast).reason == "objected"


def test_a_yes_from_before_a_no_does_not_undo_it(priya: FlaskClient, session: Session, cast: Cast) -> None:
    says(session, cast.ada, "marketing", "refused", clock.utc_now())
    session.commit()
    yesterday = (clock.utc_now() - timedelta(days=1)).date().isoformat()
    assert tell(priya, cast, act="give", note="recording 4711", said_on=yesterday).status_code == 303
    assert allowed(session, cast).reason == "denied"
    tomorrow = (clock.utc_now() + timedelta(days=2)).date().isoformat()
    assert tell(priya, cast, act="give", note="recording 4711", said_on=tomorrow).status_code == 422


def test_a_page_from_before_a_newer_no_is_told_what_changed(priya: FlaskClient, session: Session, cast: Cast) -> None:
    page = priya.get(f"/team/customers/{cast.ada.ref}/consent")
    says(session, cast.ada, "marketing", "refused", clock.utc_now())
    session.commit()
    answer = tell(priya, cast, page, act="give", note="recording 4711")
    assert answer.status_code == 409
    assert "They said no" in answer.text
    assert not allowed(session, cast)


def test_the_customer_reads_who_wrote_it_down_and_takes_it_back_with_one_press(
    app: Flask, priya: FlaskClient, session: Session, cast: Cast
) -> None:
    tell(priya, cast, act="give", note="recording 4711")
    ada = app.test_client()
    sign_in(ada, "ada@example.org")
    page = ada.get("/me/consent").text
    assert "written down by Priya" in page
    [form] = [one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if "That is not so" in one]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert ada.post("/me/consent", data=fields).status_code == 303
    assert allowed(session, cast).reason == "denied"


def test_analysts_look_and_do_not_write(app: Flask, session: Session, cast: Cast) -> None:
    omar = app.test_client()
    sign_in(omar, "omar@example.org")
    page = omar.get(f"/team/customers/{cast.ada.ref}/consent")
    assert page.status_code == 200
    assert "Write it down" not in page.text
    told = {"csrf_token": csrf_token(page), "seq": "0", "method": "phone", "cell": "marketing * *", "act": "withdraw"}
    assert omar.post(f"/team/customers/{cast.ada.ref}/consent", data=told).status_code == 403


def test_a_yes_from_a_day_without_words_is_written_down_as_unknown_and_the_page_says_so(
    priya: FlaskClient, session: Session, cast: Cast
) -> None:
    answer = tell(priya, cast, act="give", note="letter in binder 7", grade="A", said_on="2024-03-01", method="letter")
    shown = priya.get(answer.location)
    assert "that day no words were in force" in shown.text
    assert (newest(session, cast).action, newest(session, cast).grade) == ("imported", "C")
    assert not allowed(session, cast)
