"""History is read again: what a person said wins, old tags keep their version, and stopping changes nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, conversations, db, needs
from portal.conversations import Conversation, Message
from portal.errors import Conflict
from portal.live import LiveEvent
from portal.needs import MessageReading, Reread, Signal, Tag
from portal.needs.taxonomies import rereading
from tests import people
from tests.cast import Cast
from tests.portal.needs.test_taxonomies import publish, read

WORDS = [
    "The queue at the counter was endless and I stood there for an hour.",
    "Your fees are too high.",
    "The queue in the branch is a joke, and the fees too.",
    "I love how easy the app is.",
    "Please let me choose another card.",
]
LATER = timedelta(hours=1)


@pytest.fixture
def spoken(engine: Engine, cast: Cast, now: datetime) -> list[int]:
    """What Ada said under her consent, read with what ships; gives the messages."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada = session.merge(cast.ada)
        people.says(session, ada, "needs", "granted", now - timedelta(days=1))
        ids = [conversations.submit(session, customer=ada, text=text, now=now).id for text in WORDS]
    read(engine, now)
    return ids


def begin(engine: Engine, now: datetime) -> int:
    """Ines publishes a need more and asks for history to be read again."""
    with db.writing(engine) as session:
        publish(session, now)
    with db.writing(engine) as session:
        return needs.ask_reread(session, by="Ines", now=now).id


def go_on(engine: Engine, now: datetime, **options: Any) -> tuple[int, int]:
    return needs.reread(engine, clock=lambda: now, worker="test", **options)


def run(engine: Engine, reread_id: int) -> Reread:
    with db.reading(engine) as session:
        return needs.reread_by_id(session, reread_id)


def open_needs(engine: Engine, message_id: int) -> dict[str, Tag]:
    with db.reading(engine) as session:
        return {tag.value: tag for tag in needs.tags_of(session, [message_id])[message_id] if tag.kind == "need"}


def signals(session: Session) -> list[tuple[str, int]]:
    return sorted(session.execute(sa.select(Signal.need, Signal.message_id).where(Signal.ended_at.is_(None))).all())


def test_what_is_found_anew_has_the_new_version_and_what_stands_keeps_its_own(
    engine: Engine, spoken: list[int], now: datetime
) -> None:
    before = open_needs(engine, spoken[1])["cost"]
    reread_id = begin(engine, now)
    assert go_on(engine, now + LATER) == (len(WORDS), 0)
    found = run(engine, reread_id)
    assert (found.state, found.done, found.total) == ("finished", len(WORDS), len(WORDS))
    assert found.changed >= 1
    after = open_needs(engine, spoken[1])["cost"]
    assert (after.id, after.reader_version) == (before.id, before.reader_version)
    assert open_needs(engine, spoken[0])["hours"].reader_version == found.reader_version
    with db.reading(engine) as session:
        versions = set(session.scalars(sa.select(MessageReading.reader_version)))
        assert versions == {found.reader_version}
        assert ("hours", spoken[0]) in signals(session)


def test_a_claim_that_is_gone_ends_with_its_signal(engine: Engine, spoken: list[int], now: datetime) -> None:
    with db.writing(engine) as session:
        draft = needs.start_draft(session, by="Ines", now=now)
        seen = needs.fingerprint_of(needs.taxonomy().needs["cost"])
        needs.remove_need(session, "cost", seen=seen, by="Ines", now=now)
        needs.publish_draft(session, note="Gone", revision=draft.revision, by="Ines", now=now)
    with db.writing(engine) as session:
        needs.ask_reread(session, by="Ines", now=now)
    go_on(engine, now + LATER)
    assert "cost" not in open_needs(engine, spoken[1])
    with db.reading(engine) as session:
        ended = session.scalars(sa.select(Signal).where(Signal.need == "cost")).all()
        assert ended
        assert {(signal.ended_cause, signal.ended_at) for signal in ended} == {("reader", now + LATER)}


