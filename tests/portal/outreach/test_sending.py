"""Intents are decided and sent once, in one transaction; owed outcomes reach those who voted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, live, outreach, segments, treatment
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.ideas.models import Idea, IdeaAnswer, Vote
from portal.mail.models import OutboxMessage
from portal.outreach.models import Dispatch, Intent
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SETTINGS = Settings()


@pytest.fixture
def ada_id(engine: Engine) -> int:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        people.ask_for(session, "service", asks=False)
        ada = people.customer(session)
        people.says(session, ada, "marketing", "granted", people.JOINED)
        outreach.add_template(
            session, key="rate", message_class="marketing", purpose="marketing", topic="savings", channel="email",
            subject="A rate for $name", text="Dear $name, 3 %.", by="Priya", now=people.JOINED,
        )  # fmt: skip
        return ada.id


def wish(engine: Engine, customer_id: int, key: str = "w1") -> None:
    with db.writing(engine) as session:
        outreach.intend(session, key=key, customer_id=customer_id, template_key="rate", reason="You save", now=NOW)


def send(engine: Engine, at: datetime = NOW) -> tuple[int, int]:
    return outreach.send_due(engine, settings=SETTINGS, clock=lambda: at, worker="w")


def counts(session: Session) -> tuple[int, int, int]:
    numbers = [
        session.scalar(sa.select(sa.func.count()).select_from(model)) for model in (Decision, Dispatch, OutboxMessage)
    ]
    return numbers[0] or 0, numbers[1] or 0, numbers[2] or 0


def test_an_allowed_intent_becomes_one_decision_one_dispatch_one_mail(engine: Engine, ada_id: int) -> None:
    wish(engine, ada_id)
    wish(engine, ada_id)
    assert send(engine) == (1, 0)
    assert send(engine, NOW + timedelta(days=9)) == (0, 0)
    with db.reading(engine) as session:
        assert counts(session) == (1, 1, 1)
        letter = session.scalars(sa.select(OutboxMessage)).one()
        assert (letter.to_address, letter.subject) == ("ada@example.org", "A rate for Ada")
        assert "Dear Ada" in letter.text
        assert "/me/why" in letter.text
        assert session.scalars(sa.select(Intent.state)).one() == "sent"


def test_a_withdrawal_before_sending_means_nothing_is_sent(engine: Engine, ada_id: int) -> None:
    wish(engine, ada_id)
    with db.writing(engine) as session:
        people.says(session, session.get_one(Customer, ada_id), "marketing", "withdrawn", NOW)
    send(engine)
    with db.reading(engine) as session:
        assert counts(session) == (1, 0, 0)
        assert session.scalars(sa.select(Intent.state)).one() == "denied"


def test_a_held_intent_waits_and_is_decided_anew(engine: Engine, ada_id: int) -> None:
    wish(engine, ada_id)
    night = NOW.replace(hour=21)
    send(engine, night)
    with db.reading(engine) as session:
        held = session.scalars(sa.select(Intent)).one()
        assert (held.state, held.decide_after) == ("held", datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert send(engine, night + timedelta(hours=1)) == (0, 0)
    assert send(engine, held.decide_after) == (1, 0)
    with db.reading(engine) as session:
        assert counts(session) == (2, 1, 1)


def test_four_processes_send_each_message_once(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ids = [people.customer(session, f"P{number}").id for number in range(6)]
        for customer_id in ids:
            people.says(session, session.get_one(Customer, customer_id), "marketing", "granted", people.JOINED)
    for customer_id in ids:
        wish(engine, customer_id, f"w{customer_id}")
    with ThreadPoolExecutor(4) as pool:
        assert sum(done for done, _failed in pool.map(lambda _: send(engine), range(4))) == 6
    with db.reading(engine) as session:
        assert counts(session) == (6, 6, 6)


def test_an_intent_that_throws_is_pushed_ahead_and_ends_as_failed(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        outreach.intend(
            session, key="bad", customer_id=ada_id, template_key="rate", reason="x", now=NOW,
            expires_at=NOW + timedelta(days=99),
        )  # fmt: skip
        ada = session.get_one(Customer, ada_id)
        ada.time_zone = "Nowhere/Land"
    at = NOW
    for _ in range(8):
        assert send(engine, at) == (0, 1)
        at += timedelta(hours=5)
    assert send(engine, at) == (0, 0)
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Intent.state)).one() == "failed"
        assert counts(session) == (0, 0, 0)


def test_voters_are_told_the_outcome_once_in_the_portal(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        idea = Idea(ref="I-1", board="app", title="Show the fee first", text="t", created_at=NOW, updated_at=NOW)
        session.add(idea)
        session.flush()
        session.add(Vote(idea_id=idea.id, customer_id=ada_id, at=NOW - timedelta(days=2)))
        session.add(IdeaAnswer(idea_id=idea.id, status="planned", text="In spring.", by="Priya", at=NOW))
    assert outreach.tell_outcomes(engine, clock=lambda: NOW, worker="w") == (1, 0)
    assert outreach.tell_outcomes(engine, clock=lambda: NOW, worker="w") == (0, 0)
    send(engine, NOW.replace(hour=23))
    with db.reading(engine) as session:
        ((sent, decision, _intent),) = outreach.dispatches_of(session, ada_id, unseen_in_portal=True)
        assert "In spring." in sent.text
        assert sent.subject == "An answer to an idea you backed: Show the fee first"
        assert decision.message_class == "answer"
        assert "dispatch" in [event.kind for event in live.since(session, ada_id, 0, 9)]
    with db.writing(engine) as session:
        outreach.mark_seen(session, ada_id, sent.id, now=NOW)
        assert outreach.dispatches_of(session, ada_id, unseen_in_portal=True) == []


def test_a_contact_rule_intends_once_per_membership_and_can_be_tried_first(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        people.signal(session, session.get_one(Customer, ada_id), "cost", NOW - timedelta(days=1))
        segments.define(
            session, key="fees", name="Fees", why="", by="Omar", now=NOW,
            tree={"feature": "need.cost.count.90d", "op": ">=", "value": 1},
        )  # fmt: skip
        segments.go_live(session, "fees", now=NOW)
        treatment.add_rule(
            session, key="tell", name="Tell", sentence="Because fees bother you, we write once.", kind="contact",
            segment_key="fees", template_key="rate", by="Omar", now=NOW,
        )  # fmt: skip
    segments.place_customers(engine, clock=lambda: NOW, worker="w")
    with db.reading(engine) as session:
        trial = outreach.try_contact_rule(session, treatment.rule(session, "tell"), NOW)
        assert (trial.members, trial.missing) == (1, 1)
        assert [verdict.outcome.outcome for _customer, verdict in trial.tried] == ["allow"]
    assert outreach.intend_from_rules(engine, clock=lambda: NOW, worker="w") == (0, 0)
    with db.writing(engine) as session:
        treatment.approve_rule(session, "tell", version=1, by=Actor("team", None, "Ines"), now=NOW)
    assert outreach.intend_from_rules(engine, clock=lambda: NOW, worker="w") == (1, 0)
    assert outreach.intend_from_rules(engine, clock=lambda: NOW, worker="w") == (0, 0)
    send(engine)
    with db.reading(engine) as session:
        decision = session.scalars(sa.select(Decision)).one()
        assert (decision.outcome, decision.intent["segment_key"]) == ("allow", "fees")


def test_nothing_is_decided_as_allowed_after_a_withdrawal_that_came_at_the_same_time(engine: Engine) -> None:
    """Withdrawals and sending run against each other: whoever takes the customer first decides, and it is on record."""
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ids = [people.customer(session, f"R{number}").id for number in range(8)]
        for customer_id in ids:
            people.says(session, session.get_one(Customer, customer_id), "marketing", "granted", people.JOINED)
        outreach.add_template(
            session, key="rate", message_class="marketing", purpose="marketing", topic="savings", channel="email",
            subject="A rate", text="3 %.", by="Priya", now=people.JOINED,
        )  # fmt: skip
    for customer_id in ids:
        wish(engine, customer_id, f"r{customer_id}")

    def withdraw(customer_id: int) -> None:
        with db.writing(engine) as session:
            people.says(session, session.get_one(Customer, customer_id), "marketing", "withdrawn", NOW)

    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(send, engine) for _ in range(2)]
        leaving = [pool.submit(withdraw, customer_id) for customer_id in ids]
        for done in [*sending, *leaving]:
            done.result()
    with db.reading(engine) as session:
        for decision in session.scalars(sa.select(Decision)):
            assert (decision.outcome == "allow") == (decision.ledger_seq == 1)
        sent = set(session.scalars(sa.select(Dispatch.decision_id)))
        assert sent == set(session.scalars(sa.select(Decision.id).where(Decision.outcome == "allow")))
