"""Asks the scheduler to run a job now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.jobs.models import JobRequest
from portal.jobs.schedule import job_named


def ask(session: Session, job: str, *, by: str, now: datetime) -> bool:
    """Wish that `job` run now. Asking again while the wish waits changes nothing.

    :return: whether this wish is a new one.
    :raises NotFound: when there is no such job.
    """
    values = {"job": job_named(job).name, "asked_by": by, "asked_at": now, "taken_at": None}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(JobRequest).values(values).on_conflict_do_nothing().returning(JobRequest.id)
    return session.scalar(insert) is not None


def take(session: Session, *, now: datetime) -> Sequence[JobRequest]:
    """Take every waiting wish; two leaders never take the same one."""
    return session.scalars(
        update(JobRequest).where(JobRequest.taken_at.is_(None)).values(taken_at=now).returning(JobRequest)
    ).all()


def any_waiting(session: Session) -> bool:
    """Whether a wish waits; only reads."""
    return session.scalar(select(JobRequest.id).where(JobRequest.taken_at.is_(None)).limit(1)) is not None
