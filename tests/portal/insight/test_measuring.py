"""Measuring us: each day and week once it is over, the same when measured again, and alarms that begin and end."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, insight, merging, outreach, treatment
from portal.consent.models import ConsentEntry
from portal.conversations.models import Message, Promise
from portal.db import random_ref
from portal.downstream.models import Delivery, DownstreamSystem
from portal.insight import IndicatorFigure
from portal.needs.models import Tag
from portal.rights.models import RightsRequest
from portal.settings import Settings
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
SUNDAY = date(2026, 11, 22)
DAY = timedelta(days=1)
Shares = dict[tuple[str, str], tuple[int, int]]


@pytest.fixture
def ada_id(engine: Engine) -> int:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        people.ask_for(session, "service", asks=False)
        return people.customer(session, created_at=NOW - 20 * DAY).id


def measure(engine: Engine, now: datetime = NOW) -> int:
    return insight.measure_indicators(engine, limits=insight.LIMITS, clock=lambda: now, worker="test")[0]


def week(engine: Engine, ending: date = SUNDAY, scope: str = "company", key: str = "") -> Shares:
    with db.reading(engine) as session:
        rows = session.scalars(
            sa.select(IndicatorFigure).where(
                IndicatorFigure.period == "week", IndicatorFigure.day == ending, IndicatorFigure.scope == scope,
                IndicatorFigure.scope_key == key,
            )
        )  # fmt: skip
        return {(row.indicator, row.part): (row.numerator, row.denominator) for row in rows}


def answered(session: Session, message: Message, at: datetime) -> None:
    session.add(
        Message(
            ref=random_ref("M"), conversation_id=message.conversation_id, author="team", author_name="Priya",
            text="Here it is.", written_at=at, recorded_at=at,
        )
    )  # fmt: skip


def what_was_owed(session: Session, ada_id: int) -> None:
    """Words and a complaint two weeks ago, one answered; a promise kept and one not; a request that is late."""
    ada = session.get_one(people.Customer, ada_id)
    first = people.message_of(session, ada, NOW - 11 * DAY, reading="read")
    answered(session, first, NOW - 5 * DAY)
    late = people.message_of(session, ada, NOW - 10 * DAY, reading="read")
    session.add(
        Tag(message_id=late.id, kind="intent", value="complaint", source="rule", reader_version="r", created_at=NOW)
    )
    for state, settled in (("kept", NOW - 4 * DAY), ("open", None)):
        session.add(
            Promise(
                conversation_id=first.conversation_id, message_id=first.id, customer_id=ada_id, text="We will.",
                due_at=NOW - 3 * DAY, state=state, settled_at=settled,
            )
        )  # fmt: skip
    session.add(
        RightsRequest(ref="P-1", customer_id=ada_id, kind="access", asked_at=NOW - 19 * DAY, due_at=NOW - 2 * DAY)
    )


def test_what_we_owed_is_counted_when_its_day_has_come(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        what_was_owed(session, ada_id)
    assert measure(engine) == 20 + 3  # whole days and weeks since Ada came
    found = week(engine)
    assert found["answered", ""] == (1, 2)
    assert found["first_answer", ""] == (0, 1)
    assert found["complaints", "3bd"] == (0, 1)
    assert found["open_complaints", "3bd"] == (1, 1)
    assert found["open_complaints", "15bd"] == (0, 1)
    assert found["promises", ""] == (1, 2)
    assert found["rights", ""] == (1, 1)
    assert found["coverage", "marketing"] == (0, 1)


def test_contacts_are_counted_by_campaign_and_channel_with_what_followed(
    engine: Engine, ada_id: int, settings: Settings
) -> None:
    sent_at = NOW - 6 * DAY
    with db.writing(engine) as session:
        outreach.add_template(
            session, key="offer", message_class="marketing", purpose="marketing", channel="in_app", subject="Offer",
            text="Dear $name", by="Priya", now=people.JOINED,
        )  # fmt: skip
        ada = session.get_one(people.Customer, ada_id)
        people.says(session, ada, "marketing", "granted", NOW - 15 * DAY)
        for key, at in (("one", sent_at), ("two", sent_at + 2 * DAY)):
            outreach.intend(
                session, key=key, customer_id=ada_id, template_key="offer", reason="New", campaign="spring", now=at
            )
    outreach.send_due(engine, settings=settings, clock=lambda: sent_at, worker="test")
    with db.writing(engine) as session:
        people.says(session, session.get_one(people.Customer, ada_id), "marketing", "withdrawn", sent_at + DAY / 2)
    outreach.send_due(engine, settings=settings, clock=lambda: sent_at + 2 * DAY, worker="test")
    measure(engine)
    for scope, key in (("company", ""), ("campaign", "spring"), ("channel", "in_app")):
        found = week(engine, scope=scope, key=key)
        assert found["opt_out", ""] == (1, 1)
        assert found["balance", ""] == (0, 1)
        assert found["after_withdrawal", ""] == (0, 1)
        assert found["denials", ""] == (1, 2)
        assert found["denials", "consent"] == (1, 2)
    assert week(engine)["pauses", ""] == (0, 1)
    assert week(engine)["to_ledger", ""] == (1, 1)
    assert week(engine, SUNDAY - 7 * DAY)["coverage", "marketing"] == (1, 1)
    assert week(engine, SUNDAY - 7 * DAY)["evidence", "A"] == (1, 1)
    assert week(engine)["coverage", "marketing"] == (0, 1)


def test_a_yes_from_before_grades_counts_as_what_can_be_shown(engine: Engine, ada_id: int) -> None:
    """On our own form, to words we have: proved. Told by the team, brought by a file, or without words: a flag."""
    said = NOW - 15 * DAY
    with db.writing(engine) as session:
        people.ask_for(session, "research", "partners")
        ada = session.get_one(people.Customer, ada_id)
        people.says(session, ada, "marketing", "granted", said)
        people.says(session, ada, "needs", "granted", said, actor_type="team", method="phone", evidence="Call 7")
        people.says(session, ada, "research", "granted", said, actor_type="system", method="import", evidence="a.csv")
        people.says(session, ada, "partners", "granted", said)
        entries = sa.update(ConsentEntry).values(grade=None)
        session.execute(entries)
        session.execute(entries.where(ConsentEntry.purpose == "partners").values(notice_sha256=None))
    measure(engine)
    found = week(engine, SUNDAY - 7 * DAY)
    assert (found["evidence", "A"], found["evidence", "B"], found["evidence", "C"]) == ((1, 4), (0, 4), (3, 4))


def test_what_was_told_before_grades_is_proved_again_once_the_customer_says_it_here(
    engine: Engine, ada_id: int
) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        told = {"actor_type": "team", "method": "phone", "evidence": "Call 7"}
        people.says(session, ada, "marketing", "granted", NOW - 16 * DAY, **told)
        session.execute(sa.update(ConsentEntry).values(grade=None))
        people.says(session, ada, "marketing", "granted", NOW - 15 * DAY)
    measure(engine)
    assert week(engine, SUNDAY - 7 * DAY)["evidence", "A"] == (1, 1)


def test_a_yes_carried_over_from_another_record_is_proved_as_it_was_there(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        other = people.customer(session, "Adele", created_at=NOW - 20 * DAY)
        people.says(session, other, "marketing", "granted", NOW - 16 * DAY)
        merging.merge(
            session, session.get_one(people.Customer, ada_id), other, verified=True, how="By phone", by="Ines",
            now=NOW - 15 * DAY,
        )  # fmt: skip
    measure(engine)
    found = week(engine, SUNDAY - 7 * DAY)
    assert found["evidence", "C"][0] == 0
    assert found["evidence", "A"][0] == found["evidence", "A"][1] > 0


def test_a_day_measured_again_long_afterwards_gives_the_same(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        what_was_owed(session, ada_id)
    measure(engine)
    before = week(engine)
    with db.writing(engine) as session:  # everything is put right, too late
        for promise in session.scalars(sa.select(Promise).where(Promise.state == "open")):
            promise.state, promise.settled_at = "late", NOW + DAY
        for request in session.scalars(sa.select(RightsRequest)):
            request.state, request.settled_at = "done", NOW + DAY
        for message in session.scalars(sa.select(Message).where(Message.author == "customer")).all():
            answered(session, message, NOW + DAY)
        people.says(session, session.get_one(people.Customer, ada_id), "marketing", "granted", NOW + DAY)
        assert insight.measure_again(session, date(2026, 11, 10), SUNDAY, now=NOW + 9 * DAY) > 10
    assert week(engine) == before
    measure(engine, NOW + 9 * DAY)
    assert measure(engine, NOW + 9 * DAY) == 0


def test_an_alarm_is_raised_once_says_since_when_and_ends(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        what_was_owed(session, ada_id)
    for now in (NOW, NOW + DAY):
        measure(engine, now)
        with db.reading(engine) as session:
            alarm = next(one for one in insight.open_alarms(session, scope="company") if one.indicator == "rights")
            assert (alarm.since, alarm.seen, alarm.limit, alarm.raised_at) == (date(2026, 11, 16), 1.0, 0.0, NOW)
    with db.writing(engine) as session:
        for request in session.scalars(sa.select(RightsRequest)):
            request.settled_at, request.state = NOW - 3 * DAY, "done"
        insight.measure_again(session, date(2026, 11, 10), SUNDAY, now=NOW + DAY)
    measure(engine, NOW + DAY)
    with db.reading(engine) as session:
        assert [one for one in insight.open_alarms(session) if one.indicator == "rights"] == []


def test_how_the_trust_index_is_spread(engine: Engine, ada_id: int) -> None:
    treatment.measure_trust(engine, clock=lambda: NOW, worker="test")
    with db.reading(engine) as session:
        spread = insight.trust_spread(session)
    assert (spread.people, spread.tenths[7], spread.floors) == (1, 1, {})


def test_a_no_is_known_when_the_last_system_that_must_know_says_so(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        systems = [
            DownstreamSystem(
                ref=f"S-{name}", name=name, how="feed", started_after=0, acknowledged_up_to=0, created_at=NOW,
                created_by="Ines",
            )
            for name in ("mail", "calls")
        ]  # fmt: skip
        session.add_all(systems)
        session.flush()
        for days, hours in ((5, (1, 3)), (4, (1, None))):
            said_at = NOW - days * DAY
            entry = people.says(session, ada, "marketing", "withdrawn", said_at)
            for system, late in zip(systems, hours, strict=True):
                session.add(
                    Delivery(
                        system_id=system.id, event="consent", event_id=f"{entry.event_id}:{system.id}",
                        entry_id=entry.global_seq, customer_id=ada_id, restricts=True, not_before=said_at,
                        created_at=said_at, acknowledged_at=late and said_at + timedelta(hours=late),
                    )
                )  # fmt: skip
    measure(engine)
    assert week(engine)["to_last", ""] == (1, 2)
    with db.reading(engine) as session:
        hours_taken = sa.select(IndicatorFigure.value).where(IndicatorFigure.indicator == "to_last")
        assert session.scalar(hours_taken.where(IndicatorFigure.period == "week")) == 3.0
