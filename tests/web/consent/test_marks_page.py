"""What holds contact with somebody back: recorded with its proof, ended and kept, and a guardian's yes."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, treatment
from portal.audit import AuditEntry
from portal.consent.models import ConsentEntry
from portal.treatment import IntentFacts
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs", "marketing")
    says(session, cast.ada, "marketing", "granted", clock.utc_now())
    session.commit()


@pytest.fixture
def priya(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "priya@example.org")
    return client


def write(client: FlaskClient, cast: Cast, act: str = "marks", **values: object) -> TestResponse:
    page = client.get(f"/team/customers/{cast.ada.ref}/marks")
    return client.post(
        f"/team/customers/{cast.ada.ref}/{act}", data={"csrf_token": csrf_token(page), **values}, follow_redirects=True
    )


def stops(session: Session, cast: Cast) -> set[str]:
    """The codes that speak against an offer to Ada inside the portal."""
    session.rollback()
    wish = IntentFacts("o", cast.ada.id, "in_app", "marketing", "marketing", product_line="savings")
    found = treatment.preview(session, wish, now=clock.utc_now()).outcome
    return {one.code for one in found.results if one.result == "deny"}


def test_what_a_court_ordered_stops_contact_and_once_ended_stays_written_down(
    priya: FlaskClient, session: Session, cast: Cast
) -> None:
    page = write(priya, cast, kind="court", note="Order 7 of 2026, in the safe")
    assert "It counts from the next decision on" in page.text
    assert stops(session, cast) == {"mark-court"}
    assert write(priya, cast, kind="court", note="Once more").status_code == 422
    page = write(priya, cast, "marks/end", kind="court")
    assert stops(session, cast) == set()
    assert "Order 7 of 2026" in page.text
    assert "It does not hold any more" not in page.text
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts[-2:] == ["mark.set", "mark.ended"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "court", "note": " "}, "note"),
        ({"kind": "rude", "note": "Very"}, "kind"),
        ({"kind": "minor", "note": "Passport", "until": "2020-01-01"}, "until"),
        ({"kind": "minor", "note": "Passport", "since": "0001-01-01"}, "since"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    priya: FlaskClient, session: Session, cast: Cast, values: dict[str, object], field: str
) -> None:
    answer = write(priya, cast, **values)
    assert (answer.status_code, f'href="#f-{field}"' in answer.text) == (422, True)
    assert stops(session, cast) == set()


def test_all_who_hold_something_together_must_agree(priya: FlaskClient, session: Session, cast: Cast) -> None:
    write(priya, cast, "holders", name="Ben", state="asked", proof="Letter 12")
    assert stops(session, cast) == {"joint-incomplete"}
    write(priya, cast, "holders", name="Ben", state="approved", proof="Letter 13")
    assert stops(session, cast) == set()
    page = write(priya, cast, "holders", name="Ben", state="revoked", proof="Letter 14")
    assert stops(session, cast) == {"joint-revoked"}
    assert "Letter 14" in page.text
    assert write(priya, cast, "holders", name="Ben", state="approved", proof="").status_code == 422


def test_an_analyst_reads_and_writes_nothing(app: Flask, cast: Cast) -> None:
    omar = app.test_client()
    sign_in(omar, "omar@example.org")
    page = omar.get(f"/team/customers/{cast.ada.ref}/marks")
    assert (page.status_code, "Write something down" in page.text) == (200, False)
    data = {"csrf_token": csrf_token(omar.get("/analyst/what-if")), "kind": "court", "note": "Order 7"}
    assert omar.post(f"/team/customers/{cast.ada.ref}/marks", data=data).status_code == 403


def test_the_yes_of_a_minor_is_their_guardians(priya: FlaskClient, session: Session, cast: Cast) -> None:
    """Without a guardian on record nobody says yes for somebody else; with one, only the guardian does."""

    def tell(**values: str) -> TestResponse:
        page = priya.get(f"/team/customers/{cast.ada.ref}/consent")
        hidden = dict(re.findall(r'name="(seq|key)" value="([^"]+)"', page.text))
        form = {"csrf_token": csrf_token(page), "cell": "marketing * *", "act": "give", "method": "letter", **hidden}
        return priya.post(
            f"/team/customers/{cast.ada.ref}/consent", data={**form, "note": "Letter 12 in the safe", **values}
        )

    assert tell(authority="guardian").status_code == 422
    until = (clock.utc_now() + timedelta(days=400)).date().isoformat()
    write(priya, cast, kind="minor", note="Passport, seen in the branch", until=until)
    assert stops(session, cast) == {"minor-without-guardian"}
    assert tell(authority="self").status_code == 303
    assert stops(session, cast) == {"minor-without-guardian"}
    assert tell(authority="guardian").status_code == 303
    assert stops(session, cast) == set()
    newest = session.scalars(sa.select(ConsentEntry).order_by(ConsentEntry.global_seq.desc()).limit(1)).one()
    assert (newest.action, newest.authority) == ("reaffirmed", "guardian")
