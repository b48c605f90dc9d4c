"""Asked where one is writing: what was typed stays, yes and no weigh the same, and it is not asked twice."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, consent, conversations
from portal.consent.models import ConsentEntry, NoticeServed
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says

TYPED = "The fee at the counter is too high, and nobody says why."
ASKED = 'id="asked"'


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs", "reply")
    session.commit()


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


def answer(client: FlaskClient, path: str, act: str, page: TestResponse | None = None, **typed: str) -> TestResponse:
    page = page or client.get(path)
    hidden = dict(re.findall(r'name="(ask_\w+|submission_key)" value="([^"]+)"', page.text))
    [to] = set(re.findall(r'formaction="([^"]*/consent)"', page.text))
    return client.post(to, data={"csrf_token": csrf_token(page), **hidden, "ask_act": act, **typed})


def allowed(session: Session, cast: Cast) -> consent.Permission:
    session.rollback()
    return consent.allows(session, cast.ada.id, "needs", now=clock.utc_now())


def new_words(session: Session, change: str, data: str = "messages") -> None:
    draft = consent.draft_notice(
        session, purpose="needs", title="May we still?", summary="May we still?", text="…", change=change,
        data_used=data, now=clock.utc_now(),
    )  # fmt: skip
    consent.publish_notice(session, draft.id, now=clock.utc_now())
    session.commit()


@pytest.mark.parametrize(("act", "reason"), [("give", "granted"), ("withdraw", "denied"), ("defer", "not-asked")])
def test_what_was_typed_stays_whatever_is_answered_and_nothing_is_asked_again(
    ada: FlaskClient, session: Session, cast: Cast, act: str, reason: str
) -> None:
    after = answer(ada, "/say", act, text=TYPED, may_reply="yes")
    assert after.status_code == 200
    assert TYPED in after.text
    assert 'value="yes" required checked' in after.text
    assert allowed(session, cast).reason == reason
    assert ASKED not in after.text
    assert ASKED not in ada.get("/say").text
    assert session.scalar(sa.select(sa.func.count()).select_from(conversations.Conversation)) == 0, "nothing was sent"


def test_yes_and_no_are_buttons_of_the_same_kind_in_the_same_place(ada: FlaskClient) -> None:
    [row] = re.findall(r'<p class="row">\s*(<button[^>]*name="ask_act".*?)</p>', ada.get("/say").text, re.DOTALL)
    buttons = re.findall(r"<button ([^>]*)>", row)
    assert len(buttons) == 3
    assert len({re.sub(r'value="\w+"', "", one) for one in buttons}) == 1


def test_not_now_is_written_down_and_holds_until_the_words_change(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    answer(ada, "/say", "defer", text=TYPED)
    session.rollback()
    [entry] = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.customer_id == cast.ada.id)).all()
    assert (entry.action, entry.notice_version) == ("deferred", 1)
    new_words(session, "editorial")
    assert ASKED in ada.get("/say").text


def test_wider_words_are_asked_for_and_a_no_leaves_the_earlier_yes_as_it_was(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    says(session, cast.ada, "needs", "granted", clock.utc_now() - timedelta(days=9))
    session.commit()
    assert ASKED not in ada.get("/say").text
    new_words(session, "editorial")
    assert ASKED not in ada.get("/say").text, "the same under other words is nothing to ask"
    new_words(session, "widening", "messages; payments")
    page = ada.get("/say")
    assert "Your yes stands for what you were told then" in page.text
    assert "No, as it was" in page.text
    answer(ada, "/say", "defer", page, text=TYPED)
    assert allowed(session, cast).reason == "granted"
    assert ASKED not in ada.get("/say").text
    now = clock.utc_now()
    assert consent.allows(session, cast.ada.id, "needs", uses=["messages"], now=now)
    assert not consent.allows(session, cast.ada.id, "needs", uses=["payments"], now=now)


def test_a_yes_to_wider_words_covers_them(ada: FlaskClient, session: Session, cast: Cast) -> None:
    says(session, cast.ada, "needs", "granted", clock.utc_now() - timedelta(days=9))
    new_words(session, "widening", "messages; payments")
    answer(ada, "/say", "give", text=TYPED)
    session.rollback()
    assert consent.history(session, cast.ada.id, limit=1)[0].action == "reaffirmed"
    assert consent.allows(session, cast.ada.id, "needs", uses=["payments"], now=clock.utc_now())


@pytest.mark.parametrize("action", ["refused", "objected"])
def test_who_said_no_or_objected_is_not_asked(ada: FlaskClient, session: Session, cast: Cast, action: str) -> None:
    says(session, cast.ada, "needs", action, clock.utc_now())
    session.commit()
    assert ASKED not in ada.get("/say").text


def test_that_it_was_shown_is_kept_once_though_nothing_was_chosen(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    for _ in range(2):
        ada.get("/say")
    ada.get("/ideas/new")
    session.rollback()
    places = session.scalars(sa.select(NoticeServed.place).where(NoticeServed.customer_id == cast.ada.id)).all()
    assert sorted(places) == ["ideas", "say"]
    assert consent.head(session, cast.ada.id) == 0


def test_in_a_thread_and_beside_an_idea_what_was_typed_stays_too(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    opened = conversations.submit(
        session, customer=cast.ada, text=TYPED, may_reply=True, submission_key="k1", now=clock.utc_now()
    ).conversation
    session.commit()
    after = answer(ada, "/ideas/new", "defer", text=TYPED, title="Say what fees are for")
    assert TYPED in after.text
    assert "Say what fees are for" in after.text
    new_words(session, "editorial")
    after = answer(ada, f"/me/conversations/{opened.ref}", "give", text="One more thing")
    assert "One more thing" in after.text
    assert allowed(session, cast).allowed


def test_a_question_from_before_a_newer_no_records_nothing(ada: FlaskClient, session: Session, cast: Cast) -> None:
    page = ada.get("/say")
    says(session, cast.ada, "needs", "refused", clock.utc_now())
    session.commit()
    after = answer(ada, "/say", "give", page, text=TYPED)
    assert "nothing was recorded" in after.text
    assert TYPED in after.text
    assert allowed(session, cast).reason == "denied"


def test_nobody_is_asked_without_a_name(client: FlaskClient) -> None:
    assert ASKED not in client.get("/say").text
    form = {"csrf_token": csrf_token(client.get("/say")), "ask_act": "give"}
    assert client.post("/say/consent", data=form).status_code == 403
