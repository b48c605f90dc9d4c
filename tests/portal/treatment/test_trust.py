"""Measuring how we have treated each person: from what is written down, at night and when something happened."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, treatment
from portal.conversations.models import Message, Promise
from portal.db import random_ref
from portal.needs.models import Review, Tag
from portal.rights.models import RightsRequest
from portal.treatment.models import Decision, TrustIndex
from portal.treatment.trust import KINDS
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def measure(engine: Engine, now: datetime = NOW) -> int:
    return treatment.measure_trust(engine, clock=lambda: now, worker="test")[0]


def index(engine: Engine, customer_id: int) -> TrustIndex:
    with db.reading(engine) as session:
        found = treatment.trust_of(session, customer_id)
        assert found is not None
        return found


def kinds(engine: Engine, customer_id: int) -> list[str]:
    return [part["kind"] for part in index(engine, customer_id).components]


@pytest.fixture
def ada_id(engine: Engine) -> int:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing", "research")
        people.ask_for(session, "service", asks=False)
        return people.customer(session).id


def wrote(
    session: Session, ada_id: int, at: datetime, *, complaint: bool = False, answered: datetime | None
) -> Message:
    ada = session.get_one(people.Customer, ada_id)
    said = people.message_of(session, ada, at, reading="read")
    if complaint:
        session.add(
            Tag(message_id=said.id, kind="intent", value="complaint", source="rule", reader_version="r1", created_at=at)
        )
    if answered is not None:
        session.add(
            Message(
                ref=random_ref("M"), conversation_id=said.conversation_id, author="team", author_name="Priya",
                text="Here is your answer.", written_at=answered, recorded_at=answered,
            )
        )  # fmt: skip
    session.flush()
    return said


def let_through(session: Session, ada_id: int, at: datetime, **values: object) -> None:
    given: dict[str, object] = {
        "ref": random_ref("D"), "intent_key": random_ref("I"), "intent": {}, "intent_sha256": "", "customer_id": ada_id,
        "channel": "email", "message_class": "marketing", "purpose": "marketing", "topic": "*", "mode": "claim",
        "outcome": "allow", "rules": [], "facts": {}, "ledger_seq": 1, "policy_version": 1, "policy_sha256": "",
        "decided_at": at, "prev_hash": "", "entry_hash": "",
    }  # fmt: skip
    session.add(Decision(**{**given, **values}))
    session.flush()


def test_somebody_to_whom_nothing_happened_begins_where_everybody_does(engine: Engine, ada_id: int) -> None:
    assert measure(engine) == 1
    assert (index(engine, ada_id).value, index(engine, ada_id).components) == (700, [])


def answers_and_promises(session: Session, ada_id: int) -> None:
    for days, complaint, answered in ((60, True, 58), (50, True, 10), (40, True, 0), (30, False, 29), (30, False, 9)):
        at = NOW - answered * DAY if answered else None
        wrote(session, ada_id, NOW - days * DAY, complaint=complaint, answered=at)
    said = wrote(session, ada_id, NOW - 20 * DAY, answered=None)
    for state, due, settled in (("kept", 5, 6), ("late", 8, 7), ("broken", 9, 9), ("open", 2, 0), ("open", -2, 0)):
        session.add(
            Promise(
                conversation_id=said.conversation_id, message_id=said.id, customer_id=ada_id, text="We will.",
                due_at=NOW - due * DAY, state=state, settled_at=NOW - settled * DAY if settled else None,
            )
        )  # fmt: skip
    session.add(Review(message_id=said.id, verdict="reject", by_type="customer", by_name="Ada", weight=1, at=NOW - DAY))


def rights_and_contacts(session: Session, ada_id: int) -> None:
    ada = session.get_one(people.Customer, ada_id)
    for due, settled in ((3, 4), (5, 2), (1, 0)):
        session.add(
            RightsRequest(
                ref=random_ref("P"), customer_id=ada_id, kind="access", asked_at=NOW - 40 * DAY, due_at=NOW - due * DAY,
                settled_at=NOW - settled * DAY if settled else None, state="done" if settled else "open",
            )
        )  # fmt: skip
    treatment.note_event(
        session, source="smtp", event_id="1", kind="spam_complaint", channel="email", customer_id=ada_id,
        occurred_at=NOW - DAY, now=NOW - DAY,
    )  # fmt: skip
    people.says(session, ada, "marketing", "granted", NOW - 90 * DAY)
    let_through(session, ada_id, NOW - 80 * DAY)
    people.says(session, ada, "marketing", "withdrawn", NOW - 70 * DAY)
    let_through(session, ada_id, NOW - 65 * DAY)
    consent.set_preference(session, ada, now=NOW - 16 * DAY, max_per_week=1)
    people.says(session, ada, "research", "granted", NOW - 90 * DAY)
    for days in (15, 14):
        let_through(session, ada_id, NOW - days * DAY, purpose="research", message_class="research")


def test_every_kind_of_conduct_is_found_where_it_is_written_down(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        treatment.set_policy(session, treatment.DEFAULT_POLICY, by="Omar", note="", now=people.JOINED)
        answers_and_promises(session, ada_id)
        rights_and_contacts(session, ada_id)
    measure(engine)
    assert sorted(kinds(engine, ada_id)) == sorted(set(KINDS) - {"made_good"})
    assert index(engine, ada_id).value == 0


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        ([{"action": "withdrawn", "channel": "email"}], True),
        ([{"action": "withdrawn", "topic": "savings"}], True),
        ([{"action": "refused", "channel": "email", "topic": "savings"}], True),
        ([{"action": "objected", "purpose": "*"}], True),
        ([{"action": "withdrawn"}, {"action": "deferred"}], True),
        ([{"action": "withdrawn", "channel": "sms"}], False),
        ([{"action": "withdrawn", "topic": "cards"}], False),
        ([{"action": "withdrawn", "channel": "email"}, {"action": "granted", "channel": "email"}], False),
    ],
)
def test_a_contact_after_a_no_to_its_way_or_topic_counts_against_us(
    engine: Engine, ada_id: int, said: list[dict[str, str]], counts: bool
) -> None:
    with db.writing(engine) as session:
        treatment.set_policy(session, treatment.DEFAULT_POLICY, by="Omar", note="", now=people.JOINED)
        ada = session.get_one(people.Customer, ada_id)
        people.says(session, ada, "marketing", "granted", NOW - 9 * DAY)
        for number, act in enumerate(said):
            cell = {"purpose": "marketing", **act}
            people.says(session, ada, cell.pop("purpose"), cell.pop("action"), NOW - (8 - number) * DAY, **cell)
        let_through(session, ada_id, NOW - DAY, channel="email", topic="savings")
    measure(engine)
    assert ("contact_after_no" in kinds(engine, ada_id)) == counts


def test_it_is_measured_anew_at_night_and_when_something_happened(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ben_id = people.customer(session, "Ben").id
    assert measure(engine) == 2
    soon = NOW + timedelta(minutes=5)
    assert measure(engine, soon) == 0
    with db.writing(engine) as session:
        wrote(session, ben_id, soon - timedelta(minutes=1), answered=None)
    assert measure(engine, soon) == 1
    assert index(engine, ada_id).measured_at == NOW
    assert measure(engine, soon + DAY) == 2


def test_a_day_that_goes_by_is_something_that_happened(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        said = wrote(session, ada_id, NOW - DAY, answered=NOW - DAY)
        session.add(
            Promise(
                conversation_id=said.conversation_id, message_id=said.id, customer_id=ada_id, text="We will.",
                due_at=NOW + timedelta(hours=1),
            )
        )  # fmt: skip
    measure(engine)
    before = index(engine, ada_id).value
    assert measure(engine, NOW + timedelta(hours=2)) == 1
    assert index(engine, ada_id).value < before - 100


def test_a_floor_holds_until_the_index_has_risen_clear_of_it(engine: Engine, ada_id: int) -> None:
    def owed(number: int) -> None:
        with db.writing(engine) as session:
            session.execute(sa.delete(Message))
            for _each in range(number):
                wrote(session, ada_id, NOW - 20 * DAY, answered=None)

    owed(6)
    measure(engine)
    assert (index(engine, ada_id).value, index(engine, ada_id).floors) == (340, ["cross_sell"])
    with db.writing(engine) as session:
        oldest = session.scalars(sa.select(people.Conversation).order_by(people.Conversation.id).limit(2)).all()
        for talk in oldest:
            talk.state = "closed"
    measure(engine, NOW + DAY)
    assert (index(engine, ada_id).value, index(engine, ada_id).floors) == (460, ["cross_sell"])
    with db.writing(engine) as session:
        for talk in session.scalars(sa.select(people.Conversation)):
            talk.state = "closed"
    measure(engine, NOW + 2 * DAY)
    assert index(engine, ada_id).floors == []
