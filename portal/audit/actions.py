"""Writes the audit log. There is no action that changes or deletes a row."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.rules import PORTAL, Actor


def record(
    session: Session,
    *,
    act: str,
    now: datetime,
    by: Actor = PORTAL,
    subject: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write down one act in the transaction of the act itself.

    :param act: what was done, dotted, such as `account.role-changed`.
    :param subject: a public ref of what it was done to; never an address or a text of a customer.
    :param detail: particulars as JSON values, under the same restriction.
    """
    entry = AuditEntry(
        at=now, actor_type=by.type, actor_id=by.id, actor=by.name, act=act, subject=subject, detail=detail or {}
    )
    session.add(entry)
    session.flush()
    return entry
