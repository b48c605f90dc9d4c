"""Purposes: what an administrator adds, lets heed the browser's signal, and retires."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit
from portal.consent.models import Purpose
from portal.errors import Conflict, NotFound


def add_purpose(session: Session, *, now: datetime, by: audit.Actor = audit.PORTAL, **values: Any) -> Purpose:
    """Add a purpose.

    :param values: the columns of `Purpose`: `key`, `sentence`, `lawful_basis`, `data_used`, `recipients`,
        `retention_days`, `honours_gpc`, `asks`, and optionally `position`, `expires_months`, `channels`, `topics`.
    :raises Conflict: code `purpose-exists`.
    """
    if values.get("position") is None:
        values["position"] = (session.scalar(select(func.max(Purpose.position))) or 0) + 1
    purpose = Purpose(**values, created_at=now)
    try:
        with session.begin_nested():
            session.add(purpose)
            session.flush()
    except IntegrityError:
        raise Conflict("There is already a purpose with this key.", code="purpose-exists") from None
    audit.record(session, act="purpose.added", by=by, subject=f"purpose:{purpose.key}", now=now)
    return purpose


def heed_gpc(session: Session, key: str, heeds: bool, *, now: datetime, by: audit.Actor) -> Purpose:
    """Say whether the browser's signal (Global Privacy Control) counts as an objection to a purpose.

    What was recorded before stays: an objection is lifted by its customer only.
    """
    purpose = session.get(Purpose, key)
    if purpose is None:
        raise NotFound("There is no such purpose.")
    if purpose.honours_gpc != heeds:
        purpose.honours_gpc = heeds
        audit.record(session, act="purpose.gpc", by=by, subject=f"purpose:{key}", detail={"heeds": heeds}, now=now)
    return purpose


def retire_purpose(session: Session, key: str, *, now: datetime, by: audit.Actor) -> Purpose:
    """Stop using a purpose: it allows nothing from now on. The ledger keeps what was said."""
    purpose = session.get(Purpose, key)
    if purpose is None:
        raise NotFound("There is no such purpose.")
    if purpose.retired_at is None:
        purpose.retired_at = now
        audit.record(session, act="purpose.retired", by=by, subject=f"purpose:{key}", now=now)
    return purpose