def test_nobody_is_told_again(engine: Engine, spoken: list[int], now: datetime) -> None:
    def noise() -> tuple[int, int]:
        with db.reading(engine) as session:
            said = session.scalar(sa.select(sa.func.count()).select_from(Message).where(Message.author == "portal"))
            return said or 0, session.scalar(sa.select(sa.func.count()).select_from(LiveEvent)) or 0

    before = noise()
    begin(engine, now)
    go_on(engine, now + LATER)
    assert noise() == before


@pytest.mark.parametrize("verdict", ["reject", "correct"])
def test_what_ada_denied_never_comes_back(engine: Engine, spoken: list[int], now: datetime, verdict: str) -> None:
    tag = open_needs(engine, spoken[1])["cost"]
    with db.writing(engine) as session:
        ada = accounts.account_by_email(session, "ada@example.org")
        to = {"corrected_to": "clarity"} if verdict == "correct" else {}
        needs.review(session, tag.id, verdict=verdict, by=ada, now=now, **to)
    begin(engine, now)
    go_on(engine, now + LATER)
    left = open_needs(engine, spoken[1])
    assert "cost" not in left
    assert ("clarity" in left) is (verdict == "correct")
    with db.reading(engine) as session:
        assert ("cost", spoken[1]) not in signals(session)


def test_what_priya_accepted_stays_though_nothing_claims_it(engine: Engine, spoken: list[int], now: datetime) -> None:
    with db.writing(engine) as session:
        priya = accounts.account_by_email(session, "priya@example.org")
        needs.review(session, open_needs(engine, spoken[1])["cost"].id, verdict="accept", by=priya, now=now)
        draft = needs.start_draft(session, by="Ines", now=now)
        seen = needs.fingerprint_of(needs.taxonomy().needs["cost"])
        needs.remove_need(session, "cost", seen=seen, by="Ines", now=now)
        needs.publish_draft(session, note="Gone", revision=draft.revision, by="Ines", now=now)
    with db.writing(engine) as session:
        needs.ask_reread(session, by="Ines", now=now)
    go_on(engine, now + LATER)
    assert open_needs(engine, spoken[1])["cost"].review == "accepted"


def test_without_a_consent_there_are_tags_and_no_signals(engine: Engine, spoken: list[int], now: datetime) -> None:
    with db.writing(engine) as session:
        ada = accounts.customer_by_email(session, "ada@example.org")
        assert ada is not None
        people.says(session, ada, "needs", "withdrawn", now)
        needs.end_signals(session, ada.id, cause="consent", now=now)
    begin(engine, now)
    go_on(engine, now + LATER)
    assert "hours" in open_needs(engine, spoken[0])
    with db.reading(engine) as session:
        assert signals(session) == []


def test_a_conversation_is_listed_by_the_feeling_of_its_newest_words(
    engine: Engine, spoken: list[int], now: datetime
) -> None:
    with db.writing(engine) as session:
        first = session.get_one(Message, spoken[1])
        ada = accounts.customer_by_email(session, "ada@example.org")
        conversations.submit(
            session, customer=ada, text="Now it works, thank you, wonderful.", now=now, conversation=first.conversation
        )
        conversation_id = first.conversation_id
    read(engine, now + LATER)
    begin(engine, now)
    go_on(engine, now + LATER, limit=1)
    with db.reading(engine) as session:
        assert session.get_one(Conversation, conversation_id).sentiment == "positive"


def test_a_run_is_stopped_and_goes_on_where_it_was(engine: Engine, spoken: list[int], now: datetime) -> None:
    reread_id = begin(engine, now)
    with db.writing(engine) as session:
        assert needs.stop_reread(session, reread_id, by="Ines", now=now)
        assert not needs.stop_reread(session, reread_id, by="Ines", now=now)
    assert go_on(engine, now + LATER) == (0, 0)
    with db.writing(engine) as session:
        needs.resume_reread(session, reread_id, now=now)
    assert go_on(engine, now + LATER) == (len(WORDS), 0)
    with db.writing(engine) as session, pytest.raises(Conflict):
        needs.resume_reread(session, reread_id, now=now)


