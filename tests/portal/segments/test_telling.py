"""Systems downstream are told who enters and leaves a segment, without a word of anybody, under a live consent only."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import downstream, privacy, segments
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.downstream import Delivery
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EVENTS = ("segment.entered", "segment.left")


@pytest.fixture
def ada(session: Session) -> Customer:
    """Ada, who wrote about fees, and the segment of those who do."""
    people.ask_for(session, "needs", "marketing")
    ada = people.customer(session)
    people.signal(session, ada, "cost", NOW - timedelta(days=2), text="The fee for cards abroad is too high")
    tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
    segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=NOW)
    segments.go_live(session, "fees", now=NOW)
    return ada


def listens(session: Session, **values: object) -> None:
    given = {"events": EVENTS, "how": "webhook", "url": "https://crm.example.org/hook", **values}
    downstream.add_system(session, name="CRM", by="Ines", started_after=0, now=NOW, **given)  # type: ignore[arg-type]


def told(session: Session) -> list[Delivery]:
    return list(session.scalars(sa.select(Delivery).where(Delivery.event.in_(EVENTS)).order_by(Delivery.id)))


def place(session: Session, ada: Customer) -> None:
    segments.place_customer(session, ada.id, cause="signal", now=NOW)


def withdraw(session: Session, ada: Customer) -> None:
    change = privacy.CellChange(purpose="needs", act="withdraw")
    privacy.change_consent(
        session, ada, [change], actor=Actor("customer", None, ada.ref), method="web_form", expected_seq=None,
        now=NOW + timedelta(hours=1),
    )  # fmt: skip


def test_who_enters_is_told_once_by_refs_keys_and_numbers_alone(session: Session, ada: Customer) -> None:
    listens(session)
    place(session, ada)
    place(session, ada)
    (only,) = told(session)
    assert only.event == "segment.entered"
    assert set(only.payload) == {"customer", "segment", "version", "membership", "reason", "at"}
    assert (only.payload["customer"], only.payload["segment"], only.payload["version"]) == (ada.ref, "fees", 1)
    assert only.payload["reason"] == "signal"
    assert "fee for" not in str(only.payload)
    assert ada.name not in only.payload.values()


def test_after_a_withdrawal_only_the_leaving_is_told_and_what_was_not_told_yet_never_is(
    session: Session, ada: Customer
) -> None:
    listens(session)
    place(session, ada)
    withdraw(session, ada)
    (only,) = told(session)
    assert (only.event, only.payload["reason"], only.restricts) == ("segment.left", "consent", True)


def test_without_a_live_consent_nobody_enters_and_nothing_is_told(session: Session, ada: Customer) -> None:
    listens(session)
    withdraw(session, ada)
    place(session, ada)
    assert told(session) == []


def test_a_segment_that_is_retired_is_left_by_all(session: Session, ada: Customer) -> None:
    listens(session)
    place(session, ada)
    segments.retire(session, "fees", now=NOW + timedelta(days=1))
    assert [(one.event, one.payload["reason"]) for one in told(session)] == [
        ("segment.entered", "signal"), ("segment.left", "definition"),
    ]  # fmt: skip


def test_a_system_for_other_purposes_or_other_news_is_not_told(session: Session, ada: Customer) -> None:
    listens(session, purposes=["marketing"])
    listens(session, events=("consent.changed",))
    place(session, ada)
    assert told(session) == []
