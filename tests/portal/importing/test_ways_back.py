"""Two imports on top of each other, what was retired meanwhile, and many acts at once like one by one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import audit, consent, db, downstream
from portal.accounts import Customer
from portal.consent import ConsentEntry, ConsentState, NewEntry
from portal.downstream import Delivery
from portal.settings import Settings
from tests import people
from tests.portal.importing.bringing import applied, rows_in, staged, undone

PROOF = {"source": "CRM", "wording": "v1", "evidence": "recording 7"}


@pytest.fixture
def ada(engine: Engine) -> Customer:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing", "needs")
        return people.customer(session, "Ada")


def row(answer: str, at: datetime, **more: object) -> dict[str, Any]:
    return {"customer": "C-ADA", "purpose": "marketing", "answer": answer, "at": at.isoformat(), **PROOF} | more


def state(engine: Engine, customer: Customer) -> str | None:
    with db.reading(engine) as session:
        cell = consent.cells_of(session, customer.id).get(("marketing", "*", "*"))
        return cell.state if cell else None


def test_of_two_imports_the_later_is_undone_and_then_the_earlier(
    engine: Engine, settings: Settings, ada: Customer, now: datetime
) -> None:
    day = timedelta(days=1)
    first = applied(engine, settings, staged(engine, settings, [row("yes", now - 9 * day)], now), now)
    second = applied(engine, settings, staged(engine, settings, [row("no", now - day)], now + day), now + day)
    assert state(engine, ada) == "denied"
    undone(engine, settings, second, now + 2 * day)
    assert state(engine, ada) == "granted"
    undone(engine, settings, first, now + 3 * day)
    assert [one.undone for one in rows_in(engine, first)] == ["undone"]
    assert state(engine, ada) == "open"
    with db.reading(engine) as session:
        assert list(consent.verify(session)) == []


def test_the_earlier_alone_stays_as_the_later_changed_it(
    engine: Engine, settings: Settings, ada: Customer, now: datetime
) -> None:
    first = applied(engine, settings, staged(engine, settings, [row("yes", now - timedelta(days=9))], now), now)
    applied(engine, settings, staged(engine, settings, [row("no", now - timedelta(days=1))], now), now)
    undone(engine, settings, first, now)
    assert [one.undone for one in rows_in(engine, first)] == ["changed"]
    assert state(engine, ada) == "denied"


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_undone_import_makes_an_old_yes_no_younger_and_no_longer(
    engine: Engine, settings: Settings, ada: Customer, now: datetime, answer: str
) -> None:
    """What it was said, since when, how it was proved and when it ended: as if the file had never come."""
    said, end = now - timedelta(days=800), now - timedelta(days=70) if answer == "yes" else None
    with db.writing(engine) as session:
        people.says(session, session.merge(ada), "marketing", "granted", said, valid_until=end, grade="B")
        consent.add_part(
            session, "marketing", "channel", "phone", name="Phone", now=now - timedelta(days=9), by=audit.PORTAL
        )
    batch = applied(engine, settings, staged(engine, settings, [row(answer, now - timedelta(days=1))], now), now)
    assert undone(engine, settings, batch, now).state == "undone"
    with db.reading(engine) as session:
        cell = consent.cells_of(session, ada.id)["marketing", "*", "*"]
        entry = session.get_one(ConsentEntry, cell.entry_id)
        assert (entry.occurred_at, entry.grade, entry.valid_until) == (said, "B", end)
        assert (cell.state, cell.since, cell.valid_until) == ("granted", said, end)
        assert not consent.allows(session, ada.id, "marketing", now=now, channel="phone")
        assert list(consent.verify(session)) == []


def test_what_was_retired_takes_a_no_and_no_yes(
    engine: Engine, settings: Settings, ada: Customer, now: datetime
) -> None:
    with db.writing(engine) as session:
        consent.retire_part(session, "marketing", "topic", "cards", now=now, by=audit.PORTAL)
        consent.retire_part(session, "marketing", "channel", "sms", now=now, by=audit.PORTAL)
    said = [
        ("yes", {"topic": "cards"}),
        ("no", {"topic": "cards"}),
        ("yes", {"channel": "sms"}),
        ("no", {"topic": "x"}),
    ]
    batch = staged(engine, settings, [row(answer, now, **cell) for answer, cell in said], now)
    found = [(one.outcome, one.reason) for one in rows_in(engine, batch)]
    assert found == [
        ("refused", "retired"),
        ("noted", "still-no"),
        ("refused", "retired"),
        ("refused", "no-such-topic"),
    ]


def test_a_yes_to_what_was_retired_since_does_not_come_back(
    engine: Engine, settings: Settings, ada: Customer, now: datetime
) -> None:
    with db.writing(engine) as session:
        people.says(session, session.merge(ada), "marketing", "granted", now - timedelta(days=9), topic="cards")
    batch = applied(engine, settings, staged(engine, settings, [row("no", now, topic="cards")], now), now)
    with db.writing(engine) as session:
        consent.retire_part(session, "marketing", "topic", "cards", now=now, by=audit.PORTAL)
    batch = undone(engine, settings, batch, now)
    assert (batch.state, [one.undone for one in rows_in(engine, batch)]) == ("undone", ["changed"])


ACTS = (
    {"purpose": "marketing", "action": "granted", "evidence": "recording 7", "grade": "A"},
    {"purpose": "marketing", "action": "withdrawn", "channel": "email"},
    {"purpose": "needs", "action": "granted", "grade": "C", "evidence": "a flag"},
    {"purpose": "marketing", "action": "reaffirmed", "evidence": "recording 8", "grade": "B"},
    {"purpose": "*", "action": "objected"},
    {"purpose": "marketing", "action": "withdrawn", "channel": "email"},
    {"purpose": "needs", "action": "imported", "language": "it"},
)
ITS_OWN = ("global_seq", "customer_id", "event_id", "evidence_salt", "evidence_sha256", "prev_hash", "entry_hash")


def test_many_at_once_are_written_like_one_by_one(engine: Engine, ada: Customer, now: datetime) -> None:
    """The same entries, cells and deliveries, for a customer who has entries already and one who has none."""
    acts = [NewEntry(actor_type="team", actor="Ines", method="import", **act) for act in ACTS]  # type: ignore[arg-type]
    with db.writing(engine) as session:
        downstream.add_system(session, name="CRM", how="feed", by="Ines", started_after=0, now=now)
        each, ben, dora = session.merge(ada), people.customer(session, "Ben"), people.customer(session, "Dora")
        for one in (each, ben):
            people.says(session, one, "marketing", "withdrawn", now, channel="email")
        for act in acts:
            consent.record(session, each, act, now=now)
        together = [(one, act) for act in acts for one in (ben, dora)]
        written = consent.record_all(session, together, now=now)
        assert [place.seq for place in written[::2]] == list(range(2, len(acts) + 2))
        assert list(consent.verify(session)) == []
        assert _told(session, each) == _told(session, ben)
        assert [one["seq"] for one in _told(session, dora)[0]] == list(range(1, len(acts) + 1))


def _told(session: Any, customer: Customer) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    """Entries, cells and the number of deliveries of a customer, without what is each one's own."""
    entries = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.customer_id == customer.id))
    cells = session.scalars(sa.select(ConsentState).where(ConsentState.customer_id == customer.id))
    mine = sa.select(sa.func.count()).where(Delivery.customer_id == customer.id)

    def plain(one: Any) -> dict[str, Any]:
        names = {column.key for column in one.__table__.columns} - {*ITS_OWN, "entry_id"}
        return {name: getattr(one, name) for name in sorted(names) if name != "actor" or one.actor == "Ines"}

    return (
        [plain(one) for one in sorted(entries, key=lambda one: one.seq)],
        [plain(one) for one in sorted(cells, key=lambda one: (one.purpose, one.channel, one.topic))],
        session.scalar(mine),
    )
