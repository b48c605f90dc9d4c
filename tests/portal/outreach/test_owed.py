"""What we owe is told: the outcome of an idea to its author and backers, an answer to whoever wrote."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import conversations, db, ideas, outreach
from portal.accounts import Customer
from portal.conversations.models import Conversation
from portal.mail import OutboxMessage
from portal.outreach import Dispatch, Intent
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people
from tests.cast import Cast

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NIGHT = NOW.replace(hour=23)
SETTINGS = Settings(base_url="https://portal.example.org")


@pytest.fixture
def house(session: Session, cast: Cast) -> Cast:
    """The cast, asked for `reply`; Ada and Ben said yes."""
    people.ask_for(session, "reply")
    people.ask_for(session, "service", asks=False)
    for customer in (cast.ada, cast.ben):
        people.says(session, customer, "reply", "granted", people.JOINED)
    session.commit()
    return cast


def run(engine: Engine, at: datetime = NOW) -> None:
    """What the job send-outbox does before the mail leaves."""
    outreach.tell_outcomes(engine, clock=lambda: at, worker="w")
    outreach.tell_answers(engine, clock=lambda: at, worker="w")
    outreach.send_due(engine, settings=SETTINGS, clock=lambda: at, worker="w")


def mails(engine: Engine) -> Sequence[OutboxMessage]:
    with db.reading(engine) as session:
        return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()


def decisions(engine: Engine) -> Sequence[Decision]:
    with db.reading(engine) as session:
        return session.scalars(sa.select(Decision).order_by(Decision.id)).all()


def asks(engine: Engine, customer: Customer) -> int:
    """A customer writes that a fee is wrong; gives the conversation's id."""
    with db.writing(engine) as session:
        mine = session.get_one(Customer, customer.id)
        said = conversations.submit(
            session, customer=mine, text="The fee for my card is wrong.", now=NOW - timedelta(days=9)
        )
        return said.conversation_id


def answers(engine: Engine, cast: Cast, conversation_id: int, text: str = "You are right.", **values: bool) -> None:
    with db.writing(engine) as session:
        talk = session.get_one(Conversation, conversation_id)
        conversations.reply(session, session.merge(cast.priya), talk, text=text, now=NOW, **values)


def idea_of(engine: Engine, customer: Customer, *backers: Customer) -> int:
    """An idea that has been answered once: `planned`."""
    with db.writing(engine) as session:
        mine = session.merge(customer)
        ideas.add_board(session, "Cards")
        made = ideas.propose(
            session, mine, title="Show the fee first", text="Before I pay.", board="Cards", now=NOW - timedelta(days=3)
        )
        for backer in backers:
            ideas.vote(session, made, session.merge(backer), "important", NOW - timedelta(days=2))
        return made.id


def decide_idea(engine: Engine, cast: Cast, idea_id: int, status: str, text: str) -> None:
    with db.writing(engine) as session:
        idea = session.get_one(ideas.Idea, idea_id)
        ideas.answer(session, idea, status=status, text=text, account=session.merge(cast.priya), now=NOW)


def test_the_author_of_an_idea_is_mailed_what_came_of_it_and_finds_it_in_the_portal(
    engine: Engine, house: Cast
) -> None:
    decide_idea(engine, house, idea_of(engine, house.ada, house.ben), "planned", "It comes in spring.")
    run(engine)
    run(engine)
    (letter,) = mails(engine)
    assert (letter.to_address, letter.subject) == ("ada@example.org", "An answer to your idea: Show the fee first")
    assert "“Show the fee first” is now: planned." in letter.text
    assert "It comes in spring." in letter.text
    with db.reading(engine) as session:
        ((note, _, wish),) = outreach.dispatches_of(session, house.ada.id, unseen_in_portal=True)
        assert "because you proposed the idea" in note.text
        assert wish.reason == "You proposed the idea “Show the fee first”."
        ((backed, _, _),) = outreach.dispatches_of(session, house.ben.id)
        assert (backed.channel, "because you backed the idea" in backed.text) == ("in_app", True)


