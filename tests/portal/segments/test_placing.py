"""Memberships as intervals: who enters and leaves, when, why, and on which evidence."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, segments
from portal.accounts.models import Customer
from portal.crm.models import Holding
from portal.errors import Conflict, Invalid
from portal.segments.models import Membership
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
COST_TWICE = {"feature": "need.cost.count.90d", "op": ">=", "value": 2}


def add_segment(session: Session, key: str = "fees", tree: object = COST_TWICE, *, live: bool = True) -> None:
    segments.define(session, key=key, name=f"About {key}", why="", tree=tree, by="Omar", now=people.JOINED)
    if live:
        segments.go_live(session, key, now=people.JOINED)


def run(engine: Engine, at: datetime) -> int:
    done, failed = segments.place_customers(engine, clock=lambda: at, worker="test")
    assert failed == 0
    return done


def open_rows(engine: Engine) -> list[Membership]:
    with db.reading(engine) as session:
        return list(session.scalars(sa.select(Membership).where(Membership.valid_to.is_(None)).order_by(Membership.id)))


def all_rows(engine: Engine) -> list[Membership]:
    with db.reading(engine) as session:
        return list(session.scalars(sa.select(Membership).order_by(Membership.id)))


@pytest.fixture
def ada_id(engine: Engine) -> int:
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada = people.customer(session)
        people.signal(session, ada, "cost", NOW - timedelta(days=10))
        add_segment(session)
        return ada.id


def test_the_second_signal_brings_a_customer_in_with_the_signals_as_evidence(engine: Engine, ada_id: int) -> None:
    run(engine, NOW - timedelta(days=5))
    assert open_rows(engine) == []
    with db.writing(engine) as session:
        second = people.signal(session, session.get_one(Customer, ada_id), "cost", NOW - timedelta(minutes=1))
        second_id = second.id
    run(engine, NOW)
    (membership,) = open_rows(engine)
    assert (membership.customer_id, membership.cause, membership.valid_from) == (ada_id, "signal", NOW)
    assert second_id in segments.signals_in(membership.evidence)
    assert membership.evidence["found"] == 2


def test_a_new_definition_places_everybody_with_that_cause(engine: Engine, ada_id: int) -> None:
    run(engine, NOW)
    with db.writing(engine) as session:
        segments.redefine(session, "fees", tree={**COST_TWICE, "value": 1}, by="Omar", now=NOW)
    run(engine, NOW + timedelta(minutes=1))
    (membership,) = open_rows(engine)
    assert membership.cause == "definition"
    with db.writing(engine) as session:
        segments.redefine(session, "fees", tree={**COST_TWICE, "value": 3}, by="Omar", now=NOW)
    run(engine, NOW + timedelta(minutes=2))
    (ended,) = all_rows(engine)
    assert (ended.end_cause, ended.valid_to) == ("definition", NOW + timedelta(minutes=2))


def test_time_alone_ends_a_membership_at_the_boundary(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        people.signal(session, session.get_one(Customer, ada_id), "cost", NOW - timedelta(days=1))
    run(engine, NOW)
    with db.reading(engine) as session:
        boundary = session.get_one(Customer, ada_id).next_boundary_at
    assert boundary == NOW + timedelta(days=80)
    run(engine, NOW + timedelta(days=79))
    assert len(open_rows(engine)) == 1
    run(engine, NOW + timedelta(days=80))
    (ended,) = all_rows(engine)
    assert (ended.end_cause, ended.valid_to) == ("time", NOW + timedelta(days=80))


def test_a_withdrawal_closes_memberships_at_once_and_nothing_opens_them_again(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        people.signal(session, session.get_one(Customer, ada_id), "cost", NOW - timedelta(days=1))
    run(engine, NOW)
    with db.writing(engine) as session:
        ada = session.get_one(Customer, ada_id)
        people.says(session, ada, "needs", "withdrawn", NOW + timedelta(minutes=1))
        assert segments.place_customer(session, ada_id, cause="consent", now=NOW + timedelta(minutes=1)) == 1
    run(engine, NOW + timedelta(hours=1))
    (ended,) = all_rows(engine)
    assert (ended.end_cause, ended.valid_to) == ("consent", NOW + timedelta(minutes=1))


def test_an_or_cannot_undo_a_missing_consent(engine: Engine) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ben = people.customer(session, "Ben")
        people.message_of(session, ben, NOW - timedelta(days=1))
        add_segment(session, tree={"any": [{"feature": "language", "op": "==", "value": "en"}, {"not": COST_TWICE}]})
    run(engine, NOW)
    assert open_rows(engine) == []


def test_an_expired_consent_ends_the_membership_when_its_day_comes(engine: Engine, ada_id: int) -> None:
    ends = NOW + timedelta(days=3)
    with db.writing(engine) as session:
        cleo = people.customer(session, "Cleo")
        people.says(session, cleo, "needs", "granted", people.JOINED, valid_until=ends)
        add_segment(session, "english", {"feature": "language", "op": "==", "value": "en"})
        cleo_id = cleo.id
    run(engine, NOW)
    run(engine, ends)
    (ended,) = [row for row in all_rows(engine) if row.customer_id == cleo_id]
    assert (ended.end_cause, ended.valid_to) == ("consent", ends)


def test_parents_are_placed_before_their_children_in_one_run(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        add_segment(session, "parent", {"feature": "language", "op": "==", "value": "en"})
        add_segment(session, "child", {"all": [{"in_segment": "parent"}, {**COST_TWICE, "value": 1}]})
    run(engine, NOW)
    assert len(open_rows(engine)) == 2


def test_a_run_with_nothing_new_changes_nothing(engine: Engine, ada_id: int) -> None:
    run(engine, NOW)
    before = len(all_rows(engine))
    assert run(engine, NOW + timedelta(minutes=5)) == 0
    assert len(all_rows(engine)) == before


def test_a_product_that_ends_is_found_on_its_day(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        session.add(Holding(customer_id=ada_id, product="card", since=date(2025, 1, 1), until=date(2026, 11, 25)))
        add_segment(session, "cards", {"feature": "product.card", "op": "==", "value": True})
    run(engine, NOW)
    assert len(open_rows(engine)) == 1
    run(engine, datetime(2026, 11, 25, 0, 0, 5, tzinfo=UTC))
    (ended,) = all_rows(engine)
    assert ended.end_cause in ("time", "fact")


def test_circles_and_unknown_parents_are_refused(session: Session) -> None:
    add_segment(session, "one")
    add_segment(session, "two", {"in_segment": "one"})
    with pytest.raises(Invalid, match="circle"):
        segments.redefine(session, "one", tree={"in_segment": "two"}, by="Omar", now=NOW)
    with pytest.raises(Invalid, match="no live segment"):
        segments.define(session, key="x9", name="Xx", why="", tree={"in_segment": "ghost"}, by="Omar", now=NOW)


def test_a_segment_that_others_are_built_on_cannot_be_retired(session: Session) -> None:
    add_segment(session, "one")
    add_segment(session, "two", {"in_segment": "one"})
    with pytest.raises(Conflict, match="built on"):
        segments.retire(session, "one", now=NOW)
    segments.retire(session, "two", now=NOW)
    assert segments.retire(session, "one", now=NOW).state == "retired"


def test_the_size_is_known_before_saving_and_at_any_past_moment(engine: Engine, ada_id: int) -> None:
    run(engine, NOW - timedelta(days=5))
    with db.writing(engine) as session:
        people.signal(session, session.get_one(Customer, ada_id), "cost", NOW - timedelta(days=1))
    run(engine, NOW)
    with db.reading(engine) as session:
        found = segments.segment(session, "fees")
        size = segments.preview_size(session, {**COST_TWICE, "value": 3}, NOW, replaces=found)
        assert (size.members, size.permitted, size.customers, size.entering, size.leaving) == (0, 1, 1, 0, 1)
        assert segments.size_at(session, found.id, [NOW - timedelta(seconds=1), NOW]) == [0, 1]


def test_placing_again_opens_no_second_membership(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        people.signal(session, session.get_one(Customer, ada_id), "cost", NOW - timedelta(days=1))
    run(engine, NOW)
    with db.writing(engine) as session:
        segments.place_customer(session, ada_id, cause="signal", now=NOW)
    assert len(all_rows(engine)) == 1
