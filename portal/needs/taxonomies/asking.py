"""Whether history is read again: ask for it, stop it, let it go on. The reading itself is in `rereading`."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.conversations.models import Message
from portal.errors import Conflict
from portal.needs.in_force import catch_up
from portal.needs.taxonomies.models import Reread
from portal.needs.taxonomies.queries import reread_by_id

OPEN = ("waiting", "running")
WAS_READ = sa.and_(Message.author == "customer", Message.reading.in_(("read", "not_read")))


def ask_reread(session: Session, *, by: str, now: datetime) -> Reread:
    """Wish that everything written so far be read again with the reader in force.

    :raises Conflict: when that is being done already.
    """
    last, total = session.execute(
        sa.select(sa.func.coalesce(sa.func.max(Message.id), 0), sa.func.count()).where(WAS_READ)
    ).one()
    version = catch_up(session, force=True).reader.version
    wish = Reread(
        asked_by=by, asked_at=now, reader_version=version, position=0, last_id=last, total=total, updated_at=now
    )
    return _alone(session, wish)


def stop_reread(session: Session, reread_id: int, *, by: str, now: datetime) -> bool:
    """Stop after the batch at hand; what was done stays done. False when it was over already."""
    reread_by_id(session, reread_id)
    stopped = session.execute(
        sa.update(Reread)
        .where(Reread.id == reread_id, Reread.state.in_(OPEN))
        .values(state="stopped", slot=None, stopped_by=by, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(stopped.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a rowcount


def resume_reread(session: Session, reread_id: int, *, now: datetime) -> Reread:
    """Go on where it was stopped.

    :raises Conflict: when it is not stopped, another one runs, or another reader is in force by now.
    """
    found = reread_by_id(session, reread_id)
    if found.state != "stopped":
        raise Conflict("This was not stopped, or goes on already.", code="not-stopped")
    if catch_up(session, force=True).reader.version != found.reader_version:
        raise Conflict("Another reader is in force by now. Read history again from the start.", code="other-reader")
    found.state, found.slot, found.stopped_by, found.updated_at = "waiting", 1, None, now
    return _alone(session, found)


def _alone(session: Session, wish: Reread) -> Reread:
    try:
        with session.begin_nested():
            session.add(wish)
            session.flush()
    except IntegrityError:
        raise Conflict("History is being read again already.", code="reread-runs") from None
    return wish
