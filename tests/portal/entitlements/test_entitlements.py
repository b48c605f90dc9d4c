"""Granting, using and reading what a customer is entitled to, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, entitlements, live
from portal.entitlements.models import Grant, Use, UsePart
from portal.errors import Conflict
from tests import people

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def add_transfers(session: Session) -> None:
    entitlements.add_benefit(
        session,
        key="free_transfers",
        name="Free transfers abroad",
        unit="transfers",
        gloss="Five a quarter.",
        how_to_use="Send as usual.",
        amount=5,
        days_valid=92,
        now=START,
    )


def give(session: Session, customer_id: int, amount: int = 5, days: int | None = 92, **values: object) -> Grant | None:
    start = values.pop("start", START)
    return entitlements.grant(
        session,
        customer_id,
        "free_transfers",
        amount=amount,
        valid_from=start,
        valid_until=None if days is None else start + timedelta(days=days),
        source="staff",
        source_ref="",
        why="You waited too long for an answer.",
        now=start,
        **{"dedupe_key": "first", **values},
    )


def test_granting_twice_has_one_effect_and_is_told_live(session: Session) -> None:
    ada = people.customer(session)
    add_transfers(session)
    first = give(session, ada.id)
    assert first is not None
    assert give(session, ada.id) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(Grant)) == 1
    assert [event.kind for event in live.since(session, ada.id, 0, 10)] == ["entitlement-granted"]


def test_the_balance_is_right_at_every_moment(session: Session) -> None:
    ada = people.customer(session)
    add_transfers(session)
    give(session, ada.id, amount=5, days=30)
    entitlements.use(session, ada.id, "free_transfers", 2, key="u1", by="Ada", now=START + timedelta(days=10))
    assert entitlements.balances(session, ada.id, START - timedelta(days=1)) == []
    (before,) = entitlements.balances(session, ada.id, START + timedelta(days=9))
    assert (before.granted, before.used, before.left) == (5, 0, 5)
    (after,) = entitlements.balances(session, ada.id, START + timedelta(days=10))
    assert (after.granted, after.used, after.left, after.until) == (5, 2, 3, START + timedelta(days=30))
    assert entitlements.balances(session, ada.id, START + timedelta(days=30)) == []


def test_using_again_with_the_same_key_takes_nothing(session: Session) -> None:
    ada = people.customer(session)
    add_transfers(session)
    give(session, ada.id)
    first = entitlements.use(session, ada.id, "free_transfers", 1, key="same", by="Ada", now=START)
    again = entitlements.use(session, ada.id, "free_transfers", 1, key="same", by="Ada", now=START)
    assert first.id == again.id
    assert entitlements.balances(session, ada.id, START)[0].left == 4
    with pytest.raises(Conflict, match="already given"):
        entitlements.use(session, ada.id, "free_transfers", 2, key="same", by="Ada", now=START)


def test_more_than_is_left_is_refused_and_takes_nothing(session: Session) -> None:
    ada = people.customer(session)
    add_transfers(session)
    give(session, ada.id, amount=2)
    with pytest.raises(Conflict) as refusal:
        entitlements.use(session, ada.id, "free_transfers", 3, key="big", by="Ada", now=START)
    assert (refusal.value.code, refusal.value.detail["left"]) == ("not-enough", 2)
    assert session.scalar(sa.select(sa.func.count()).select_from(Use)) == 0


def test_twenty_uses_at_once_cannot_take_more_than_there_is(engine: Engine) -> None:
    with db.writing(engine) as session:
        ada_id = people.customer(session).id
        add_transfers(session)
        give(session, ada_id, amount=7)

    def use_one(number: int) -> bool:
        try:
            with db.writing(engine) as session:
                entitlements.use(session, ada_id, "free_transfers", 1, key=f"u{number}", by="Ada", now=START)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use_one, range(20))) == 7
    with db.reading(engine) as session:
        assert entitlements.balances(session, ada_id, START)[0].left == 0
        assert session.scalar(sa.select(sa.func.sum(UsePart.amount))) == 7


def test_what_ends_soon_is_told_once_with_what_is_left(engine: Engine) -> None:
    with db.writing(engine) as session:
        ada_id = people.customer(session).id
        add_transfers(session)
        give(session, ada_id, amount=5, days=30)
        entitlements.use(session, ada_id, "free_transfers", 2, key="u", by="Ada", now=START)
    late = START + timedelta(days=20)
    assert entitlements.expire_due(engine, clock=lambda: START, worker="w") == (0, 0)
    assert entitlements.expire_due(engine, clock=lambda: late, worker="w") == (1, 0)
    assert entitlements.expire_due(engine, clock=lambda: late, worker="w") == (0, 0)
    with db.reading(engine) as session:
        told = [event for event in live.since(session, ada_id, 0, 10) if event.kind == "entitlement-ending"]
        assert [event.payload["amount"] for event in told] == [3]


def test_a_retired_benefit_is_not_granted_but_stays_usable(session: Session) -> None:
    ada = people.customer(session)
    add_transfers(session)
    give(session, ada.id)
    entitlements.retire_benefit(session, "free_transfers", now=START)
    with pytest.raises(Conflict, match="not granted any more"):
        give(session, ada.id, dedupe_key="second")
    entitlements.use(session, ada.id, "free_transfers", 1, key="u", by="Ada", now=START)


steps = st.lists(
    st.tuples(st.sampled_from(["grant", "use"]), st.integers(1, 4), st.integers(0, 20), st.integers(1, 20)), max_size=8
)


@given(steps)
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_balance_follows_a_plain_model_of_what_happened(
    engine: Engine, plan: list[tuple[str, int, int, int]]
) -> None:
    """The model: units in a list with their end; a use takes those that end first among the valid ones."""
    with Session(engine) as session:
        db.begin_writing(session)
        ada = people.customer(session)
        add_transfers(session)
        units: list[datetime] = []
        for number, (act, amount, day, span) in enumerate(sorted(plan, key=lambda step: step[2])):
            at = START + timedelta(days=day)
            units = [end for end in units if end > at]
            if act == "grant":
                give(session, ada.id, amount=amount, days=span, start=at, dedupe_key=f"g{number}")
                units = sorted([*units, *[at + timedelta(days=span)] * amount])
            elif amount > len(units):
                with pytest.raises(Conflict):
                    entitlements.use(session, ada.id, "free_transfers", amount, key=f"u{number}", by="Ada", now=at)
            else:
                entitlements.use(session, ada.id, "free_transfers", amount, key=f"u{number}", by="Ada", now=at)
                units = units[amount:]
            assert sum(balance.left for balance in entitlements.balances(session, ada.id, at)) == len(units)
        session.rollback()