def test_an_author_who_backs_the_own_idea_is_not_told_twice(engine: Engine, house: Cast) -> None:
    decide_idea(engine, house, idea_of(engine, house.ada, house.ada), "declined", "It would cost too much.")
    run(engine)
    with db.reading(engine) as session:
        told = [sent.channel for sent, _, _ in outreach.dispatches_of(session, house.ada.id)]
    assert sorted(told) == ["email", "in_app"]


def test_every_change_of_status_is_told_once(engine: Engine, house: Cast) -> None:
    idea_id = idea_of(engine, house.ada)
    decide_idea(engine, house, idea_id, "planned", "It comes in spring.")
    run(engine)
    decide_idea(engine, house, idea_id, "shipped", "It is here now.")
    run(engine, NOW + timedelta(days=1))
    assert ["is now: planned" in mails(engine)[0].text, "is now: here" in mails(engine)[1].text] == [True, True]
    assert len(mails(engine)) == 2


def test_an_answer_is_announced_by_mail_once_without_its_words(engine: Engine, house: Cast) -> None:
    answers(engine, house, asks(engine, house.ada))
    run(engine)
    run(engine, NOW + timedelta(hours=1))
    (letter,) = mails(engine)
    assert (letter.to_address, letter.subject) == ("ada@example.org", "Harbour Bank has answered you")
    assert "You wrote to us on 14 November 2026, and Priya has answered." in letter.text
    assert "You are right" not in letter.text
    with db.reading(engine) as session:
        talk = session.scalars(sa.select(Conversation)).one()
    assert f"https://portal.example.org/me/conversations/{talk.ref}" in letter.text


def test_the_decision_about_an_answer_says_why_it_was_sent_and_what_allowed_it(engine: Engine, house: Cast) -> None:
    answers(engine, house, asks(engine, house.ada))
    run(engine)
    (decided,) = decisions(engine)
    assert (decided.outcome, decided.message_class, decided.purpose) == ("allow", "answer", "reply")
    assert decided.intent["reason"] == "You wrote to us on 14 November 2026 and wanted an answer."
    assert {item["rule"]: item["code"] for item in decided.rules}["consent"] == "allowed-since"


def test_without_consent_to_be_answered_no_mail_goes_and_the_record_says_so(engine: Engine, house: Cast) -> None:
    answers(engine, house, asks(engine, house.cleo))
    run(engine)
    assert mails(engine) == []
    (decided,) = decisions(engine)
    assert (decided.outcome, decided.decisive_rule) == ("deny", "consent")


def test_a_withdrawal_before_the_job_runs_means_that_no_mail_goes(engine: Engine, house: Cast) -> None:
    answers(engine, house, asks(engine, house.ada))
    with db.writing(engine) as session:
        people.says(session, session.merge(house.ada), "reply", "withdrawn", NOW)
    run(engine, NOW + timedelta(minutes=1))
    assert mails(engine) == []


def test_each_answer_is_told_and_nothing_else_in_a_conversation_is(engine: Engine, house: Cast) -> None:
    talk = asks(engine, house.ada)
    answers(engine, house, talk, "Only for the team.", internal=True)
    run(engine)
    assert mails(engine) == []
    answers(engine, house, talk, "You are right.")
    answers(engine, house, talk, "And the fee is back on your account.")
    run(engine)
    assert len(mails(engine)) == 2


def test_somebody_known_only_by_a_receipt_has_no_address_to_be_mailed_at(engine: Engine, house: Cast) -> None:
    with db.writing(engine) as session:
        stranger = conversations.submit(session, customer=None, text="The fee is wrong.", now=NOW - timedelta(days=1))
        stranger_talk = stranger.conversation_id
    answers(engine, house, stranger_talk)
    run(engine)
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Intent)).all() == []


def test_an_answer_is_owed_so_it_waits_for_no_morning_as_the_rules_say(engine: Engine, house: Cast) -> None:
    answers(engine, house, asks(engine, house.ada))
    run(engine, NIGHT)
    assert len(mails(engine)) == 1
    (decided,) = decisions(engine)
    assert {item["rule"]: item["result"] for item in decided.rules}["quiet"] == "skip"


def test_answers_of_last_month_are_no_news(engine: Engine, house: Cast) -> None:
    answers(engine, house, asks(engine, house.ada))
    run(engine, NOW + timedelta(days=30))
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Dispatch)).all() == []
