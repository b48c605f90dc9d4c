"""Who leads, what ran, and what was asked to run."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index


class Lease(Base):
    """Leadership of the scheduler until an instant. `fence` grows with every change of holder."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    fence: Mapped[int]


class JobRun(Base):
    """One run of one job: how many items it did, how many failed, and the kind of error (never a customer's words).

    `fence` is that of the leader who ran it, None for a run started by hand.
    """

    __tablename__ = "job_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    state: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    by: Mapped[str]
    fence: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'failed', 'abandoned')", name="state"),
        Index("ix_job_runs_job_id", "job", "id"),
    )


class JobRequest(Base):
    """A person's wish that a job run now, until the scheduler takes it. At most one waits per job."""

    __tablename__ = "job_requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]

    __table_args__ = (partial_index("uq_job_requests_waiting", "job", where="taken_at IS NULL", unique=True),)
