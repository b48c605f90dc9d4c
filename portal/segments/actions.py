"""Everything that defines a segment and moves it through its life: draft, live, retired."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import db
from portal.errors import Conflict, NotFound
from portal.segments.models import Contest, Membership, Segment, SegmentDefinition
from portal.segments.queries import live_segments, segment
from portal.segments.rules import Tree, in_order, parents_in
from portal.segments.schemas import SegmentSchema, checked_tree
from portal.segments.telling import tell_left
from portal.sentences import Sentence


def define(session: Session, *, key: str, name: str, why: str, tree: Tree, by: str, now: datetime) -> Segment:
    """Write down a new segment as a draft; nobody is placed before it goes live.

    :raises marshmallow.ValidationError: when the tree is not well formed.
    :raises Conflict: when the key is taken. :raises Invalid: when it refers to a segment that is not live.
    """
    values = SegmentSchema().load({"key": key, "name": name, "why": why, "tree": tree})
    _check_parents(session, key, values["tree"])
    if session.scalar(sa.select(Segment.id).where(Segment.key == key)) is not None:
        raise Conflict(Sentence("There is a segment called “%(key)s” already.", key=key), code="segment-exists")
    made = Segment(
        key=key, name=values["name"], why=values["why"], state="draft", version=1, created_at=now, created_by=by
    )
    session.add(made)
    session.flush()
    _add_definition(session, made, values["tree"], by, now)
    return made


def redefine(
    session: Session, key: str, *, tree: Tree, by: str, now: datetime, name: str | None = None, why: str | None = None
) -> Segment:
    """Give a segment a new version of its definition; if it is live, the next run of the job places everybody anew.

    :raises Conflict: when the segment is retired.
    """
    found = segment(session, key)
    if found.state == "retired":
        raise Conflict("A retired segment stays as it was. Clone it instead.", code="segment-retired")
    tree = checked_tree(tree)
    _check_parents(session, key, tree)
    found.version += 1
    found.placed_at = None
    found.name, found.why = name or found.name, found.why if why is None else why
    _add_definition(session, found, tree, by, now)
    return found


def go_live(session: Session, key: str, *, now: datetime) -> Segment:
    """Let a draft place customers from the next run of the job on.

    :raises Conflict: when it is not a draft.
    """
    found = segment(session, key)
    if found.state != "draft":
        raise Conflict("Only a draft can go live.", code="not-a-draft")
    found.state, found.placed_at, found.swept_at = "live", None, None
    session.flush()
    in_order({live.key: live.tree for live in live_segments(session)})
    return found


def retire(session: Session, key: str, *, now: datetime) -> Segment:
    """End a segment: its memberships close, its definition and history stay readable.

    :raises Conflict: when a live segment is built on it.
    """
    found = segment(session, key)
    children = [live.name for live in live_segments(session) if key in parents_in(live.tree)]
    if children:
        raise Conflict(
            Sentence("“%(children)s” is built on this segment. Change or retire that one first.", children=children[0]),
            code="segment-in-use",
        )
    found.state, found.retired_at = "retired", found.retired_at or now
    inside = sa.and_(Membership.segment_id == found.id, Membership.valid_to.is_(None))
    ids = list(session.scalars(sa.select(Membership.id).where(inside).order_by(Membership.id)))
    session.execute(sa.update(Membership).where(inside).values(valid_to=now, end_cause="definition", changed_at=now))
    tell_left(session, ids, now)
    session.flush()
    return found


def contest(session: Session, customer_id: int, membership_id: int, *, said: str, now: datetime) -> bool:
    """Write down that a customer says a group is not them, once per membership.

    :param said: their reason, may be empty.
    :returns: whether it is new. :raises NotFound: when it is not a membership of theirs.
    """
    found = session.get(Membership, membership_id)
    if found is None or found.customer_id != customer_id:
        raise NotFound("There is no such group of yours.", code="no-such-membership")
    row = {"membership_id": membership_id, "customer_id": customer_id, "said": said, "at": now}
    return bool(db.insert_new(session, Contest, [row]))


def _check_parents(session: Session, key: str, tree: Tree) -> None:
    trees = {live.key: live.tree for live in live_segments(session)}
    in_order({**trees, key: tree})


def _add_definition(session: Session, found: Segment, tree: Tree, by: str, now: datetime) -> None:
    session.add(SegmentDefinition(segment_id=found.id, version=found.version, tree=tree, created_at=now, created_by=by))
    session.flush()
