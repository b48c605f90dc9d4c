"""Systems downstream learn of every change, in order, and may not send while they do not know."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, downstream
from portal.consent import ConsentEntry, NewEntry
from portal.downstream import Delivery, DownstreamSystem
from portal.errors import Conflict
from tests import people
from tests.people import JOINED


def system(session: Session, name: str = "Mail house", **values: object) -> DownstreamSystem:
    token, _plain = accounts.add_token(
        session, name=name, scopes=["changes:read"], created_by="Ines", now=JOINED, submission_key=name
    )
    given = {"how": "feed", "sends": True, "token_id": token.id, **values}
    return downstream.add_system(
        session, name=name, by="Ines", started_after=consent.horizon(session), now=JOINED, **given
    )


def states(session: Session) -> list[tuple[int | None, str]]:
    session.expire_all()
    return [(row.entry_id, row.state) for row in session.scalars(sa.select(Delivery).order_by(Delivery.id))]


def test_each_entry_is_written_for_each_system_that_uses_its_purpose(session: Session, now: datetime) -> None:
    people.ask_for(session, "marketing", "needs")
    ada = people.customer(session)
    mails, needs = system(session, purposes=["marketing"]), system(session, "Analysis", purposes=["needs"])
    yes = people.says(session, ada, "marketing", "granted", now)
    people.says(session, ada, "needs", "granted", now)
    everything = people.says(session, ada, "*", "objected", now)
    told = [
        (row.system_id, row.entry_id, row.restricts)
        for row in session.scalars(sa.select(Delivery).order_by(Delivery.entry_id, Delivery.id))
    ]
    assert (mails.id, yes.global_seq, False) in told
    assert {(mails.id, everything.global_seq, True), (needs.id, everything.global_seq, True)} <= set(told)
    assert len(told) == 4


def test_an_entry_that_is_not_kept_is_told_to_nobody(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ada_id = people.customer(session).id
        system(session)
    with Session(engine) as session:
        db.begin_writing(session)
        people.says(session, accounts.lock_customer(session, ada_id), "marketing", "granted", now)
        session.rollback()
    with db.reading(engine) as session:
        assert states(session) == []


def test_the_same_event_twice_is_told_once(session: Session, now: datetime) -> None:
    people.ask_for(session, "marketing")
    ada, event = people.customer(session), "11111111-1111-1111-1111-111111111111"
    system(session)
    for _ in range(2):
        consent.record(session, ada, NewEntry(purpose="marketing", action="granted", event_id=event), now=now)
    assert len(states(session)) == 1


def test_what_was_given_waits_for_its_acknowledgement(session: Session, now: datetime) -> None:
    people.ask_for(session, "marketing")
    ada, mails = people.customer(session), system(session)
    entries = [people.says(session, ada, "marketing", action, now) for action in ("granted", "withdrawn")]
    first, second = (entry.global_seq for entry in entries)
    found = consent.changes(session, after=0, limit=1)
    assert ([entry.global_seq for entry, _ref in found.items], found.position) == ([first], first)
    downstream.mark_sent(session, mails.id, first, now)
    assert states(session) == [(first, "sent"), (second, "pending")]
    downstream.acknowledge(session, mails, first, now=now)
    assert states(session) == [(first, "acknowledged"), (second, "pending")]
    downstream.acknowledge(session, mails, second, now=now + timedelta(minutes=2))
    downstream.acknowledge(session, mails, first, now=now + timedelta(minutes=3))
    assert (mails.acknowledged_up_to, states(session)[1]) == (second, (second, "acknowledged"))
    latencies = downstream.latencies(session, now - timedelta(days=1), now + timedelta(days=1))
    assert [one.acknowledged_at - one.recorded_at for one in latencies if one.acknowledged_at] == [timedelta(minutes=2)]


def refused(session: Session, system: DownstreamSystem, customer_id: int, now: datetime) -> str | None:
    try:
        downstream.check_fence(session, system.token_id or 0, customer_id, now=now, minutes=15)
    except Conflict as error:
        return str(error.detail["why"]) if error.code == "fenced" else error.code
    return None


def test_a_system_that_is_behind_may_not_send(session: Session, now: datetime) -> None:
    people.ask_for(session, "marketing")
    ada, ben = people.customer(session), people.customer(session, "Ben")
    mails, reads = system(session), system(session, "Analysis", sends=False)
    assert refused(session, mails, ada.id, now) is None
    yes = people.says(session, ada, "marketing", "granted", now)
    later = now + timedelta(minutes=16)
    assert refused(session, mails, ada.id, now) is None, "a yes it does not know yet stops nobody"
    assert refused(session, mails, ben.id, later) == "behind", "but it has not asked for too long"
    downstream.acknowledge(session, mails, yes.global_seq, now=later)
    assert refused(session, mails, ada.id, later) is None
    no = people.says(session, ada, "marketing", "withdrawn", later)
    assert refused(session, mails, ada.id, later) == "behind-withdrawal", "at once, for whom it is about"
    assert refused(session, mails, ben.id, later) is None, "others are not held up by it"
    assert refused(session, reads, ada.id, later) is None, "who sends nothing is not fenced"
    assert [row.fenced for row in downstream.standings(session, later + timedelta(hours=1), minutes=15)] == [
        None, "behind",
    ]  # fmt: skip
    downstream.acknowledge(session, mails, no.global_seq, now=later)
    assert refused(session, mails, ada.id, later) is None


def test_the_feed_waits_for_writers_that_took_their_number_earlier(engine: Engine, now: datetime) -> None:
    """Two writers end in the other order than they began; whoever reads meanwhile goes on behind the second's number.

    On SQLite the second waits for the first, and so the order cannot be another.
    """
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ids = [people.customer(session, name).id for name in ("Ada", "Ben")]
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with Session(engine) as slow, Session(engine) as fast:
        people.says(slow, accounts.lock_customer(slow, ids[0]), "marketing", "granted", now)
        people.says(fast, accounts.lock_customer(fast, ids[1]), "marketing", "granted", now)
        fast.commit()
        with db.reading(engine) as reader:
            found = consent.changes(reader, after=0, limit=10)
            assert reader.scalar(sa.select(sa.func.count()).select_from(ConsentEntry)) == 1, "the second is there"
            assert (list(found.items), found.position, found.head) == ([], 0, 0), "and not given before the first"
        slow.commit()
    with db.reading(engine) as reader:
        found = consent.changes(reader, after=0, limit=10)
        assert [(entry.global_seq, ref) for entry, ref in found.items] == [(1, "C-ADA"), (2, "C-BEN")]


def test_a_savepoint_that_is_given_up_does_not_let_the_feed_run_ahead(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ids = [people.customer(session, name).id for name in ("Ada", "Ben")]
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    with Session(engine) as slow, Session(engine) as fast:
        ada = accounts.lock_customer(slow, ids[0])
        tried = slow.begin_nested()
        people.says(slow, ada, "marketing", "granted", now)
        tried.rollback()
        people.says(slow, accounts.lock_customer(slow, ids[0]), "marketing", "granted", now)
        people.says(fast, accounts.lock_customer(fast, ids[1]), "marketing", "granted", now)
        fast.commit()
        with db.reading(engine) as reader:
            assert consent.changes(reader, after=0, limit=10).position == 0
        slow.commit()
    with db.reading(engine) as reader:
        assert len(consent.changes(reader, after=0, limit=10).items) == 2


def test_a_reader_that_goes_on_while_four_write_misses_nothing(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ids = [people.customer(session, name).id for name in ("Ada", "Ben", "Cleo", "Dora")]
    rounds, given, over = 6, [], threading.Event()

    def write(customer_id: int) -> None:
        for number in range(rounds):
            with db.writing(engine) as session:
                customer = accounts.lock_customer(session, customer_id)
                people.says(session, customer, "marketing", ("granted", "withdrawn")[number % 2], now)

    def read() -> None:
        position, last = 0, False
        while not last:
            last = over.is_set()
            with db.reading(engine) as session:
                found = consent.changes(session, after=position, limit=7)
                given.extend(entry.global_seq for entry, _ref in found.items)
                last, position = last and position == found.position, found.position

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=[one]) for one in ids]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    reader.join()
    with db.reading(engine) as session:
        kept = list(session.scalars(sa.select(ConsentEntry.global_seq).order_by(ConsentEntry.global_seq)))
    assert len(kept) == rounds * len(ids)
    assert given == kept
