"""The scheduler with real threads and a real database, and jobs that only count."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine
from sqlalchemy.engine import Engine

from portal import db, jobs
from portal.jobs import lease
from portal.jobs.rules import TERM
from portal.jobs.schedule import AT_NIGHT, Counts
from portal.jobs.scheduler import Scheduler
from portal.settings import Settings


class Counter:
    """A job that counts its runs, and can be made to last."""

    def __init__(self, every: int = 3600) -> None:
        self.runs = 0
        self.started, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()
        self.stopped_early = False
        self.jobs = (jobs.Job("expire", lambda _settings: every, (self.step,)),)

    def step(self, work: jobs.Work) -> Counts:
        self.runs += 1
        self.started.set()
        while not self.may_end.wait(0.02):
            if work.should_stop():
                self.stopped_early = True
                break
        return 0, 0


def until(true: Callable[[], object], seconds: float = 8.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def running(engine: Engine, settings: Settings, counter: Counter) -> Iterator[Scheduler]:
    scheduler = Scheduler(engine, settings=settings, jobs=counter.jobs)
    scheduler.start()
    try:
        yield scheduler
    finally:
        counter.may_end.set()
        scheduler.stop()


def test_of_two_schedulers_one_works_and_the_other_takes_over_when_it_stops(engine: Engine, settings: Settings) -> None:
    first, second = Counter(), Counter()
    leading = Scheduler(engine, settings=settings, jobs=first.jobs)
    leading.start()
    assert until(lambda: first.runs == 1)
    with running(engine, settings, second) as standing_by:
        assert not until(lambda: standing_by.leads or second.runs, seconds=2.5)
        leading.stop()
        assert until(lambda: second.runs == 1)
        assert standing_by.fence == 2


def test_a_job_runs_again_and_again(engine: Engine, settings: Settings) -> None:
    counter = Counter(every=1)
    with running(engine, settings, counter):
        assert until(lambda: counter.runs >= 3)


def test_what_an_admin_asks_for_runs_within_seconds_under_their_name(engine: Engine, settings: Settings) -> None:
    counter = Counter()
    with running(engine, settings, counter):
        assert until(lambda: counter.runs == 1)
        with db.writing(engine) as session:
            jobs.ask(session, "expire", by="Ines", now=datetime.now(UTC))
        assert until(lambda: counter.runs == 2)
    with db.reading(engine) as session:
        assert jobs.last_runs(session)["expire"].by == "Ines"


def test_a_job_of_the_night_waits_for_it_unless_it_was_missed_or_somebody_asks(
    engine: Engine, settings: Settings
) -> None:
    night = Counter()
    night.jobs = (replace(night.jobs[0], at=AT_NIGHT),)
    with running(engine, settings, night) as scheduler:
        assert until(lambda: scheduler.leads)
        assert not until(lambda: night.runs, seconds=1.5)
        with db.writing(engine) as session:
            jobs.ask(session, "expire", by="Ines", now=datetime.now(UTC))
        assert until(lambda: night.runs == 1)
    with db.writing(engine) as session:
        session.execute(sa.update(jobs.JobRun).values(started_at=datetime.now(UTC) - timedelta(days=1)))
    missed = Counter()
    missed.jobs = (replace(missed.jobs[0], at=AT_NIGHT),)
    with running(engine, settings, missed):
        assert until(lambda: missed.runs == 1)


def test_a_wish_during_a_run_is_granted_after_it(engine: Engine, settings: Settings) -> None:
    counter = Counter()
    counter.may_end.clear()
    with running(engine, settings, counter):
        assert counter.started.wait(8)
        with db.writing(engine) as session:
            jobs.ask(session, "expire", by="Ines", now=datetime.now(UTC))
        with db.reading(engine) as session:
            assert until(lambda: not jobs.waiting_requests(session) or session.rollback())
        assert counter.runs == 1
        counter.may_end.set()
        assert until(lambda: counter.runs == 2)


def test_stopping_waits_for_the_batch_and_hands_leadership_back(engine: Engine, settings: Settings) -> None:
    counter = Counter()
    counter.may_end.clear()
    scheduler = Scheduler(engine, settings=settings, jobs=counter.jobs)
    scheduler.start()
    assert counter.started.wait(8)
    scheduler.stop()
    assert counter.stopped_early
    with db.reading(engine) as session:
        assert lease.seems_free(session, now=datetime.now(UTC))
        assert jobs.last_runs(session)["expire"].state == "done"


def test_a_leader_that_lost_its_lease_stops_its_jobs(engine: Engine, settings: Settings) -> None:
    counter = Counter()
    counter.may_end.clear()
    scheduler = Scheduler(engine, settings=settings, jobs=counter.jobs)
    scheduler.start()
    assert counter.started.wait(8)
    later = datetime.now(UTC) + TERM
    with db.writing(engine) as session:
        assert lease.take(session, "another process", now=later) == 2
    scheduler._renewed = time.monotonic() - TERM.total_seconds() / 2  # its turn to renew has come
    assert until(lambda: counter.stopped_early)
    assert not scheduler.leads
    scheduler.stop()
    with db.reading(engine) as session:
        assert session.scalars(sa.select(jobs.Lease.holder)).one() == "another process"


def test_jobs_go_on_when_the_clock_jumps_back_a_day(engine: Engine, settings: Settings) -> None:
    counter = Counter(every=2)
    with running(engine, settings, counter):
        assert until(lambda: counter.runs >= 1)
        with time_machine.travel(datetime.now(UTC) - timedelta(days=1), tick=True):
            before = counter.runs
            assert until(lambda: counter.runs >= before + 2)


def test_jobs_go_on_when_the_clock_jumps_ten_years_ahead(engine: Engine, settings: Settings) -> None:
    counter = Counter(every=2)
    with running(engine, settings, counter) as scheduler:
        assert until(lambda: counter.runs >= 1)
        with time_machine.travel(datetime.now(UTC) + timedelta(days=3653), tick=True):
            before = counter.runs
            assert until(lambda: counter.runs >= before + 2)
            assert scheduler.leads
