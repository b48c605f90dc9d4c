"""A run writes down how it went, whatever happens in it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db, jobs
from portal.jobs import runs
from portal.jobs.schedule import Counts
from portal.settings import Settings


def work(engine: Engine, settings: Settings, now: datetime, stop: Callable[[], bool] = lambda: False) -> jobs.Work:
    return jobs.Work(engine, settings, lambda: now, "test", stop)


def job(*steps: Callable[[jobs.Work], Counts]) -> jobs.Job:
    return jobs.Job("read-messages", lambda _settings: 3, steps)


def batches(*counts: Counts) -> Callable[[jobs.Work], Counts]:
    left = list(counts)
    return lambda _work: left.pop(0) if left else (0, 0)


def all_runs(engine: Engine) -> list[jobs.JobRun]:
    with db.reading(engine) as session:
        return list(session.scalars(sa.select(jobs.JobRun).order_by(jobs.JobRun.id)))


def test_a_run_counts_what_all_its_steps_did(engine: Engine, settings: Settings, now: datetime) -> None:
    run = jobs.run(job(batches((200, 1)), batches((7, 0))), work(engine, settings, now), by="schedule")
    assert (run.state, run.done, run.failed, run.error) == ("done", 207, 1, None)


def test_a_step_is_called_once_a_run_so_that_one_that_always_finds_something_cannot_spin(
    engine: Engine, settings: Settings, now: datetime
) -> None:
    run = jobs.run(job(lambda _work: (1, 3)), work(engine, settings, now), by="schedule")
    assert (run.done, run.failed) == (1, 3)


def test_a_step_that_breaks_is_recorded_by_kind_and_the_next_has_its_turn(
    engine: Engine, settings: Settings, now: datetime
) -> None:
    def broken(_work: jobs.Work) -> Counts:
        raise KeyError("what Ada wrote")

    run = jobs.run(job(broken, batches((2, 0))), work(engine, settings, now), by="schedule")
    assert (run.state, run.done) == ("failed", 2)
    assert run.error is not None
    assert run.error.startswith("KeyError at test_runs.py:")
    assert "Ada" not in run.error


def test_a_job_that_is_told_to_stop_leaves_after_its_batch(engine: Engine, settings: Settings, now: datetime) -> None:
    told: list[bool] = []

    def step(_work: jobs.Work) -> Counts:
        told.append(True)
        return 10, 0

    run = jobs.run(job(step, step), work(engine, settings, now, stop=lambda: bool(told)), by="schedule")
    assert (run.done, len(told)) == (10, 1)


def test_runs_that_find_nothing_leave_one_line_and_runs_that_do_something_one_each(
    engine: Engine, settings: Settings, now: datetime
) -> None:
    for minute, counts in enumerate([(0, 0), (0, 0), (4, 0), (0, 0), (0, 0), (2, 1)]):
        moment = now + timedelta(minutes=minute)
        jobs.run(job(batches(counts)), work(engine, settings, moment), by="schedule")
    assert [(run.done, run.failed) for run in all_runs(engine)] == [(4, 0), (2, 1)]
    assert all_runs(engine)[-1].started_at == now + timedelta(minutes=5)


def test_a_run_by_hand_does_not_hide_behind_an_idle_one(engine: Engine, settings: Settings, now: datetime) -> None:
    jobs.run(job(batches()), work(engine, settings, now), by="schedule")
    jobs.run(job(batches()), work(engine, settings, now), by="command")
    assert [run.by for run in all_runs(engine)] == ["schedule", "command"]


def test_a_new_leader_marks_what_the_old_one_left_running(engine: Engine, now: datetime) -> None:
    runs.begin(engine, "read-messages", by="schedule", fence=1, now=now)
    runs.begin(engine, "send-outbox", by="schedule", fence=2, now=now)
    runs.begin(engine, "expire", by="command", fence=None, now=now)
    with db.writing(engine) as session:
        assert runs.mark_abandoned(session, fence=2, now=now) == 1
    assert [run.state for run in all_runs(engine)] == ["abandoned", "running", "running"]


def test_a_run_by_hand_that_is_older_than_any_can_be_is_marked_too(engine: Engine, now: datetime) -> None:
    runs.begin(engine, "expire", by="command", fence=None, now=now)
    with db.writing(engine) as session:
        assert runs.mark_abandoned(session, fence=1, now=now + timedelta(days=1)) == 1


def test_the_newest_run_of_each_job_and_those_in_trouble_are_found(
    engine: Engine, settings: Settings, now: datetime
) -> None:
    jobs.run(job(batches((1, 1))), work(engine, settings, now), by="schedule")
    jobs.run(job(batches((3, 0))), work(engine, settings, now), by="schedule")
    with db.reading(engine) as session:
        assert {name: run.done for name, run in jobs.last_runs(session).items()} == {"read-messages": 3}
        assert [run.failed for run in jobs.troubles(session)] == [1]
        assert [run.done for run in jobs.runs_page(session, job="read-messages")] == [3, 1]
        assert jobs.runs_page(session, job="expire") == []
