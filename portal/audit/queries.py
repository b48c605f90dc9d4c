"""Reads the audit log."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry


def page(
    session: Session,
    *,
    act: str | None = None,
    subject: str | None = None,
    actor: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[AuditEntry]:
    """Acts, newest first, of one kind, about one subject or by one name if given.

    :param before: id of the last row of the page before.
    """
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    for column, value in ((AuditEntry.act, act), (AuditEntry.subject, subject), (AuditEntry.actor, actor)):
        if value:
            statement = statement.where(column == value)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return session.scalars(statement).all()


def acts(session: Session) -> Sequence[str]:
    """Every kind of act that was ever written down, for the filter."""
    return session.scalars(select(AuditEntry.act).distinct().order_by(AuditEntry.act)).all()
