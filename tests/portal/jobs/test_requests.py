"""Run now: a wish that waits until the leader takes it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from portal import db, jobs
from portal.errors import NotFound
from portal.jobs import requests


def ask(engine: Engine, now: datetime, job: str = "expire") -> bool:
    with db.writing(engine) as session:
        return jobs.ask(session, job, by="Ines", now=now)


def take(engine: Engine, now: datetime) -> list[str]:
    with db.writing(engine) as session:
        return [wish.job for wish in requests.take(session, now=now)]


def test_a_double_click_asks_once(engine: Engine, now: datetime) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(lambda _number: ask(engine, now), range(4)))
    assert sorted(asked) == [False, False, False, True]
    assert take(engine, now) == ["expire"]


def test_a_wish_is_taken_once_and_may_be_wished_again(engine: Engine, now: datetime) -> None:
    ask(engine, now)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _number: take(engine, now), range(4)))
    assert [job for each in taken for job in each] == ["expire"]
    assert ask(engine, now)


def test_a_wish_for_a_job_that_does_not_exist_is_refused(engine: Engine, now: datetime) -> None:
    with pytest.raises(NotFound):
        ask(engine, now, "make-coffee")
    with db.reading(engine) as session:
        assert jobs.waiting_requests(session) == {}
