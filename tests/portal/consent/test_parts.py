"""Channels and topics that come later or are retired: whatever an administrator does with them, nobody allows more."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import consent, treatment
from portal.audit import PORTAL, AuditEntry
from portal.consent.parts import Part
from portal.consent.permissions import PurposeFacts, permission
from portal.consent.rules import Cell
from portal.errors import Conflict, Invalid
from tests.cast import Cast
from tests.people import ask_for, says

DAY = timedelta(days=1)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MOMENTS = st.integers(-9, 9).map(lambda days: NOW + days * DAY)


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    ask_for(session, "marketing")
    session.commit()


def add(session: Session, kind: str, key: str, now: datetime) -> None:
    consent.add_part(session, "marketing", kind, key, name=key.title(), now=now, by=PORTAL)


def retire(session: Session, kind: str, key: str, now: datetime) -> None:
    consent.retire_part(session, "marketing", kind, key, now=now, by=PORTAL)


def reason(session: Session, customer_id: int, now: datetime, **cell: str) -> str:
    return consent.allows(session, customer_id, "marketing", now=now, **cell).reason


def in_bulk(session: Session, customer_id: int, now: datetime, topic: str) -> dict[str, int]:
    wish = treatment.BulkWish(channel="in_app", message_class="marketing", purpose="marketing", topic=topic)
    return treatment.may_contact(session, wish, now=now, among=[customer_id]).counts


@pytest.mark.parametrize("cell", [{"topic": "loans"}, {"channel": "push"}])
def test_a_yes_from_before_a_channel_or_topic_does_not_cover_it(
    session: Session, cast: Cast, now: datetime, cell: dict[str, str]
) -> None:
    ((kind, key),) = cell.items()
    says(session, cast.ada, "marketing", "granted", now)
    add(session, kind, key, now + DAY)
    later = now + 2 * DAY
    assert reason(session, cast.ada.id, later, **cell) == "not-asked"
    assert reason(session, cast.ada.id, later) == "granted"
    assert reason(session, cast.ada.id, later, topic="savings") == "granted"
    says(session, cast.ada, "marketing", "granted", later, **cell)
    assert reason(session, cast.ada.id, later, **cell) == "granted"
    says(session, cast.ben, "marketing", "granted", later)
    assert reason(session, cast.ben.id, later, **cell) == "granted"


def test_asked_of_many_at_once_the_answer_is_the_same(session: Session, cast: Cast, now: datetime) -> None:
    says(session, cast.ada, "marketing", "granted", now)
    add(session, "topic", "loans", now + DAY)
    later = now + 2 * DAY
    says(session, cast.ben, "marketing", "granted", later)
    session.flush()
    assert in_bulk(session, cast.ada.id, later, "loans") == {"not-asked": 1}
    assert in_bulk(session, cast.ada.id, later, "cards") == {"allowed": 1}
    assert in_bulk(session, cast.ben.id, later, "loans") == {"allowed": 1}
    says(session, cast.ada, "marketing", "granted", later, topic="loans")
    assert in_bulk(session, cast.ada.id, later, "loans") == {"allowed": 1}
    retire(session, "topic", "loans", later + DAY)
    assert in_bulk(session, cast.ben.id, later + DAY, "loans") == {"retired": 1}


def test_a_retired_topic_is_asked_no_more_and_allows_nothing_and_history_keeps_it(
    session: Session, cast: Cast, now: datetime
) -> None:
    says(session, cast.ada, "marketing", "granted", now)
    says(session, cast.ada, "marketing", "granted", now, topic="cards")
    retire(session, "topic", "cards", now + DAY)
    later = now + 2 * DAY
    assert reason(session, cast.ada.id, now + DAY, topic="cards") == "retired"
    assert reason(session, cast.ada.id, later, topic="savings") == "granted"
    assert "cards" not in {cell.topic for cell in consent.state_of(session, cast.ada.id, later)}
    then = consent.state_as_of(session, cast.ada.id, known_at=now, valid_at=now)
    assert [bool(cell.permission) for cell in then if cell.topic == "cards"] == [True]
    assert [row.topic for row in consent.history(session, cast.ada.id)] == ["cards", "*"]
    with pytest.raises(Invalid, match="no such topic"):
        says(session, cast.ada, "marketing", "granted", later, topic="cards")
    says(session, cast.ada, "marketing", "withdrawn", later, topic="cards")  # a no is always heard


def test_what_is_retired_does_not_come_back_and_the_last_channel_stays(session: Session, now: datetime) -> None:
    retire(session, "topic", "cards", now)
    for key in ("cards", "savings"):
        with pytest.raises(Conflict) as refused:
            add(session, "topic", key, now)
        assert refused.value.code == "part-exists"
    retire(session, "channel", "sms", now)
    retire(session, "channel", "email", now)
    with pytest.raises(Invalid, match="last channel"):
        retire(session, "channel", "in_app", now)


def test_each_change_stands_in_the_audit_log(session: Session, now: datetime) -> None:
    add(session, "topic", "loans", now)
    retire(session, "channel", "sms", now)
    consent.name_part(session, "topic", "loans", "Borrowing", now=now, by=PORTAL)
    acts = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(3)).all()
    assert [(row.act, row.subject) for row in reversed(acts)] == [
        ("purpose.part-added", "purpose:marketing"), ("purpose.part-retired", "purpose:marketing"),
        ("part.named", "topic:loans"),
    ]  # fmt: skip


def cells(moment: datetime) -> st.SearchStrategy[Cell]:
    states = st.sampled_from(["granted", "granted", "denied", "objected", "open"])
    return st.builds(
        lambda state, since, ends: Cell(state, 1, 1, since, 1, valid_until=ends),
        states, MOMENTS, st.none() | MOMENTS,
    )  # fmt: skip


@settings(max_examples=150)
@given(
    st.dictionaries(
        st.tuples(st.just("marketing"), st.sampled_from("* email push".split()), st.sampled_from("* cards".split())),
        cells(NOW),
    ),
    st.lists(st.builds(Part, st.just("channel"), st.sampled_from(["email", "push"]), st.none() | MOMENTS)),
    st.lists(st.builds(Part, st.just("topic"), st.just("cards"), st.none() | MOMENTS, st.none() | MOMENTS)),
    st.sampled_from("* email push".split()),
    st.sampled_from("* cards".split()),
)
def test_adding_and_retiring_never_let_anybody_allow_more(held, channels, topics, channel: str, topic: str) -> None:
    before = PurposeFacts("marketing", asks=True)
    parts = (*channels, *topics)
    after = PurposeFacts("marketing", asks=True, parts=parts)
    told = permission(after, held, now=NOW, channel=channel, topic=topic)
    assert not told or permission(before, held, now=NOW, channel=channel, topic=topic)
    for part in parts:
        if told and part.key in (channel, topic):
            own = ("marketing", channel, "*") if part.kind == "channel" else ("marketing", "*", topic)
            said = [held[key].since for key in (("marketing", "*", "*"), own) if key in held]
            assert not part.gone(NOW)
            assert part.added_at is None or part.added_at > NOW or max(said) >= part.added_at
