"""How it was for somebody: said with their words or below our answer, said anew, taken back, and never overwritten."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import conversations, db, needs
from portal.conversations import Conversation, Message, Rating, Speaker
from portal.errors import Invalid, NotFound
from tests import people

HOUR = timedelta(hours=1)
PRIYA = Speaker(None, "Priya")


@pytest.fixture
def thread(writing: Session, now: datetime) -> Conversation:
    """What Ada said, and an answer to it."""
    said = conversations.submit(
        writing, customer=people.customer(writing), text="The queue was long.", now=now, rating=2
    )  # fmt: skip
    conversations.reply(writing, PRIYA, said.conversation, text="We open earlier now.", now=now + HOUR)
    return said.conversation


def scores(session: Session, thread: Conversation) -> list[int | None]:
    """What is said of each message of a thread."""
    return [one.rating.score if one.rating else None for one in conversations.thread(session, thread.id, internal=True)]


def test_how_it_was_is_kept_with_the_words_and_is_never_required(
    writing: Session, now: datetime, thread: Conversation
) -> None:
    conversations.submit(writing, customer=None, text="I say nothing about it.", now=now)
    kept = writing.scalars(sa.select(Rating)).one()
    assert (kept.score, kept.given_at, kept.source) == (2, now, "portal")
    assert scores(writing, thread) == [2, None]


def test_another_word_on_it_ends_the_one_before_and_the_same_changes_nothing(
    writing: Session, now: datetime, thread: Conversation
) -> None:
    said = conversations.thread(writing, thread.id, internal=False)[0]
    conversations.rate(writing, said, 4, now=now + HOUR)
    conversations.rate(writing, said, 4, now=now + 2 * HOUR)
    assert scores(writing, thread) == [4, None]
    history = writing.execute(sa.select(Rating.score, Rating.ended_at).order_by(Rating.id)).all()
    assert [tuple(row) for row in history] == [(2, now + HOUR), (4, None)]


def test_what_was_said_is_taken_back(writing: Session, now: datetime, thread: Conversation) -> None:
    said = conversations.thread(writing, thread.id, internal=False)[0]
    for _ in range(2):
        conversations.take_rating_back(writing, said, now=now + HOUR)
    assert scores(writing, thread) == [None, None]
    assert writing.scalars(sa.select(Rating.ended_at)).one() == now + HOUR


@pytest.mark.parametrize(
    ("score", "state"), [(1, "waiting_team"), (2, "waiting_team"), (3, "answered"), (5, "answered")]
)
def test_an_answer_that_did_not_help_waits_for_us_again(
    writing: Session, now: datetime, thread: Conversation, score: int, state: str
) -> None:
    answer = conversations.thread(writing, thread.id, internal=False)[-1]
    assert thread.state == "answered"
    conversations.rate(writing, answer, score, now=now + 2 * HOUR)
    assert thread.state == state


def test_only_what_both_sides_said_is_rated_and_only_from_one_to_five(
    writing: Session, now: datetime, thread: Conversation
) -> None:
    note = conversations.reply(writing, PRIYA, thread, text="He is upset", now=now + HOUR, internal=True)
    with pytest.raises(NotFound):
        conversations.rate(writing, note, 1, now=now)
    with pytest.raises(NotFound):
        conversations.rated_in(writing, thread, note.ref)
    answer = conversations.thread(writing, thread.id, internal=False)[-1]
    with pytest.raises(Invalid):
        conversations.rate(writing, answer, 6, now=now)
    other = people.message_of(writing, people.customer(writing, "Ben"), now)
    with pytest.raises(NotFound):
        conversations.rated_in(writing, thread, other.ref)
    assert conversations.rated_in(writing, thread, answer.ref).id == answer.id


def test_the_queue_says_what_was_said_last(writing: Session, now: datetime, thread: Conversation) -> None:
    answer = conversations.thread(writing, thread.id, internal=False)[-1]
    everything = conversations.InboxFilter(state=None)
    assert [row.rating for row in conversations.inbox(writing, everything)] == [2]
    conversations.rate(writing, answer, 5, now=now + 2 * HOUR)
    assert [row.rating for row in conversations.inbox(writing, everything)] == [5]


def test_the_reader_leaves_a_rating_as_it_is(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        conversations.submit(
            session, customer=people.customer(session), text="Great, I love it. Thank you.", now=now, rating=1
        )  # fmt: skip
    needs.read_waiting(engine, clock=lambda: now, worker="w")
    with db.reading(engine) as session:
        assert set(session.scalars(sa.select(Message.reading))) == {"read", "none"}  # theirs, and our acknowledgement
        assert session.scalars(sa.select(Rating.score)).all() == [1]
