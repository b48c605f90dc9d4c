"""Placing customers: memberships are opened and closed as intervals, each with its cause and the trace that shows it.

Every batch locks its customers first and then looks, so that a withdrawal can never be overtaken by an older view.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, live
from portal.accounts.models import Customer
from portal.needs.models import Signal
from portal.segments.features import next_midnight, open_signals, table
from portal.segments.models import Membership, Segment
from portal.segments.queries import live_segments
from portal.segments.rules import Facts, compiled, feature, features_in, in_order, trace
from portal.segments.sets import LiveSegment, differing
from portal.segments.telling import tell_entered, tell_left

BATCH = 500
OVERLAP = timedelta(minutes=2)
"""A transaction that was open when we last looked may have written since; statements time out long before this."""
SWEEP_EVERY = timedelta(minutes=10)
MARK_EVERY = timedelta(minutes=1)
DAILY = ("tenure", "last-message", "product")

Cause = Callable[[int, LiveSegment], str]


@dataclass
class _Known:
    """What one batch knows of its customers, read after they were locked."""

    facts: dict[int, Facts] = field(default_factory=dict)
    boundary: dict[int, datetime | None] = field(default_factory=dict)
    open: dict[tuple[int, int], int] = field(default_factory=dict)
    signals: dict[int, dict[str, list[int]]] = field(default_factory=dict)


def place_customer(session: Session, customer_id: int, *, cause: str, now: datetime) -> int:
    """Place one customer in all live segments, at once.

    :param cause: why it is looked at now; when the consent is gone, memberships end with the cause `consent` anyway.
    :returns: how many memberships began or ended.
    """
    changed = _place(session, [customer_id], live_segments(session), lambda _id, _segment: cause, now)
    if changed:
        live.tell(session, customer_id, "membership-changed", {"changes": changed}, now)
    return changed


def place_several(session: Session, customer_ids: Collection[int], *, cause: str, now: datetime) -> int:
    """Place some customers in all live segments, at once; gives how many memberships began or ended."""
    segments = live_segments(session) if customer_ids else []
    return _place(session, sorted(customer_ids), segments, lambda _id, _segment: cause, now) if segments else 0


def place_customers(
    engine: Engine, *, clock: Callable[[], datetime], worker: str, should_stop: Callable[[], bool] = lambda: False
) -> tuple[int, int]:
    """Place those whose signals changed or whose time has come, all when a definition is new, now and then who differs.

    :returns: how many customers were looked at, and 0.
    """
    now = clock()
    with db.reading(engine) as session:
        segments = live_segments(session)
        plan = _plan(session, segments, now) if segments else {}
    done = 0
    ids = sorted(plan)
    fresh = {segment.id for segment in segments if segment.placed_at is None}

    def cause(customer_id: int, segment: LiveSegment) -> str:
        return "definition" if segment.id in fresh else plan[customer_id]

    for start in range(0, len(ids), BATCH):
        if should_stop():
            return done, 0
        with db.writing(engine) as session:
            current = live_segments(session)
            _place(session, ids[start : start + BATCH], current, cause, now)
        done += len(ids[start : start + BATCH])
    if segments and (ids or _is_stale(segments, now)):
        _mark(engine, segments, now, swept=_must_sweep(segments, now))
    return done, 0


def _is_stale(segments: Sequence[LiveSegment], now: datetime) -> bool:
    """Whether it is long ago that we noted how far we looked; a run that found nothing new need not write."""
    return any(segment.placed_at is None or segment.placed_at <= now - MARK_EVERY for segment in segments)


def _must_sweep(segments: Sequence[LiveSegment], now: datetime) -> bool:
    return any(segment.swept_at is None or segment.swept_at <= now - SWEEP_EVERY for segment in segments)


def _plan(session: Session, segments: Sequence[LiveSegment], now: datetime) -> dict[int, str]:
    """Who must be looked at, and why."""
    if any(segment.placed_at is None for segment in segments):
        everybody = table([], now).source
        plan = dict.fromkeys(session.scalars(sa.select(everybody.c.customer_id)), "fact")
    else:
        plan = {}
    if _must_sweep(segments, now):
        plan.update(dict.fromkeys(session.scalars(differing(segments, now)), "fact"))
    due = sa.select(Customer.id).where(Customer.next_boundary_at <= now)
    plan.update(dict.fromkeys(session.scalars(due), "time"))
    marks = [segment.placed_at for segment in segments if segment.placed_at is not None]
    if marks:
        plan.update(_touched(session, min(marks) - OVERLAP))
    return plan


def _touched(session: Session, since: datetime) -> dict[int, str]:
    """Customers with signals that began or ended since then, with the cause."""
    ended = sa.select(Signal.customer_id, Signal.ended_cause).where(Signal.ended_at > since)
    began = sa.select(Signal.customer_id).where(Signal.created_at > since)
    plan = dict.fromkeys(session.scalars(began), "signal")
    causes = {
        "consent": "consent",
        "correction": "correction",
        "reader": "reader",
        "expiry": "time",
        "erasure": "consent",
    }
    plan.update({customer_id: causes[str(cause)] for customer_id, cause in session.execute(ended)})
    return plan


def _mark(engine: Engine, segments: Sequence[LiveSegment], now: datetime, *, swept: bool) -> None:
    """Remember how far we have looked; a definition that changed meanwhile keeps asking for everybody."""
    values: dict[str, Any] = {"placed_at": now, **({"swept_at": now} if swept else {})}
    with db.writing(engine) as session:
        for segment in segments:
            unchanged = sa.and_(Segment.id == segment.id, Segment.version == segment.version)
            session.execute(sa.update(Segment).where(unchanged).values(**values))


def _place(session: Session, ids: Sequence[int], segments: Sequence[LiveSegment], cause: Cause, now: datetime) -> int:
    boundaries = _lock(session, ids)
    known = _look(session, boundaries, segments, now)
    ordered = _parents_first(segments)
    entering: list[tuple[int, LiveSegment, dict[str, bool]]] = []
    leaving: list[tuple[int, int, str]] = []
    for customer_id in boundaries:
        facts = known.facts.get(customer_id)
        inside = _inside(ordered, facts)
        for segment in segments:
            membership = known.open.get((customer_id, segment.id))
            if inside[segment.key] and membership is None:
                entering.append((customer_id, segment, inside))
            elif not inside[segment.key] and membership is not None:
                leaving.append((membership, customer_id, "consent" if facts is None else cause(customer_id, segment)))
    _close(session, leaving, now)
    opened = _open(session, entering, known, cause, now)
    _set_boundaries(session, boundaries, known.boundary)
    return opened + len(leaving)


def _parents_first(segments: Sequence[LiveSegment]) -> list[tuple[LiveSegment, Any]]:
    by_key = {segment.key: segment for segment in segments}
    order = in_order({segment.key: segment.tree for segment in segments})
    return [(by_key[key], compiled(by_key[key].tree)) for key in order]


def _inside(ordered: list[tuple[LiveSegment, Any]], facts: Facts | None) -> dict[str, bool]:
    inside: dict[str, bool] = {}
    for segment, holds in ordered:
        inside[segment.key] = facts is not None and holds(facts, inside)
    return inside


def _lock(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    rows = session.execute(
        sa.select(Customer.id, Customer.next_boundary_at)
        .where(Customer.id.in_(ids))
        .order_by(Customer.id)
        .with_for_update()
    )
    return {row.id: row.next_boundary_at for row in rows}


def _look(session: Session, ids: Collection[int], segments: Sequence[LiveSegment], now: datetime) -> _Known:
    names = features_in(segment.tree for segment in segments)
    daily = any(found.code in DAILY for name in names if (found := feature(name)) is not None)
    features = table(names, now, ids)
    known = _Known()
    for row in session.execute(sa.select(features.source)).mappings():
        customer_id = row["customer_id"]
        known.facts[customer_id] = {name: _value(row, name) for name in names}
        edges = [
            row[column.name] + timedelta(days=days) for column, days in features.oldest if row[column.name] is not None
        ]
        edges += [next_midnight(now)] if daily else []
        edges += [row["valid_until"]] if row["valid_until"] is not None else []
        known.boundary[customer_id] = min((edge for edge in edges if edge > now), default=None)
    memberships = sa.select(Membership.id, Membership.customer_id, Membership.segment_id).where(
        Membership.customer_id.in_(ids), Membership.valid_to.is_(None)
    )
    known.open = {(row.customer_id, row.segment_id): row.id for row in session.execute(memberships)}
    return known


def _value(row: Any, name: str) -> Any:
    if name.startswith("attribute."):
        number = row[f"{name}:number"]
        return row[f"{name}:text"] if number is None else number
    return row[name]


def _close(session: Session, leaving: Sequence[tuple[int, int, str]], now: datetime) -> None:
    by_cause: dict[str, list[int]] = defaultdict(list)
    for membership_id, _customer_id, cause in leaving:
        by_cause[cause].append(membership_id)
    for cause, ids in by_cause.items():
        session.execute(
            sa.update(Membership)
            .where(Membership.id.in_(ids), Membership.valid_to.is_(None))
            .values(valid_to=now, end_cause=cause, changed_at=now)
        )
    tell_left(session, [membership_id for membership_id, _customer_id, _cause in leaving], now)


def _open(
    session: Session,
    entering: list[tuple[int, LiveSegment, dict[str, bool]]],
    known: _Known,
    cause: Cause,
    now: datetime,
) -> int:
    signals = _signals(session, entering, now)
    rows = [
        {
            "segment_id": segment.id, "definition_id": segment.definition_id, "customer_id": customer_id,
            "valid_from": now, "valid_to": None, "changed_at": now, "end_cause": None,
            "cause": cause(customer_id, segment),
            "evidence": trace(segment.tree, known.facts[customer_id], inside, signals[customer_id]),
        }
        for customer_id, segment, inside in entering
    ]  # fmt: skip
    made = db.insert_new(session, Membership, rows)
    tell_entered(session, made, now)
    return len(made)


def _signals(session: Session, entering: list[Any], now: datetime) -> dict[int, dict[str, list[int]]]:
    """For each customer who enters, the signals behind each feature of the definitions."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    names = features_in(segment.tree for _id, segment, _inside in entering)
    wanted = [item for name in names if (item := feature(name)) is not None and item.code.startswith("need-")]
    if not wanted:
        return found
    statement = sa.select(Signal.id, Signal.customer_id, Signal.need, Signal.observed_at).where(
        Signal.customer_id.in_({customer_id for customer_id, _segment, _inside in entering}),
        Signal.need.in_({item.key for item in wanted}),
        *open_signals(now, max(item.days for item in wanted)),
    )
    for row in session.execute(statement):
        for item in wanted:
            if row.need == item.key and row.observed_at > now - timedelta(days=item.days):
                found[row.customer_id][item.name].append(row.id)
    return found


def _set_boundaries(session: Session, before: dict[int, datetime | None], after: dict[int, datetime | None]) -> None:
    changed = [
        {"of": customer_id, "at": after.get(customer_id)}
        for customer_id, boundary in before.items()
        if boundary != after.get(customer_id)
    ]
    if changed:
        statement = (
            sa.update(Customer.__table__)  # type: ignore[arg-type]  # Core: many rows in one go, no objects to refresh
            .where(Customer.__table__.c.id == sa.bindparam("of"))
            .values(next_boundary_at=sa.bindparam("at"))
        )
        session.execute(statement, changed)