def test_there_is_one_run_at_a_time(engine: Engine, spoken: list[int], now: datetime) -> None:
    begin(engine, now)
    with db.writing(engine) as session, pytest.raises(Conflict) as refused:
        needs.ask_reread(session, by="Priya", now=now)
    assert refused.value.code == "reread-runs"


def test_a_run_whose_reader_is_no_longer_in_force_stops(engine: Engine, spoken: list[int], now: datetime) -> None:
    reread_id = begin(engine, now)
    with db.writing(engine) as session:
        publish(session, now, "parking", name="Parking", core=["parking"])
    assert go_on(engine, now + LATER) == (0, 0)
    found = run(engine, reread_id)
    assert (found.state, found.stopped_by) == ("stopped", "another reader")
    with db.writing(engine) as session, pytest.raises(Conflict) as refused:
        needs.resume_reread(session, reread_id, now=now)
    assert refused.value.code == "other-reader"


def test_a_batch_counts_for_the_worker_who_moves_the_run_on(engine: Engine, spoken: list[int], now: datetime) -> None:
    reread_id = begin(engine, now)
    with db.writing(engine) as session:
        late = rereading.next_slice(session, 2, now)
    assert late is not None
    go_on(engine, now + LATER)
    before = standing(engine, spoken)
    pairs = [(message, late.reader.read(message.text)) for message in late.messages]
    with db.writing(engine) as session:
        assert rereading.keep_slice(session, late, pairs, now + 2 * LATER) == 0
    assert standing(engine, spoken) == before
    assert run(engine, reread_id).done == len(WORDS)


def standing(engine: Engine, ids: list[int]) -> list[tuple[Any, ...]]:
    with db.reading(engine) as session:
        tags = session.execute(
            sa.select(Tag.message_id, Tag.kind, Tag.value, Tag.need_state, Tag.reader_version, Tag.ended_at)
            .where(Tag.message_id.in_(ids))
            .order_by(Tag.message_id, Tag.kind, Tag.value, Tag.id)
        ).all()
        return [*map(tuple, tags), *signals(session)]


@pytest.mark.one_database
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stops=st.lists(st.integers(1, len(WORDS)), max_size=3), limit=st.integers(1, 3))
def test_stopping_and_going_on_leads_where_one_go_leads(
    engine: Engine, spoken: list[int], now: datetime, stops: list[int], limit: int
) -> None:
    needs.begin_anew()
    with db.writing(engine) as session:
        session.execute(sa.delete(Reread))
        if not needs.taxonomy_versions(session):
            publish(session, now)
    whole = _read_again(engine, spoken, now, [], len(WORDS))
    assert _read_again(engine, spoken, now, stops, limit) == whole


def _read_again(engine: Engine, ids: list[int], now: datetime, stops: list[int], limit: int) -> list[tuple[Any, ...]]:
    """Read history again, stopping after so many batches each time, and tell what stands; then put all back."""
    with db.writing(engine) as session:
        before = [dict(row._mapping) for row in session.execute(sa.select(Tag.__table__))]
        rested = [dict(row._mapping) for row in session.execute(sa.select(Signal.__table__))]
        reread_id = needs.ask_reread(session, by="Ines", now=now).id
    for stop in [*stops, 1000]:
        left = iter([False] * stop)
        go_on(engine, now + LATER, limit=limit, should_stop=lambda left=left: next(left, True))
        with db.writing(engine) as session:
            if needs.stop_reread(session, reread_id, by="Ines", now=now):
                needs.resume_reread(session, reread_id, now=now)
    assert run(engine, reread_id).state == "finished"
    found = standing(engine, ids)
    with db.writing(engine) as session:
        for table in (Signal, Tag):
            session.execute(sa.delete(table))
        session.execute(sa.insert(Tag.__table__), before)
        if rested:
            session.execute(sa.insert(Signal.__table__), rested)
    return found
