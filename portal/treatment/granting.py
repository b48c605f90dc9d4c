"""Grants that follow from segments: live rules meet open memberships, once per membership."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, entitlements
from portal.accounts.models import Customer
from portal.entitlements.models import Grant
from portal.segments.models import Membership, Segment
from portal.treatment.models import TreatmentRule
from portal.treatment.queries import live_rules

BATCH = 200


@dataclass(frozen=True)
class Trial:
    """What a rule would do now: `members` of its segment, `missing` of whom would get it, some as `examples`."""

    members: int
    missing: int
    examples: list[tuple[Membership, Customer]]


def reconcile_grants(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Grant what live rules give to the members of their segments. Nothing is ever taken away.

    :returns: how many grants were made, and how many rules could not be followed.
    """
    with db.reading(engine) as session:
        keys = [found.key for found in live_rules(session, "grant")]
    done = failed = 0
    for key in keys:
        while not should_stop():
            with db.writing(engine) as session:
                made, stuck = _grant_some(session, key, clock())
            done, failed = done + made, failed + stuck
            if made < BATCH:
                break
    return done, failed


def _grant_some(session: Session, key: str, now: datetime) -> tuple[int, int]:
    found = session.scalar(sa.select(TreatmentRule).where(TreatmentRule.key == key, TreatmentRule.state == "live"))
    if found is None or found.benefit_key is None:
        return 0, 0
    kind = entitlements.benefit(session, found.benefit_key)
    if kind.retired_at is not None:
        return 0, 1
    rows = session.execute(_missing(found, now).limit(BATCH).with_for_update(of=Membership, skip_locked=True)).all()
    made = 0
    for membership, _customer in rows:
        grant = entitlements.grant(
            session, membership.customer_id, found.benefit_key, valid_from=now,
            valid_until=entitlements.usual_end(kind, now), source="segment", source_ref=found.key, why=found.sentence,
            dedupe_key=_dedupe(found.key, membership.id), now=now,
        )  # fmt: skip
        made += grant is not None
    found.last_run_at = now
    return made, 0


def _dedupe(key: str, membership_id: int) -> str:
    return f"rule:{key}:membership:{membership_id}"


def _missing(found: TreatmentRule, now: datetime) -> Any:
    """Open memberships for which this rule has not granted, and whose customer has nothing in force from it."""
    name = sa.literal(f"rule:{found.key}:membership:") + sa.cast(Membership.id, sa.Text)
    given = sa.select(Grant.id).where(Grant.dedupe_key == name)
    in_force = sa.select(Grant.id).where(
        Grant.customer_id == Membership.customer_id,
        Grant.benefit_key == found.benefit_key,
        Grant.source_ref == found.key,
        sa.or_(Grant.valid_until.is_(None), Grant.valid_until > now),
    )
    return (
        sa.select(Membership, Customer)
        .join(Segment, Segment.id == Membership.segment_id)
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Segment.key == found.segment_key, Membership.valid_to.is_(None), ~given.exists(), ~in_force.exists())
        .order_by(Membership.id)
    )


def try_grant_rule(session: Session, found: TreatmentRule, now: datetime, examples: int = 20) -> Trial:
    """Who would get what if the rule ran now. Writes nothing."""
    missing = _missing(found, now)
    members = sa.select(sa.func.count()).select_from(Membership).join(Segment, Segment.id == Membership.segment_id)
    total = session.scalar(members.where(Segment.key == found.segment_key, Membership.valid_to.is_(None)))
    count = session.scalar(
        sa.select(sa.func.count()).select_from(missing.order_by(None).with_only_columns(Membership.id).subquery())
    )
    rows = session.execute(missing.limit(examples))
    return Trial(int(total or 0), int(count or 0), [(membership, customer) for membership, customer in rows])
