"""What a customer is owed or may use, read at any moment."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.entitlements.models import Benefit, Grant, Use, UsePart
from portal.entitlements.rules import Lot, left
from portal.errors import NotFound
from portal.sentences import Sentence


@dataclass(frozen=True)
class Remainder:
    """One grant with what was used of it up to the moment asked about."""

    grant: Grant
    used: int

    @property
    def left(self) -> int:
        """What is left of this grant."""
        return self.grant.amount - self.used


@dataclass(frozen=True)
class Balance:
    """One benefit of one customer at one moment; amounts in the benefit's unit, over the grants valid then.

    `until` is when the first of what is left ends, None when nothing of it ends.
    """

    benefit: Benefit
    granted: int
    used: int
    left: int
    until: datetime | None
    grants: list[Remainder] = field(default_factory=list)


@dataclass(frozen=True)
class Turn:
    """One line of the history: something was granted, used or ended. `amount` is positive."""

    at: datetime
    kind: str
    benefit: Benefit
    amount: int
    why: str
    by: str


def balances(session: Session, customer_id: int, at: datetime) -> list[Balance]:
    """What the customer had at `at`, one line for each benefit with a valid grant, those with something left first."""
    valid = [
        remainder
        for remainder in remainders(session, customer_id, at)
        if lot_of(remainder).valid_at(at) and remainder.grant.granted_at <= at
    ]
    by_benefit: dict[str, list[Remainder]] = defaultdict(list)
    for remainder in valid:
        by_benefit[remainder.grant.benefit_key].append(remainder)
    found = [_balance(group, at) for group in by_benefit.values()]
    return sorted(found, key=lambda balance: (balance.left == 0, balance.benefit.name))


def _remainders() -> sa.Select[Grant, Any]:
    """Grants of `customer`, with what was used of each up to `at`. Built once: building takes longer than running."""
    customer = sa.bindparam("customer", type_=sa.Integer())
    used = (
        sa.select(UsePart.grant_id, sa.func.sum(UsePart.amount).label("used"))
        .join(Use, Use.id == UsePart.use_id)
        .where(Use.customer_id == customer, Use.used_at <= sa.bindparam("at", type_=Use.used_at.type))
        .group_by(UsePart.grant_id)
        .subquery()
    )
    return (
        sa.select(Grant, sa.func.coalesce(used.c.used, 0))
        .outerjoin(used, used.c.grant_id == Grant.id)
        .where(Grant.customer_id == customer)
        .order_by(Grant.id)
    )


_REMAINDERS = _remainders()
_OF_ONE = _REMAINDERS.where(Grant.benefit_key == sa.bindparam("benefit", type_=sa.Text()))


def remainders(session: Session, customer_id: int, at: datetime, benefit_key: str | None = None) -> list[Remainder]:
    """All grants of a customer, with what was used of each up to and including `at`."""
    asked = {"customer": customer_id, "at": at}
    found = (
        session.execute(_REMAINDERS, asked)
        if benefit_key is None
        else session.execute(_OF_ONE, {**asked, "benefit": benefit_key})
    )
    return [Remainder(grant, int(amount)) for grant, amount in found]


def lot_of(remainder: Remainder) -> Lot:
    """A remainder as arithmetic sees it."""
    grant = remainder.grant
    return Lot(grant.id, grant.amount, remainder.used, grant.valid_from, grant.valid_until, grant.priority)


def _balance(group: list[Remainder], at: datetime) -> Balance:
    ends = [remainder.grant.valid_until for remainder in group if remainder.left and remainder.grant.valid_until]
    return Balance(
        benefit=group[0].grant.benefit,
        granted=sum(remainder.grant.amount for remainder in group),
        used=sum(remainder.used for remainder in group),
        left=left([lot_of(remainder) for remainder in group], at),
        until=min(ends) if ends else None,
        grants=group,
    )


def history(session: Session, customer_id: int, now: datetime, limit: int = 100) -> list[Turn]:
    """What was granted, used and gone, newest first."""
    turns: list[Turn] = []
    for remainder in remainders(session, customer_id, now):
        grant = remainder.grant
        turns.append(Turn(grant.granted_at, "granted", grant.benefit, grant.amount, grant.why, grant.source))
        if grant.valid_until is not None and grant.valid_until <= now and remainder.left:
            turns.append(Turn(grant.valid_until, "ended", grant.benefit, remainder.left, grant.why, "time"))
    uses = (
        sa.select(Use, Benefit)
        .join(Benefit, Benefit.key == Use.benefit_key)
        .where(Use.customer_id == customer_id)
        .order_by(Use.id.desc())
        .limit(limit)
    )
    for use, benefit in session.execute(uses):
        turns.append(Turn(use.used_at, "used", benefit, use.amount, "", use.by))
    return sorted(turns, key=lambda turn: turn.at, reverse=True)[:limit]


def benefits(session: Session, *, with_retired: bool = False) -> Sequence[Benefit]:
    """The kinds of things that can be granted."""
    statement = sa.select(Benefit).order_by(Benefit.name)
    return session.scalars(statement if with_retired else statement.where(Benefit.retired_at.is_(None))).all()


def benefit(session: Session, key: str) -> Benefit:
    """One benefit.

    :raises NotFound: when there is none with this key.
    """
    found = session.get(Benefit, key)
    if found is None:
        raise NotFound(Sentence("There is no benefit called “%(key)s”.", key=key), code="no-such-benefit")
    return found


def grants_in_force(session: Session, now: datetime) -> dict[str, int]:
    """How many grants of each benefit are valid now."""
    rows = session.execute(
        sa.select(Grant.benefit_key, sa.func.count())
        .where(Grant.valid_from <= now, sa.or_(Grant.valid_until.is_(None), Grant.valid_until > now))
        .group_by(Grant.benefit_key)
    )
    return {key: int(count) for key, count in rows}
