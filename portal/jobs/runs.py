"""Runs a job and writes down how it went."""

from datetime import datetime

import structlog
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.jobs.models import JobRun
from portal.jobs.rules import LONGEST_BY_HAND, kind_of
from portal.jobs.schedule import Job, Work

log = structlog.get_logger()


def run(job: Job, work: Work, *, by: str, fence: int | None = None) -> JobRun:
    """Run every step of `job` now, also when one before it broke, and record what came of it.

    :param by: who wanted it: `schedule`, a command or a person.
    :param fence: of the leader that runs it, so that the next leader can tell that it died.
    """
    run_id = begin(work.engine, job.name, by=by, fence=fence, now=work.clock())
    done = failed = 0
    errors: list[str] = []
    for step in job.steps:
        if work.should_stop():
            break
        try:
            counts = step(work)
        except Exception as error:  # whatever breaks is written down, and the next step has its turn
            errors.append(kind_of(error))
            log.error("job broke", job=job.name, error=errors[-1])
        else:
            done, failed = done + counts[0], failed + counts[1]
    return finish(work.engine, run_id, done=done, failed=failed, error="; ".join(errors) or None, now=work.clock())


def begin(engine: Engine, job: str, *, by: str, fence: int | None, now: datetime) -> int:
    """Write down that a run begins.

    The run before leaves no trace when it found nothing to do: idleness needs no history.
    """
    newest = select(JobRun.id).where(JobRun.job == job).order_by(JobRun.id.desc()).limit(1).scalar_subquery()
    idle = and_(JobRun.state == "done", JobRun.done == 0, JobRun.failed == 0, JobRun.by == by)
    with db.writing(engine) as session:
        session.execute(
            delete(JobRun).where(JobRun.id == newest, idle), execution_options={"synchronize_session": False}
        )
        row = JobRun(job=job, by=by, state="running", started_at=now, done=0, failed=0, error=None, fence=fence)
        session.add(row)
        session.flush()
        return row.id


def finish(engine: Engine, run_id: int, *, done: int, failed: int, error: str | None, now: datetime) -> JobRun:
    """Write down how a run ended."""
    with db.writing(engine) as session:
        row = session.get_one(JobRun, run_id)
        row.state = "failed" if error else "done"
        row.done, row.failed, row.error, row.finished_at = done, failed, error, now
    return row


def mark_abandoned(session: Session, *, fence: int, now: datetime) -> int:
    """Mark runs whose process has died: of leaders before `fence`, and by hand if they are older than any run can be.

    :return: how many.
    """
    died = or_(JobRun.fence < fence, and_(JobRun.fence.is_(None), JobRun.started_at < now - LONGEST_BY_HAND))
    marked = session.scalars(
        update(JobRun)
        .where(JobRun.state == "running", died)
        .values(state="abandoned", finished_at=now)
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(marked)
