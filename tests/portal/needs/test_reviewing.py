"""What people say about tags: who wins, what the customer sees, and what becomes of signals."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, conversations, db, needs
from portal.accounts.models import Account
from portal.errors import Conflict, Invalid, NotFound
from portal.needs import Review, Signal, Tag
from portal.settings import Settings
from tests import people
from tests.cast import Cast

FEE = "The transfer fee is too high."


@pytest.fixture
def told(engine: Engine, cast: Cast, now: datetime) -> tuple[int, int]:
    """Ada allows it and has said something that was read: (message id, tag id of cost)."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada = session.merge(cast.ada)
        people.says(session, ada, "needs", "granted", now - timedelta(days=1))
        message_id = conversations.submit(session, customer=ada, text=FEE, now=now).id
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    with db.reading(engine) as session:
        tag_id = session.scalars(sa.select(Tag.id).where(Tag.kind == "need", Tag.value == "cost")).one()
    return message_id, tag_id


@pytest.fixture
def writing(session: Session, told: tuple[int, int]) -> Session:
    db.begin_writing(session)
    return session


@pytest.fixture
def ada(writing: Session) -> Account:
    return found(writing, "ada")


@pytest.fixture
def priya(writing: Session) -> Account:
    return found(writing, "priya")


def found(session: Session, name: str) -> Account:
    account = accounts.account_by_email(session, f"{name}@example.org")
    assert account is not None
    return account


def standing(session: Session) -> dict[str, str]:
    """Needs of open signals, with their state."""
    rows = session.execute(sa.select(Signal.need, Signal.need_state).where(Signal.ended_at.is_(None)))
    return dict(rows.all())


def seen_by_ada(session: Session, message_id: int) -> set[str]:
    return {
        one.tag.value for one in needs.tags_for_customer(session, [message_id])[message_id] if one.tag.kind == "need"
    }


def seen_by_team(session: Session, message_id: int) -> set[str]:
    return {tag.value for tag in needs.tags_of(session, [message_id])[message_id] if tag.kind == "need"}


def test_accepting_makes_the_label_and_changes_no_signal(
    writing: Session, told: tuple[int, int], priya: Account, now: datetime
) -> None:
    needs.review(writing, told[1], verdict="accept", by=priya, now=now)
    assert standing(writing) == {"cost": "unmet"}
    assert writing.get_one(Tag, told[1]).review == "accepted"


def test_a_correction_ends_the_signal_and_makes_its_own(
    writing: Session, told: tuple[int, int], ada: Account, now: datetime
) -> None:
    needs.review(writing, told[1], verdict="correct", corrected_to="clarity", corrected_state="wished", by=ada, now=now)
    assert standing(writing) == {"clarity": "wished"}
    ended = writing.scalars(sa.select(Signal).where(Signal.ended_at.is_not(None))).one()
    assert (ended.need, ended.ended_cause, ended.ended_at) == ("cost", "correction", now)
    assert seen_by_ada(writing, told[0]) == {"clarity"} == seen_by_team(writing, told[0])


def test_only_the_state_can_be_corrected(writing: Session, told: tuple[int, int], ada: Account, now: datetime) -> None:
    needs.review(writing, told[1], verdict="correct", corrected_state="met", by=ada, now=now)
    assert standing(writing) == {"cost": "met"}


def test_the_team_outweighs_the_customer_in_labels_and_the_customer_still_sees_their_own_word(
    writing: Session, told: tuple[int, int], ada: Account, priya: Account, now: datetime
) -> None:
    message_id, tag_id = told
    needs.review(writing, tag_id, verdict="accept", by=priya, now=now)
    needs.review(writing, tag_id, verdict="correct", corrected_to="support", by=ada, now=now)
    assert seen_by_team(writing, message_id) == {"cost", "support"}
    assert seen_by_ada(writing, message_id) == {"support"}
    assert standing(writing) == {"support": "unmet"}, "what she denied says nothing about her any more"
    own = writing.scalars(sa.select(Tag).where(Tag.value == "support")).one()
    needs.review(writing, own.id, verdict="reject", by=priya, now=now)
    assert seen_by_team(writing, message_id) == {"cost"}
    seen = needs.tags_for_customer(writing, [message_id])[message_id]
    assert [(one.tag.value, one.own, one.disputed) for one in seen if one.tag.kind == "need"] == [
        ("support", True, True)
    ]
    assert standing(writing) == {}


def test_the_customer_outweighs_nobody_before_the_team_has_spoken(
    writing: Session, told: tuple[int, int], ada: Account, priya: Account, now: datetime
) -> None:
    needs.review(writing, told[1], verdict="reject", by=ada, now=now)
    assert standing(writing) == {}
    assert seen_by_team(writing, told[0]) == set()
    with pytest.raises(Conflict):
        needs.review(writing, told[1], verdict="accept", by=priya, now=now)


def test_a_denied_tag_makes_no_signal_when_the_team_accepts_it_again(
    writing: Session, told: tuple[int, int], ada: Account, priya: Account, now: datetime
) -> None:
    needs.review(writing, told[1], verdict="accept", by=priya, now=now)
    needs.review(writing, told[1], verdict="reject", by=ada, now=now)
    needs.review(writing, told[1], verdict="accept", by=priya, now=now)
    assert standing(writing) == {}
    needs.rest_signals(writing, _ada_id(writing), now=now, earlier_words=True)
    assert standing(writing) == {}


def _ada_id(session: Session) -> int:
    return session.scalars(sa.select(people.Customer.id).where(people.Customer.name == "Ada")).one()


