"""Everything that grants, uses or ends an entitlement."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, live
from portal.entitlements.models import Benefit, Grant, Use, UsePart
from portal.entitlements.queries import benefit, lot_of, remainders
from portal.entitlements.rules import left, split
from portal.errors import Conflict, Invalid
from portal.sentences import Sentence

WARN_BEFORE = timedelta(days=14)
BATCH = 200


def add_benefit(
    session: Session,
    *,
    key: str,
    name: str,
    unit: str,
    gloss: str,
    how_to_use: str,
    amount: int,
    days_valid: int,
    now: datetime,
) -> Benefit:
    """Say that a new kind of thing can be granted.

    :param amount: how much one grant gives unless it says otherwise, in `unit`.
    :param days_valid: how long one grant can be used unless it says otherwise, in days; 0 means without end.
    :raises Conflict: when the key is taken.
    """
    if session.get(Benefit, key) is not None:
        raise Conflict(Sentence("There is a benefit called “%(key)s” already.", key=key), code="benefit-exists")
    made = Benefit(
        key=key,
        name=name,
        unit=unit,
        gloss=gloss,
        how_to_use=how_to_use,
        amount=amount,
        days_valid=days_valid,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def retire_benefit(session: Session, key: str, *, now: datetime) -> Benefit:
    """Stop granting a benefit. What was granted stays usable: nothing is taken away."""
    found = benefit(session, key)
    found.retired_at = found.retired_at or now
    session.flush()
    return found


def grant(
    session: Session,
    customer_id: int,
    benefit_key: str,
    *,
    amount: int | None = None,
    valid_from: datetime,
    valid_until: datetime | None,
    source: str,
    source_ref: str = "",
    why: str,
    dedupe_key: str,
    now: datetime,
    priority: int = 100,
) -> Grant | None:
    """Grant a customer an amount of a benefit and tell the pages they have open.

    :param amount: in the benefit's unit; what the benefit usually gives when None.
    :param valid_until: first instant at which it can no longer be used; None for no end.
    :param source: rule, segment, product, staff or compensation.
    :param why: the reason, in words the customer reads.
    :param dedupe_key: names this very grant, so that granting twice has one effect.
    :returns: the grant, or None when it was there already.
    :raises Invalid: when the amount or the period makes no sense.
    :raises Conflict: when the benefit is retired.
    """
    kind = benefit(session, benefit_key)
    _check(kind, amount, valid_from, valid_until, why)
    row = {
        "customer_id": customer_id, "benefit_key": benefit_key, "amount": kind.amount if amount is None else amount,
        "valid_from": valid_from, "valid_until": valid_until, "priority": priority, "source": source,
        "source_ref": source_ref, "why": why, "dedupe_key": dedupe_key, "granted_at": now,
    }  # fmt: skip
    ids = db.insert_new(session, Grant, [row])
    if not ids:
        return None
    made = session.get_one(Grant, ids[0])
    live.tell(session, customer_id, "entitlement-granted", _told(made.benefit, made.amount), now)
    return made


def _check(kind: Benefit, amount: int | None, valid_from: datetime, valid_until: datetime | None, why: str) -> None:
    if kind.retired_at is not None:
        raise Conflict(Sentence("“%(name)s” is not granted any more.", name=kind.name), code="benefit-retired")
    if amount is not None and amount < 1:
        raise Invalid("A grant needs an amount of at least 1.", code="bad-amount")
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid("A grant must end after it begins.", code="bad-period")
    if not why.strip():
        raise Invalid("Say why: the customer reads it.", code="no-reason")


def usual_end(kind: Benefit, start: datetime) -> datetime | None:
    """When a grant of this benefit that starts at `start` usually ends."""
    return start + timedelta(days=kind.days_valid) if kind.days_valid else None


def use(session: Session, customer_id: int, benefit_key: str, amount: int, *, key: str, by: str, now: datetime) -> Use:
    """Use some of a benefit: by priority, then earliest end, then creation.

    Locks the customer, so that two uses at the same time cannot take more than there is.

    :param amount: in the benefit's unit, at least 1.
    :param key: names this very use; the same key again gives the same use back and takes nothing.
    :raises Conflict: code `not-enough` (with `left`), or `other-use` when the key stands for another use.
    """
    if amount < 1:
        raise Invalid("Use at least 1.", code="bad-amount")
    accounts.lock_customer(session, customer_id)
    before = session.scalar(sa.select(Use).where(Use.key == key))
    if before is not None:
        return _same(before, customer_id, benefit_key, amount)
    lots = [lot_of(remainder) for remainder in remainders(session, customer_id, now, benefit_key)]
    parts = split(lots, amount, now)
    if parts is None:
        have = left(lots, now)
        raise Conflict(
            Sentence("There is not enough left: %(have)s, and %(amount)s is needed.", have=have, amount=amount),
            code="not-enough",
            left=have,
        )
    made = Use(key=key, customer_id=customer_id, benefit_key=benefit_key, amount=amount, used_at=now, by=by)
    session.add(made)
    session.flush()
    session.add_all([UsePart(use_id=made.id, grant_id=grant_id, amount=taken) for grant_id, taken in parts])
    session.flush()
    live.tell(session, customer_id, "entitlement-used", _told(benefit(session, benefit_key), amount), now)
    return made


def _same(before: Use, customer_id: int, benefit_key: str, amount: int) -> Use:
    if (before.customer_id, before.benefit_key, before.amount) != (customer_id, benefit_key, amount):
        raise Conflict("This key was already given to another use.", code="other-use")
    return before


def _told(kind: Benefit, amount: int) -> dict[str, Any]:
    return {"benefit": kind.key, "name": kind.name, "unit": kind.unit, "amount": amount}


def expire_due(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Tell customers, once, what of theirs ends within 14 days. That a grant has ended needs no writing: time says it.

    :returns: how many were told, and 0.
    """
    done = 0
    while not should_stop():
        with db.writing(engine) as session:
            told = _warn_some(session, clock())
        done += told
        if told < BATCH:
            break
    return done, 0


def _warn_some(session: Session, now: datetime) -> int:
    due = (
        sa.select(Grant.id)
        .where(Grant.told_expiry_at.is_(None), Grant.valid_until > now, Grant.valid_until <= now + WARN_BEFORE)
        .order_by(Grant.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(due))
    if not ids:
        return 0
    session.execute(sa.update(Grant).where(Grant.id.in_(ids)).values(told_expiry_at=now))
    taken = (
        sa.select(UsePart.grant_id, sa.func.sum(UsePart.amount))
        .where(UsePart.grant_id.in_(ids))
        .group_by(UsePart.grant_id)
    )
    used = {grant_id: int(amount) for grant_id, amount in session.execute(taken)}
    for found in session.scalars(sa.select(Grant).where(Grant.id.in_(ids))).unique():
        rest = found.amount - used.get(found.id, 0)
        if rest > 0 and found.valid_until is not None:
            live.tell(
                session,
                found.customer_id,
                "entitlement-ending",
                {**_told(found.benefit, rest), "until": found.valid_until.isoformat()},
                now,
            )
    return len(ids)
