"""Ada says how it was with her words and below our answer, changes it and takes it back; Priya sees it."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock, conversations, db
from portal.conversations import Conversation, Rating, Speaker
from tests.cast import csrf_token

from .conftest import FEE, Say, SignIn, anew
from .test_desk import desk, send

SAID = {"text": FEE, "may_reply": "yes", "submission_key": "K-RATED-00001"}


def scores(session: Session) -> list[int]:
    anew(session)
    return list(session.scalars(sa.select(Rating.score).where(Rating.ended_at.is_(None)).order_by(Rating.id)))


@pytest.fixture
def answered(engine: Engine, say: Say) -> Conversation:
    """What Ada said, and our answer to it."""
    thread = say()
    with db.writing(engine) as session:
        opened = session.get_one(Conversation, thread.id)
        conversations.reply(session, Speaker(None, "Priya"), opened, text="It is paid back.", now=clock.utc_now())
    return thread


def refs(session: Session, thread: Conversation) -> list[str]:
    anew(session)
    return [one.ref for one in conversations.thread(session, thread.id, internal=False) if one.author != "portal"]


@pytest.mark.parametrize(("rating", "kept"), [("2", [2]), ("", []), (None, [])])
def test_how_it_was_goes_with_the_words_and_may_be_left_out(
    as_: SignIn, say: Say, session: Session, rating: str | None, kept: list[int]
) -> None:
    ada = as_("ada")
    values = SAID if rating is None else {**SAID, "rating": rating}
    answer = send(ada, "/say", "/say", **values)
    assert answer.status_code == 303
    assert scores(session) == kept


def test_an_odd_rating_is_refused_and_the_words_stay(as_: SignIn, say: Say) -> None:
    answer = send(as_("ada"), "/say", "/say", **{**SAID, "rating": "9"})
    assert answer.status_code == 422
    assert "Choose one of the five" in answer.text
    assert FEE in answer.text


def test_what_was_chosen_stays_when_the_draft_is_read(as_: SignIn, say: Say) -> None:
    shown = send(as_("ada"), "/say", "/say/preview", **{**SAID, "rating": "4"}).text
    assert 'name="rating" value="4" checked' in shown


def test_ada_says_whether_it_helped_changes_it_and_takes_it_back(
    as_: SignIn, answered: Conversation, session: Session
) -> None:
    ada, page = as_("ada"), f"/me/conversations/{answered.ref}"
    _said, answer = refs(session, answered)
    to = f"{page}/messages/{answer}/rating"
    assert "Did this help?" in ada.get(page).text
    assert send(ada, page, to, rating="2").headers["Location"].endswith(f"{page}#{answer}")
    shown = ada.get(page).text
    assert "You said whether it helped:" in shown
    assert "Hardly" in shown
    assert "Waiting for us" in shown
    send(ada, page, to, rating="5")
    assert scores(session) == [5]
    send(ada, page, to, back="yes")
    assert scores(session) == []
    assert send(ada, page, to).status_code == 422
    assert send(ada, page, to, rating="6").status_code == 422


def test_priya_sees_it_at_the_conversation_and_in_the_queue(
    as_: SignIn, answered: Conversation, session: Session
) -> None:
    ada, priya, page = as_("ada"), as_("priya"), f"/me/conversations/{answered.ref}"
    said, _answer = refs(session, answered)
    send(ada, page, f"{page}/messages/{said}/rating", rating="1")
    assert "You said how it was:" in ada.get(page).text
    shown = priya.get(desk(answered)).text
    assert "They said how it was:" in shown
    assert "1 of 5" in shown
    assert "rated 1 of 5" in priya.get("/team?state=all").text


def test_nobody_rates_what_another_said_or_a_note(as_: SignIn, answered: Conversation, session: Session) -> None:
    said, _answer = refs(session, answered)
    ben = as_("ben")
    token = csrf_token(ben.get("/me/conversations"))
    to = f"/me/conversations/{answered.ref}/messages/{said}/rating"
    assert ben.post(to, data={"csrf_token": token, "rating": "1"}).status_code == 404
    ada, page = as_("ada"), f"/me/conversations/{answered.ref}"
    assert send(ada, page, f"{page}/messages/M-NONE/rating", rating="1").status_code == 404


def test_whoever_holds_a_receipt_code_says_it_too(app: Flask, say: Say, session: Session) -> None:
    thread = say(None)
    somebody: FlaskClient = app.test_client()
    page = f"/r/{thread.receipt_code}"
    assert "How was it for you?" in somebody.get(page).text
    send(somebody, page, f"{page}/messages/{refs(session, thread)[0]}/rating", rating="3")
    assert scores(session) == [3]
    assert "Neither good nor bad" in somebody.get(page).text
