"""Priya says sorry for a promise that was not kept: from the list, in words that Ada reads, counted all the same."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock, conversations, db
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.conversations import Conversation, Promise

from .conftest import Say, SignIn, anew
from .test_desk import KEY, desk, send

SORRY = "We said Monday and did not do it. I am sorry."


@pytest.fixture
def promised(engine: Engine, say: Say) -> tuple[Conversation, int]:
    """A promise to Ada whose day went by yesterday."""
    thread, now = say(), clock.utc_now()
    with db.writing(engine) as session:
        priya = session.scalars(sa.select(Account).where(Account.email == "priya@example.org")).one()
        opened = session.get_one(Conversation, thread.id)
        due = now - timedelta(days=1)
        conversations.reply(
            session, priya, opened, text="By Monday.", now=now - timedelta(days=5), promise_due=due,
            promise_text="the fee paid back",
        )  # fmt: skip
        return thread, session.scalars(sa.select(Promise.id)).one()


def test_what_was_not_kept_is_listed_and_apologised_for_in_words_ada_reads(
    as_: SignIn, promised: tuple[Conversation, int], session: Session
) -> None:
    (thread, number), priya, ada = promised, as_("priya"), as_("ada")
    listed = priya.get("/team/promises").text
    assert "the fee paid back" in listed
    assert "Overdue" in listed
    assert f"/team/conversations/{thread.ref}?sorry={number}#promise-{number}" in listed
    opened = priya.get(f"{desk(thread)}?sorry={number}").text
    assert "<details open><summary>Apologise…" in opened
    to = f"{desk(thread)}/promises/{number}/apology"
    for _ in range(2):
        answer = send(priya, desk(thread), to, apology=SORRY, submission_key=KEY)
        assert answer.status_code == 303
    read = ada.get(f"/me/conversations/{thread.ref}").text
    assert read.count(SORRY) == 1
    assert "An apology" in read
    assert "for a promise not kept by its day: the fee paid back" in read
    assert "we apologised on" in read
    assert "Every promise is kept" in priya.get("/team/promises").text
    assert "Apologised" in priya.get("/team/promises?which=apologised").text
    anew(session)
    entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "promise.apologised")).all()
    assert {(one.actor, one.subject) for one in entries} == {("Priya", f"conversation:{thread.ref}")}
    assert session.get_one(Promise, number).state == "open"


def test_an_apology_without_words_is_asked_for_again_where_it_was_written(
    as_: SignIn, promised: tuple[Conversation, int]
) -> None:
    (thread, number), priya = promised, as_("priya")
    to = f"{desk(thread)}/promises/{number}/apology"
    answer = send(priya, desk(thread), to, apology=" ", submission_key=KEY)
    assert answer.status_code == 422
    assert f'id="e-apology-{number}"' in answer.text
    assert "Write something first" in answer.text


def test_an_apology_about_something_else_is_taken_off(
    as_: SignIn, promised: tuple[Conversation, int], session: Session
) -> None:
    (thread, number), priya = promised, as_("priya")
    to = f"{desk(thread)}/promises/{number}/apology"
    send(priya, desk(thread), to, apology=SORRY, submission_key=KEY)
    assert "That was about something else" in priya.get(desk(thread)).text
    send(priya, desk(thread), f"{to}/back")
    assert "the fee paid back" in priya.get("/team/promises").text
    assert SORRY in as_("ada").get(f"/me/conversations/{thread.ref}").text
    anew(session)
    assert session.scalar(sa.select(AuditEntry.id).where(AuditEntry.act == "promise.apology-taken-back"))


def test_a_promise_is_apologised_for_in_its_own_conversation_and_by_the_product_team(
    as_: SignIn, say: Say, promised: tuple[Conversation, int]
) -> None:
    (thread, number), other = promised, say("ben", "The queue in the branch is too long.")
    to = f"{desk(other)}/promises/{number}/apology"
    assert send(as_("priya"), desk(other), to, apology=SORRY, submission_key=KEY).status_code == 404
    omar = as_("omar")
    assert "Apologise…" not in omar.get(desk(thread)).text
    refused = send(omar, desk(thread), f"{desk(thread)}/promises/{number}/apology", apology=SORRY, submission_key=KEY)
    assert refused.status_code == 403
    assert "?sorry=" not in omar.get("/team/promises").text


def test_an_empty_list_says_where_to_look(as_: SignIn) -> None:
    priya = as_("priya")
    assert "Every promise is kept" in priya.get("/team/promises").text
    assert "There is no such promise" in priya.get("/team/promises?which=apologised").text
    assert priya.get("/team/promises?which=x&after=made-up").status_code == 422
