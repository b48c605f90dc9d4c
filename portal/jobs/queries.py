"""Reads what ran and who leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.conversations.models import Message
from portal.insight.models import IndicatorAlarm
from portal.jobs.lease import SCHEDULER
from portal.jobs.models import JobRequest, JobRun, Lease
from portal.jobs.rules import is_free
from portal.mail.models import OutboxMessage
from portal.outreach.models import Intent


@dataclass(frozen=True)
class Leader:
    """The process that runs the schedule, and whether it has been heard of lately."""

    holder: str
    until: datetime
    alive: bool


def last_runs(session: Session) -> dict[str, JobRun]:
    """The newest run of each job."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    return {run.job: run for run in session.scalars(select(JobRun).where(JobRun.id.in_(newest)))}


def runs_page(
    session: Session, *, job: str | None = None, before: int | None = None, limit: int = 50
) -> Sequence[JobRun]:
    """Runs, newest first, of one job if given.

    :param before: id of the last run of the page before.
    """
    statement = select(JobRun).order_by(JobRun.id.desc()).limit(limit)
    if job:
        statement = statement.where(JobRun.job == job)
    if before is not None:
        statement = statement.where(JobRun.id < before)
    return session.scalars(statement).all()


def troubles(session: Session, *, limit: int = 10) -> Sequence[JobRun]:
    """The newest runs that broke, were abandoned, or could not do some of their items."""
    bad = JobRun.state.in_(("failed", "abandoned")) | (JobRun.failed > 0)
    return session.scalars(select(JobRun).where(bad).order_by(JobRun.id.desc()).limit(limit)).all()


def waiting_requests(session: Session) -> dict[str, JobRequest]:
    """Wishes that the scheduler has not taken yet, by job."""
    return {wish.job: wish for wish in session.scalars(select(JobRequest).where(JobRequest.taken_at.is_(None)))}


def leader(session: Session, now: datetime) -> Leader | None:
    """Who leads the schedule; None when nobody ever did."""
    row = session.get(Lease, SCHEDULER)
    return None if row is None else Leader(holder=row.holder, until=row.until, alive=not is_free(row.until, now))


@dataclass(frozen=True)
class Backlog:
    """What the jobs have before them. Counts; `oldest_message` is when the longest waiting message
    was handed in; `alarms` are indicators of trust beyond their limit."""

    messages: int
    messages_failed: int
    oldest_message: datetime | None
    mails: int
    mails_dead: int
    intents: int
    intents_held: int
    alarms: int


def backlog(session: Session) -> Backlog:
    """How much waits for the background jobs, in one query."""
    message, mail, intent = Message.reading, OutboxMessage.state, Intent.state
    waiting = message.in_(("waiting", "claimed"))
    counts = (
        _count(Message.id, waiting),
        _count(Message.id, message == "failed"),
        select(func.min(Message.recorded_at)).where(waiting).scalar_subquery(),
        _count(OutboxMessage.id, mail.in_(("waiting", "sending"))),
        _count(OutboxMessage.id, mail == "dead"),
        _count(Intent.id, intent == "waiting"),
        _count(Intent.id, intent == "held"),
        _count(IndicatorAlarm.id, IndicatorAlarm.ended_at.is_(None)),
    )
    return Backlog(*session.execute(select(*counts)).one())


def _count(what: InstrumentedAttribute[int], where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count(what)).where(where).scalar_subquery()
