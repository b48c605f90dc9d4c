"""Leadership on a real database: one leads, a dead one is replaced, no jump of the clock leaves it stuck."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from portal import db, jobs
from portal.jobs import lease
from portal.jobs.rules import TERM


def take(engine: Engine, holder: str, now: datetime) -> int | None:
    with db.writing(engine) as session:
        return lease.take(session, holder, now=now)


def keep(engine: Engine, holder: str, fence: int, now: datetime) -> bool:
    with db.writing(engine) as session:
        return lease.keep(session, holder, fence, now=now)


def test_only_one_of_many_that_ask_at_once_leads(engine: Engine, now: datetime) -> None:
    with ThreadPoolExecutor(8) as pool:
        fences = list(pool.map(lambda number: take(engine, f"worker {number}", now), range(8)))
    assert sorted(fence for fence in fences if fence is not None) == [1]


def test_a_leader_that_died_is_replaced_when_its_term_is_over_and_not_before(engine: Engine, now: datetime) -> None:
    assert take(engine, "first", now) == 1
    assert take(engine, "second", now + TERM - timedelta(seconds=1)) is None
    assert take(engine, "second", now + TERM) == 2


def test_a_leader_that_was_replaced_learns_of_it_and_cannot_renew(engine: Engine, now: datetime) -> None:
    take(engine, "first", now)
    take(engine, "second", now + TERM)
    assert not keep(engine, "first", 1, now + TERM)
    assert keep(engine, "second", 2, now + TERM)


def test_a_leader_that_renews_stays(engine: Engine, now: datetime) -> None:
    take(engine, "first", now)
    assert keep(engine, "first", 1, now + TERM / 2)
    assert take(engine, "second", now + TERM) is None


def test_who_stops_hands_over_at_once(engine: Engine, now: datetime) -> None:
    take(engine, "first", now)
    with db.writing(engine) as session:
        lease.give_up(session, "first", 1, now=now)
    assert take(engine, "second", now) == 2


@pytest.mark.parametrize("days", [-1, 3653, -3653], ids=["a day back", "ten years ahead", "ten years back"])
def test_when_the_clock_jumps_a_dead_leader_is_replaced_at_once(engine: Engine, now: datetime, days: int) -> None:
    take(engine, "first", now)
    assert take(engine, "second", now + timedelta(days=days)) == 2


def test_a_living_leader_goes_on_after_its_clock_jumped_back(engine: Engine, now: datetime) -> None:
    take(engine, "first", now)
    yesterday = now - timedelta(days=1)
    assert keep(engine, "first", 1, yesterday)
    assert take(engine, "second", yesterday + timedelta(seconds=5)) is None


def test_who_leads_can_be_seen_and_whether_it_is_alive(engine: Engine, now: datetime) -> None:
    with db.reading(engine) as session:
        assert jobs.leader(session, now) is None
    take(engine, "first", now)
    with db.reading(engine) as session:
        present, later = jobs.leader(session, now), jobs.leader(session, now + TERM)
    assert present is not None
    assert (present.holder, present.alive) == ("first", True)
    assert later is not None
    assert not later.alive
