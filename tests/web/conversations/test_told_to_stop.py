"""A customer says stop on the phone: the team records it beside the conversation, and it holds at once."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal import clock, consent
from portal.consent.models import ConsentEntry
from tests.cast import Cast, csrf_token, sign_in
from tests.people import JOINED, ask_for, message_of, says


@pytest.fixture
def ref(session: Session, cast: Cast) -> str:
    """A conversation of Ada, who allows offers."""
    ask_for(session, "needs", "marketing")
    says(session, cast.ada, "marketing", "granted", JOINED)
    opened = message_of(session, cast.ada, JOINED).conversation.ref
    session.commit()
    return opened


@pytest.mark.parametrize("method", ["phone", "branch", "letter"])
def test_what_was_said_elsewhere_ends_in_the_same_withdrawal_once(
    app: Flask, session: Session, cast: Cast, ref: str, method: str
) -> None:
    priya = app.test_client()
    sign_in(priya, "priya@example.org")
    token = csrf_token(priya.get(f"/team/conversations/{ref}"))
    form = {"csrf_token": token, "purpose": "marketing", "method": method, "note": "At ten, asked twice"}
    for _ in range(2):
        assert priya.post(f"/team/conversations/{ref}/stop", data=form).status_code == 303
    session.rollback()
    (entry,) = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.actor_type == "team")).all()
    assert (entry.action, entry.method, entry.actor) == ("withdrawn", method, "Priya")
    assert entry.evidence == f"{ref}: At ten, asked twice"
    assert not consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now())


@pytest.mark.parametrize("wrong", [{"method": "web_form"}, {"purpose": "*"}, {"act": "give"}])
def test_nothing_can_be_given_or_claimed_here(
    app: Flask, session: Session, cast: Cast, ref: str, wrong: dict[str, str]
) -> None:
    priya = app.test_client()
    sign_in(priya, "priya@example.org")
    token = csrf_token(priya.get(f"/team/conversations/{ref}"))
    form = {"csrf_token": token, "purpose": "marketing", "method": "phone", **wrong}
    assert priya.post(f"/team/conversations/{ref}/stop", data=form).status_code == 404
    session.rollback()
    assert consent.head(session, cast.ada.id) == 1


def test_an_analyst_records_nothing(app: Flask, cast: Cast, ref: str) -> None:
    omar = app.test_client()
    sign_in(omar, "omar@example.org")
    page = omar.get(f"/team/conversations/{ref}")
    assert "They told us to stop" not in page.text
    form = {"csrf_token": csrf_token(page), "purpose": "marketing", "method": "phone"}
    assert omar.post(f"/team/conversations/{ref}/stop", data=form).status_code == 403
