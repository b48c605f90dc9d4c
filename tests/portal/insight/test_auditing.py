"""The auditor derives every decision again, and finds what somebody planted."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, insight, outreach, treatment
from portal.insight import auditing
from portal.outreach.models import Dispatch
from portal.settings import Settings
from portal.treatment.models import Decision
from portal.treatment.queries import CHAINED, entry_hash
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ada_id(engine: Engine, settings: Settings) -> int:
    """Ada was sent one offer, and another was denied; Ben was sent one too."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        people.ask_for(session, "service", asks=False)
        outreach.add_template(
            session, key="offer", message_class="marketing", purpose="marketing", channel="in_app", subject="Offer",
            text="Dear $name", by="Priya", now=people.JOINED,
        )  # fmt: skip
        ada, ben = people.customer(session), people.customer(session, "Ben")
        for each in (ada, ben):
            people.says(session, each, "marketing", "granted", people.JOINED)
            outreach.intend(
                session, key=f"one:{each.name}", customer_id=each.id, template_key="offer", reason="New", now=NOW
            )
        ada_id = ada.id
    outreach.send_due(engine, settings=settings, clock=lambda: NOW, worker="test")
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        people.says(session, ada, "marketing", "withdrawn", NOW + HOUR)
        outreach.intend(session, key="two", customer_id=ada_id, template_key="offer", reason="New", now=NOW + 2 * HOUR)
    outreach.send_due(engine, settings=settings, clock=lambda: NOW + 2 * HOUR, worker="test")
    return ada_id


def audit(engine: Engine, now: datetime = NOW + 3 * HOUR) -> list[tuple[str, str]]:
    insight.audit_decisions(engine, clock=lambda: now, worker="test", anyway=True)
    with db.reading(engine) as session:
        last = insight.last_audit(session, finished=True)
        assert last is not None
        found = [(one.kind, one.ref) for one in insight.contradictions_of(session, last.id)]
        assert last.contradictions == len(found)
        return found


def decided(session: Session, outcome: str, ada_id: int) -> Decision:
    return session.scalars(sa.select(Decision).where(Decision.outcome == outcome, Decision.customer_id == ada_id)).one()


def written_again(decision: Decision) -> None:
    """Whoever forges a record makes its hash fit, too."""
    decision.entry_hash = entry_hash({name: getattr(decision, name) for name in CHAINED}, decision.prev_hash)


def test_what_nobody_touched_has_no_contradiction(engine: Engine, ada_id: int) -> None:
    assert audit(engine) == []
    with db.reading(engine) as session:
        last = insight.last_audit(session)
        assert last is not None
        assert (last.decisions, last.dispatches, last.finished_at) == (3, 2, NOW + 3 * HOUR)


def edited(session: Session, ada_id: int) -> tuple[str, str]:
    denied = decided(session, "deny", ada_id)
    denied.outcome, denied.decisive_rule = "allow", None
    return "changed", denied.ref


def decided_otherwise(session: Session, ada_id: int) -> tuple[str, str]:
    denied = decided(session, "deny", ada_id)
    denied.outcome, denied.decisive_rule = "allow", None
    written_again(denied)
    return "differs", denied.ref


def other_facts(session: Session, ada_id: int) -> tuple[str, str]:
    denied = decided(session, "deny", ada_id)
    denied.facts = {**denied.facts, "restrictions": []}
    written_again(denied)
    return "consent", denied.ref


def cut_out(session: Session, ada_id: int) -> tuple[str, str]:
    """The chain no longer begins where it did."""
    allowed = decided(session, "allow", ada_id)
    allowed.prev_hash = "f" * 64
    return "chain", allowed.ref


def not_seen(session: Session, ada_id: int) -> tuple[str, str]:
    denied = decided(session, "deny", ada_id)
    denied.ledger_seq = 1
    written_again(denied)
    return "unseen", denied.ref


def sent_though_denied(session: Session, ada_id: int) -> tuple[str, str]:
    denied = decided(session, "deny", ada_id)
    intent = session.scalars(sa.select(outreach.Intent).where(outreach.Intent.key == "two")).one()
    session.add(
        Dispatch(
            decision_id=denied.id, intent_id=intent.id, customer_id=ada_id, channel="in_app", subject="", text="",
            sent_at=NOW + 2 * HOUR,
        )
    )  # fmt: skip
    return "unfounded", denied.ref


def sent_after_the_no(session: Session, ada_id: int) -> tuple[str, str]:
    sent = session.scalars(sa.select(Dispatch).where(Dispatch.customer_id == ada_id)).one()
    sent.sent_at = NOW + 2 * HOUR
    return "after-withdrawal", decided(session, "allow", ada_id).ref


PLANTED = (edited, decided_otherwise, other_facts, cut_out, not_seen, sent_though_denied, sent_after_the_no)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_what_somebody_planted_is_found(
    engine: Engine, ada_id: int, plant: Callable[[Session, int], tuple[str, str]]
) -> None:
    with db.writing(engine) as session:
        planted = plant(session, ada_id)
    assert planted in audit(engine)


def test_an_audit_that_was_stopped_goes_on_where_it_was(
    engine: Engine, ada_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "BATCH", 1)
    stops = iter([False, True])
    run = insight.audit_decisions
    assert run(engine, clock=lambda: NOW + 3 * HOUR, worker="a", should_stop=lambda: next(stops)) == (2, 0)
    with db.reading(engine) as session:
        begun = insight.last_audit(session)
        assert begun is not None
        assert begun.finished_at is None
    assert run(engine, clock=lambda: NOW + 4 * HOUR, worker="b") == (1, 0)
    assert run(engine, clock=lambda: NOW + 5 * HOUR, worker="c") == (0, 0)
    with db.reading(engine) as session:
        last = insight.last_audit(session)
        assert last is not None
        assert (last.id, last.decisions, last.started_at) == (begun.id, 3, NOW + 3 * HOUR)


def test_an_erased_customer_leaves_no_contradiction(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        session.get_one(people.Customer, ada_id).erased_at = NOW + 3 * HOUR
        session.execute(sa.delete(Dispatch).where(Dispatch.customer_id == ada_id))
        treatment.forget_decisions(session, ada_id)
    assert audit(engine, NOW + 4 * HOUR) == []


def test_the_ledger_read_again_says_what_it_says_now(engine: Engine, ada_id: int) -> None:
    with db.reading(engine) as session:
        again = consent.LedgerAgain(session, [ada_id])
        for purpose in ("marketing", "needs", "service", "none"):
            now = consent.allows(session, ada_id, purpose, now=NOW + 3 * HOUR, channel="email", topic="cards")
            seq = again.position(ada_id, NOW + 3 * HOUR)
            assert again.permission(ada_id, purpose, seq, NOW + 3 * HOUR, channel="email", topic="cards") == now
        assert again.permission(ada_id, "marketing", 1, NOW).allowed