def test_a_correction_without_consent_makes_no_signal(
    engine: Engine, writing: Session, told: tuple[int, int], ada: Account, now: datetime
) -> None:
    customer = accounts.lock_customer(writing, _ada_id(writing))
    people.says(writing, customer, "needs", "withdrawn", now)
    needs.end_signals(writing, customer.id, cause="consent", now=now)
    needs.review(writing, told[1], verdict="correct", corrected_to="clarity", by=ada, now=now)
    assert standing(writing) == {}


def test_signals_rest_again_after_consent_is_given_again_only_on_words_that_may_be_used(
    writing: Session, told: tuple[int, int], now: datetime
) -> None:
    customer = accounts.lock_customer(writing, _ada_id(writing))
    people.says(writing, customer, "needs", "withdrawn", now)
    assert needs.end_signals(writing, customer.id, cause="consent", now=now) == 1
    assert needs.end_signals(writing, customer.id, cause="consent", now=now) == 0
    later = now + timedelta(days=1)
    people.says(writing, customer, "needs", "granted", later)
    assert needs.rest_signals(writing, customer.id, now=later, earlier_words=False) == 0
    people.says(writing, customer, "needs", "withdrawn", later)
    people.says(writing, customer, "needs", "granted", later, earlier_words=True)
    assert needs.rest_signals(writing, customer.id, now=later, earlier_words=True) == 1
    assert needs.rest_signals(writing, customer.id, now=later, earlier_words=True) == 0
    assert writing.scalars(sa.select(Signal.consent_seq).where(Signal.ended_at.is_(None))).one() == 5


def test_correcting_to_what_is_there_already_joins_it(
    writing: Session, told: tuple[int, int], ada: Account, priya: Account, now: datetime
) -> None:
    added = needs.add_tag(writing, told[0], need="speed", state="unmet", by=priya, now=now)
    review = needs.review(writing, told[1], verdict="correct", corrected_to="speed", by=ada, now=now)
    assert review.new_tag_id == added.id
    assert standing(writing) == {"speed": "unmet"}


@pytest.mark.parametrize(
    "values",
    [
        {"verdict": "perhaps"},
        {"verdict": "correct", "corrected_to": "nonsense"},
        {"verdict": "correct", "corrected_to": "cost"},
        {"verdict": "correct", "corrected_to": "speed", "corrected_state": "odd"},
    ],
)
def test_a_verdict_that_means_nothing_is_refused(
    writing: Session, told: tuple[int, int], ada: Account, now: datetime, values: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        needs.review(writing, told[1], by=ada, now=now, **values)  # type: ignore[arg-type]
    assert writing.scalar(sa.select(sa.func.count()).select_from(Review)) == 0


def test_a_tag_that_does_not_exist_is_not_found(writing: Session, ada: Account, now: datetime) -> None:
    with pytest.raises(NotFound):
        needs.review(writing, 10_000, verdict="accept", by=ada, now=now)


def test_a_corrected_feeling_is_the_conversations_feeling(
    writing: Session, told: tuple[int, int], priya: Account, now: datetime
) -> None:
    felt = writing.scalars(sa.select(Tag).where(Tag.kind == "sentiment")).one()
    other = "mixed" if felt.value != "mixed" else "neutral"
    needs.review(writing, felt.id, verdict="correct", corrected_to=other, by=priya, now=now)
    message = writing.get_one(conversations.Message, told[0])
    writing.refresh(message.conversation)
    assert message.conversation.sentiment == other


def test_signals_leave_only_under_a_consent_in_force_and_page_without_gaps(
    engine: Engine, settings: Settings, now: datetime
) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        for name in ("Ada", "Ben"):
            customer = people.customer(session, name)
            for hours in range(5):
                people.signal(session, customer, "cost", now - timedelta(hours=hours))
    with db.reading(engine) as session:
        assert len(needs.signals_page(session, now=now)) == 10
    with db.writing(engine) as session:
        ben = accounts.customer_by_ref(session, "C-BEN")
        assert ben is not None
        people.says(session, ben, "needs", "withdrawn", now)
    with db.reading(engine) as session:
        rows = needs.signals_page(session, now=now, limit=2)
        seen = [row.signal.id for row in rows]
        while rows := needs.signals_page(session, now=now, after=seen[-1], limit=2):
            seen += [row.signal.id for row in rows]
        assert len(seen) == len(set(seen)) == 5
        newest = needs.signals_page(session, now=now, before=0)
        assert [row.signal.id for row in newest] == seen[::-1]
        assert {row.customer_ref for row in newest} == {"C-ADA"}
        assert len(needs.signals_page(session, now=now, since=now - timedelta(hours=2))) == 3
        assert needs.signals_page(session, now=now, need="speed") == []


def test_weeks_begin_on_monday_and_count_messages_once_per_need(engine: Engine, now: datetime) -> None:
    monday = now.replace(hour=0, minute=0)
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        customer = people.customer(session)
        for at in (monday, monday - timedelta(seconds=1), monday + timedelta(days=6, hours=23)):
            people.signal(session, customer, "cost", at)
    with db.reading(engine) as session:
        weeks = needs.need_series(session, since=monday - timedelta(days=7), until=monday + timedelta(days=7))
        read = needs.messages_per_week(session, since=monday - timedelta(days=7), until=monday + timedelta(days=7))
    assert [(one.week, one.messages, one.unmet) for one in weeks] == [
        (monday - timedelta(days=7), 1, 1),
        (monday, 2, 2),
    ]
    assert read == {monday - timedelta(days=7): 1, monday: 2}
