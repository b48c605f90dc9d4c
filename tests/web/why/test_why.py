"""Why: Ada reads the whole line, says what is wrong, and sees it cut."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import audit, db, privacy
from portal.accounts.models import Customer
from portal.audit.models import AuditEntry
from portal.segments.models import Contest, Membership
from portal.treatment.models import Decision
from tests.cast import Cast, csrf_token, sign_in
from tests.web.analyst.conftest import NOW, world

__all__ = ["world"]


@pytest.fixture
def ada(client: FlaskClient, world: Cast) -> FlaskClient:
    sign_in(client, "ada@example.org")
    return client


def send(client: FlaskClient, page: str, to: str, **data: object) -> TestResponse:
    token = csrf_token(client.get(page))
    return client.post(to, data={"csrf_token": token, **data})


def test_the_line_is_read_from_the_words_to_what_followed(ada: FlaskClient) -> None:
    text = ada.get("/me/why").text
    for part in (
        "You wrote", "was taken twice", "We read", "not met", "rests on your yes of", "It placed you with",
        "People who want fees to be plain", "you were given", "Free transfers", "Because fees bother you",
        "Why we did not send you “About offer”", "Why we sent you “About tell”", "This is wrong", "This is not me",
    ):  # fmt: skip
        assert part in text, part
    assert "<b>again</b>" not in text


def test_one_decision_shows_the_words_every_rule_and_what_would_change_it(
    ada: FlaskClient, session: Session, world: Cast
) -> None:
    denied = session.scalars(sa.select(Decision).where(Decision.intent_key == "offer")).one()
    text = ada.get(f"/me/why/decisions/{denied.ref}").text
    assert "decided before anything was sent" in text
    assert "was taken twice" in text
    assert "rule decisive" in text
    assert "It would be allowed when" in text


def test_another_customers_decision_is_not_found(client: FlaskClient, session: Session, world: Cast) -> None:
    ref = session.scalars(sa.select(Decision.ref)).first()
    sign_in(client, "ben@example.org")
    assert client.get(f"/me/why/decisions/{ref}").status_code == 404


def test_this_is_not_me_is_written_down_once_and_seen_by_the_analyst(
    ada: FlaskClient, app, session: Session, world: Cast
) -> None:
    membership = session.scalars(sa.select(Membership)).one()
    address = f"/me/why/groups/{membership.id}/contest"
    for _ in range(2):
        send(ada, "/me/why", address, said="I never mind fees")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Contest)) == 1
    assert session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "membership.contested")).one()
    assert "You said this is not you" in ada.get("/me/why").text
    omar = app.test_client()
    sign_in(omar, "omar@example.org")
    assert "I never mind fees" in omar.get("/analyst/segments/fees").text


def test_nobody_contests_for_somebody_else(client: FlaskClient, session: Session, world: Cast) -> None:
    membership = session.scalars(sa.select(Membership)).one()
    sign_in(client, "ben@example.org")
    assert send(client, "/me/account", f"/me/why/groups/{membership.id}/contest").status_code == 404


def test_after_a_withdrawal_the_page_says_that_the_line_is_cut_and_when(
    ada: FlaskClient, engine: Engine, world: Cast
) -> None:
    with db.writing(engine) as session:
        customer = session.get_one(Customer, world.ada.id)
        privacy.change_consent(
            session,
            customer,
            [privacy.CellChange(purpose="needs", act="withdraw")],
            actor=audit.Actor("customer", None, "Ada"),
            method="web_form",
            expected_seq=None,
            now=NOW + timedelta(seconds=1),
        )
    text = ada.get("/me/why").text
    assert "The line is cut" in text
    assert "2 signs ended with your yes" in text
    assert "you left 1 group." in text
    assert "was taken twice" not in text
    assert "It placed you with" not in text


def test_somebody_who_never_spoke_is_told_what_would_appear(client: FlaskClient, world: Cast) -> None:
    sign_in(client, "ben@example.org")
    text = client.get("/me/why").text
    assert "You do not let us understand your needs" in text
    assert "Nobody wanted to send you anything yet" in text
