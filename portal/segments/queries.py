"""Segments as they are read: definitions, members and the reasons, size over time, coverage and reach."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.accounts.models import Account, Customer
from portal.consent.models import ConsentState
from portal.errors import NotFound
from portal.segments.models import Membership, Segment, SegmentDefinition
from portal.segments.rules import Tree
from portal.segments.sets import LiveSegment, matching


@dataclass(frozen=True)
class Size:
    """How many customers a definition would hold now: `members`, of `permitted` who allow it, of all `customers`.

    `entering` and `leaving` are against the open memberships of the segment it would replace.
    """

    members: int
    permitted: int
    customers: int
    entering: int
    leaving: int


@dataclass(frozen=True)
class Reach:
    """Of the members now: how many have an account, a confirmed address, and allow offers by e-mail."""

    members: int
    in_app: int
    email_address: int
    email_offers: int


def _newest(live_only: bool) -> sa.Select[Segment, SegmentDefinition]:
    statement = sa.select(Segment, SegmentDefinition).join(
        SegmentDefinition,
        sa.and_(SegmentDefinition.segment_id == Segment.id, SegmentDefinition.version == Segment.version),
    )
    return statement.where(Segment.state == "live").order_by(Segment.id) if live_only else statement


def live_segments(session: Session) -> list[LiveSegment]:
    """All live segments with the definition in force."""
    return [
        LiveSegment(
            segment.id, segment.key, segment.name, segment.version, definition.id, definition.tree,
            segment.placed_at, segment.swept_at,
        )
        for segment, definition in session.execute(_newest(live_only=True))
    ]  # fmt: skip


def segment(session: Session, key: str) -> Segment:
    """One segment.

    :raises NotFound: when there is none with this key.
    """
    found = session.scalar(sa.select(Segment).where(Segment.key == key))
    if found is None:
        raise NotFound("There is no such segment.", code="no-such-segment")
    return found


def definition(session: Session, found: Segment, version: int | None = None) -> SegmentDefinition:
    """The definition in force, or an older version.

    :raises NotFound: when there is no such version.
    """
    row = session.scalar(
        sa.select(SegmentDefinition).where(
            SegmentDefinition.segment_id == found.id, SegmentDefinition.version == (version or found.version)
        )
    )
    if row is None:
        raise NotFound("There is no such version of this segment.", code="no-such-version")
    return row


def definitions(session: Session, found: Segment) -> Sequence[SegmentDefinition]:
    """All versions of a segment, newest first."""
    statement = sa.select(SegmentDefinition).where(SegmentDefinition.segment_id == found.id)
    return session.scalars(statement.order_by(SegmentDefinition.version.desc())).all()


def segments_page(session: Session) -> list[tuple[Segment, SegmentDefinition, int]]:
    """All segments with the definition in force and how many customers are in each: live ones first, then by name."""
    members = (
        sa.select(Membership.segment_id, sa.func.count().label("members"))
        .where(Membership.valid_to.is_(None))
        .group_by(Membership.segment_id)
        .subquery()
    )
    order = sa.case({"live": 0, "draft": 1}, value=Segment.state, else_=2)
    statement = (
        _newest(live_only=False)
        .add_columns(sa.func.coalesce(members.c.members, 0))
        .outerjoin(members, members.c.segment_id == Segment.id)
        .order_by(order, Segment.name)
    )
    return [(found, row, int(count)) for found, row, count in session.execute(statement)]


def names_of(session: Session, keys: Collection[str]) -> dict[str, str]:
    """What people call these segments, by key, whatever became of them."""
    found = session.execute(sa.select(Segment.key, Segment.name).where(Segment.key.in_(keys)))
    return {row.key: row.name for row in found}


def members_page(
    session: Session, segment_id: int, *, after: int | None = None, limit: int = 50
) -> list[tuple[Membership, Customer]]:
    """Who is in a segment now, newest first; `after` is the id of the last membership seen."""
    statement = (
        sa.select(Membership, Customer)
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Membership.segment_id == segment_id, Membership.valid_to.is_(None))
        .order_by(Membership.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(Membership.id < after)
    return [(membership, customer) for membership, customer in session.execute(statement)]


def changes_page(
    session: Session, segment_id: int, *, left: bool, limit: int = 20, since: datetime | None = None
) -> list[tuple[Membership, Customer]]:
    """Who entered, or who left, most recently first."""
    at = Membership.valid_to if left else Membership.valid_from
    statement = (
        sa.select(Membership, Customer)
        .join(Customer, Customer.id == Membership.customer_id)
        .where(Membership.segment_id == segment_id, at.is_not(None))
        .order_by(at.desc(), Membership.id.desc())
        .limit(limit)
    )
    if since is not None:
        statement = statement.where(at > since)
    return [(membership, customer) for membership, customer in session.execute(statement)]


def memberships_feed(
    session: Session, *, after: tuple[datetime, int] | None = None, limit: int = 100
) -> list[tuple[Membership, Segment, Customer]]:
    """Every change of membership in the order it happened; `after` is (changed_at, id) of the last one seen."""
    statement = (
        sa.select(Membership, Segment, Customer)
        .join(Segment, Segment.id == Membership.segment_id)
        .join(Customer, Customer.id == Membership.customer_id)
        .order_by(Membership.changed_at, Membership.id)
        .limit(limit)
    )
    if after is not None:
        place = sa.tuple_(Membership.changed_at, Membership.id)
        statement = statement.where(
            place > sa.tuple_(sa.literal(after[0], type_=Membership.changed_at.type), sa.literal(after[1]))
        )
    return [(membership, found, customer) for membership, found, customer in session.execute(statement)]


def memberships_of(session: Session, customer_id: int, *, open_only: bool = False) -> list[tuple[Membership, Segment]]:
    """In which segments a customer is or was, newest first."""
    statement = (
        sa.select(Membership, Segment)
        .join(Segment, Segment.id == Membership.segment_id)
        .where(Membership.customer_id == customer_id)
        .order_by(Membership.valid_to.is_(None).desc(), Membership.valid_from.desc(), Membership.id.desc())
    )
    if open_only:
        statement = statement.where(Membership.valid_to.is_(None))
    return [(membership, found) for membership, found in session.execute(statement)]


def size_at(session: Session, segment_id: int, moments: Sequence[datetime]) -> list[int]:
    """How many customers were in a segment at each of these moments, in one look."""
    if not moments:
        return []
    counts = [
        sa.func.count().filter(
            Membership.valid_from <= moment, sa.or_(Membership.valid_to.is_(None), Membership.valid_to > moment)
        )
        for moment in moments
    ]
    row = session.execute(sa.select(*counts).where(Membership.segment_id == segment_id)).one()
    return [int(count) for count in row]


def size_history(session: Session, segment_id: int, now: datetime, weeks: int = 26) -> list[tuple[datetime, int]]:
    """Size at the end of each of the last weeks, oldest first, `now` last."""
    moments = [now - timedelta(weeks=back) for back in range(weeks, -1, -1)]
    return list(zip(moments, size_at(session, segment_id, moments), strict=True))


def preview_size(session: Session, tree: Tree, now: datetime, *, replaces: Segment | None = None) -> Size:
    """How many customers a tree would hold if it were live now. Writes nothing.

    :param replaces: the segment whose members it is compared with.
    :raises Invalid: when the tree refers to a segment that is not live, or to itself.
    """
    trees = {found.key: found.tree for found in live_segments(session)}
    key = replaces.key if replaces is not None else "?"
    found = matching({**trees, key: tree}, key, now).subquery("matching")
    members = sa.select(sa.func.count()).select_from(found).scalar_subquery()
    permitted = sa.select(sa.func.count()).select_from(consent.permitted("needs", now).subquery()).scalar_subquery()
    everybody = sa.select(sa.func.count()).where(Customer.erased_at.is_(None)).scalar_subquery()
    is_open = sa.and_(
        Membership.segment_id == (replaces.id if replaces is not None else 0), Membership.valid_to.is_(None)
    )
    stay = sa.select(sa.func.count()).where(is_open, Membership.customer_id.in_(sa.select(found.c.customer_id)))
    before = sa.select(sa.func.count()).where(is_open)
    row = session.execute(
        sa.select(members, permitted, everybody, stay.scalar_subquery(), before.scalar_subquery())
    ).one()
    count, allowed, customers, staying, now_inside = (int(value) for value in row)
    return Size(count, allowed, customers, entering=count - staying, leaving=now_inside - staying)


def grouping_allowed(session: Session, now: datetime) -> tuple[int, int]:
    """How many customers allow being grouped by need now, and how many customers there are."""
    permitted = sa.select(sa.func.count()).select_from(consent.permitted("needs", now).subquery()).scalar_subquery()
    everybody = sa.select(sa.func.count()).where(Customer.erased_at.is_(None)).scalar_subquery()
    row = session.execute(sa.select(permitted, everybody)).one()
    return int(row[0]), int(row[1])


def reach(session: Session, segment_id: int, now: datetime) -> Reach:
    """How the members of a segment can be reached now, by consent and by address."""
    offers = consent.permitted("marketing", now).subquery("offers")
    account = sa.select(Account.id).where(
        Account.customer_id == Customer.id, Account.disabled_at.is_(None), Account.confirmed_at.is_not(None)
    )
    closed = (
        sa.select(ConsentState.customer_id)
        .where(ConsentState.customer_id == Customer.id, ConsentState.purpose == "marketing", ConsentState.topic == "*")
        .where(ConsentState.channel == "email", ConsentState.state.in_(("denied", "objected")))
        .exists()
    )
    address = sa.and_(Customer.email.is_not(None), Customer.email_verified_at.is_not(None))
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(account.exists()),
            sa.func.count().filter(address),
            sa.func.count().filter(address, offers.c.customer_id.is_not(None), ~closed),
        )
        .select_from(Membership)
        .join(Customer, Customer.id == Membership.customer_id)
        .outerjoin(offers, offers.c.customer_id == Customer.id)
        .where(Membership.segment_id == segment_id, Membership.valid_to.is_(None))
    ).one()
    return Reach(*(int(count) for count in row))


def causes_since(session: Session, segment_id: int, since: datetime) -> dict[str, dict[str, int]]:
    """How many entered and left since then, by cause: `{"entered": {"signal": 3}, "left": {"consent": 1}}`."""
    found: dict[str, dict[str, int]] = {}
    for name, cause, at in (
        ("entered", Membership.cause, Membership.valid_from), ("left", Membership.end_cause, Membership.valid_to),
    ):  # fmt: skip
        statement: Any = sa.select(cause, sa.func.count()).where(Membership.segment_id == segment_id, at > since)
        found[name] = {row[0]: int(row[1]) for row in session.execute(statement.group_by(cause))}
    return found
