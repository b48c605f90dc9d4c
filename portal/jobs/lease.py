"""Leadership through one row: a lease that must be renewed, and a fence that grows with every change of holder.

Time is only used to see that a leader has fallen silent; order is by fence. A clock that jumps back a day finds a
lease that lasts absurdly long, which counts as free; a clock that jumps ahead ten years finds one that ran out.
"""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.jobs.models import Lease
from portal.jobs.rules import FAR, TERM, is_free

SCHEDULER = "scheduler"


def take(session: Session, holder: str, *, now: datetime, name: str = SCHEDULER) -> int | None:
    """Become the leader if nobody is.

    :param holder: unique name of the process.
    :return: the fence of the new leadership, None when somebody else leads.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(Lease).values(name=name, holder=holder, until=now + TERM, fence=1)
    inserted: int | None = session.scalar(first.on_conflict_do_nothing().returning(Lease.fence))
    if inserted is not None:
        return inserted
    free = or_(Lease.until <= now, Lease.until > now + FAR)
    taken: int | None = session.scalar(
        update(Lease)
        .where(Lease.name == name, free)
        .values(holder=holder, until=now + TERM, fence=Lease.fence + 1)
        .returning(Lease.fence)
        .execution_options(synchronize_session=False)
    )
    return taken


def keep(session: Session, holder: str, fence: int, *, now: datetime, name: str = SCHEDULER) -> bool:
    """Lead for another term; False when another process has taken over."""
    kept = session.scalar(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder, Lease.fence == fence)
        .values(until=now + TERM)
        .returning(Lease.fence)
        .execution_options(synchronize_session=False)
    )
    return kept is not None


def give_up(session: Session, holder: str, fence: int, *, now: datetime, name: str = SCHEDULER) -> None:
    """Stop leading, so that another process can begin at once."""
    session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.holder == holder, Lease.fence == fence)
        .values(until=now)
        .execution_options(synchronize_session=False)
    )


def seems_free(session: Session, *, now: datetime, name: str = SCHEDULER) -> bool:
    """Whether it is worth trying to take the lease; only reads."""
    until = session.scalar(select(Lease.until).where(Lease.name == name))
    return until is None or is_free(until, now)
