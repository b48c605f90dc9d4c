"""What many customers allow, asked of sets: each condition is one column of ids, in one row of one statement.

One statement sees one state of the ledger. Ids come as one text and are read by numpy: a row for each would take most
of the time. `permissions.permission` says the same of one customer; a property holds the two together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session, aliased

from portal.consent.allowing import facts_of_purpose
from portal.consent.covering import narrower
from portal.consent.models import ConsentState
from portal.consent.parts import CHANNEL, Part
from portal.consent.permissions import PurposeFacts, about
from portal.consent.rules import ANY, PAUSE, STOP
from portal.errors import NotFound
from portal.sentences import Sentence

Ids = NDArray[np.int64]
Column = sa.ColumnElement[Any]
SHUT = ("denied", "objected")
OWN = ("objected", "denied", "unproven", "expired", "void", "granted")
"""What the cell of the purpose itself can say; a customer is in at most one of these sets."""


def purpose_facts(session: Session, key: str, now: datetime, *, channel: str = ANY, topic: str = ANY) -> PurposeFacts:
    """What of a purpose matters for contacts by this channel on this topic.

    :raises NotFound: code `no-such-purpose`.
    """
    found = facts_of_purpose(session, key, now)
    if found is None:
        raise NotFound(Sentence("There is no purpose “%(purpose)s”.", purpose=key), code="no-such-purpose")
    found = replace(found, narrower=narrower(session, key, now) if found.asks else ())
    return about(found, now, channel=channel, topic=topic)


def joined(dialect: str, column: Any, condition: Column | None = None) -> Column:
    """An aggregate: the numbers of a column for which a condition holds, as one text."""
    if dialect == "postgresql":
        made: Any = sa.func.string_agg(sa.cast(column, sa.Text), ",")
    else:
        made = sa.func.group_concat(column)
    return made if condition is None else made.filter(condition)  # type: ignore[no-any-return]


def ids(text: str | None) -> Ids:
    """The numbers of such a text."""
    return np.fromstring(text, dtype=np.int64, sep=",") if text else np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Among:
    """Of whom it is asked, for the conditions: everybody, or a few whose ids are named."""

    few: Sequence[int] | None = None

    def of(self, column: Any) -> list[Column]:
        """The conditions that narrow a statement to them."""
        return [] if self.few is None else [column.in_(self.few)]


def own_cell(dialect: str, purpose: PurposeFacts, now: datetime, among: Among) -> sa.Subquery:
    """One row with a column of ids for each of `OWN`."""
    cell = ConsentState
    granted, over = cell.state == "granted", cell.valid_until <= now
    stands = sa.or_(cell.valid_until.is_(None), cell.valid_until > now)
    version = sa.func.coalesce(cell.notice_version, 0)
    sets: Mapping[str, Column] = {
        "objected": cell.state == "objected",
        "denied": cell.state == "denied",
        "unproven": sa.and_(cell.state.not_in((*SHUT, "granted")), cell.grade == "C"),
        "expired": sa.and_(granted, over),
        "void": sa.and_(granted, stands, version < purpose.void_below),
        "granted": sa.and_(granted, stands, version >= purpose.void_below, *_asked(purpose, now)),
    }
    columns = [joined(dialect, cell.customer_id, condition).label(name) for name, condition in sets.items()]
    here = (cell.purpose == purpose.key, cell.channel == ANY, cell.topic == ANY)
    return sa.select(*columns).where(*here, *among.of(cell.customer_id)).subquery()


def _asked(purpose: PurposeFacts, now: datetime) -> list[Column]:
    """That a yes is newer than the channel or topic this is about, or was said to that very one."""
    return [
        sa.or_(ConsentState.since >= part.added_at, _said_to(purpose.key, part, now))
        for part in (purpose.parts if purpose.asks else ())
    ]


def _said_to(purpose: str, part: Part, now: datetime) -> sa.ColumnElement[bool]:
    own = aliased(ConsentState)
    channel, topic = (part.key, ANY) if part.kind == CHANNEL else (ANY, part.key)
    return sa.exists().where(
        own.customer_id == ConsentState.customer_id,
        own.purpose == purpose,
        own.channel == channel,
        own.topic == topic,
        own.state == "granted",
        own.since >= part.added_at,
        sa.or_(own.valid_until.is_(None), own.valid_until > now),
    )


def other_cells(
    dialect: str, purpose: PurposeFacts, now: datetime, among: Among, *, channel: str, topic: str
) -> list[sa.Subquery]:
    """One row each, with ids of those who stopped everything, switched off a channel or a topic, or pause."""
    cell = ConsentState
    over = sa.and_(cell.state == "granted", cell.valid_until <= now)
    off = sa.or_(cell.state.in_(SHUT), over)
    channel_off = [(purpose.key, channel, ANY)] if channel != ANY else []
    topic_off = [(purpose.key, ANY, topic), (purpose.key, channel, topic)] if topic != ANY else []
    pausing = sa.and_(cell.state == "paused", sa.or_(cell.valid_until.is_(None), cell.valid_until > now))
    return [
        _those(dialect, "stopped", {STOP, (ANY, channel, ANY)}, cell.state.in_(SHUT), among),
        _those(dialect, "stopped_all", {STOP}, cell.state.in_(SHUT), among),
        _those(dialect, "channel_off", channel_off, off, among),
        _those(dialect, "topic_off", topic_off, off, among),
        _those(dialect, "paused", [PAUSE] if purpose.paused_by_pause else [], pausing, among),
    ]


def narrow_cell(dialect: str, purpose: PurposeFacts, among: Among) -> sa.Subquery:
    """One row with the ids of those whose yes was said to words that name less than those of today."""
    cell = ConsentState
    less = sa.and_(cell.state == "granted", sa.func.coalesce(cell.notice_version, 0).in_(purpose.narrower))
    return _those(dialect, "narrow", [(purpose.key, ANY, ANY)], less, among)


def _those(
    dialect: str, name: str, keys: Iterable[tuple[str, str, str]], condition: Column, among: Among
) -> sa.Subquery:
    cell = ConsentState
    here = [sa.and_(cell.purpose == key[0], cell.channel == key[1], cell.topic == key[2]) for key in sorted(keys)]
    which = sa.or_(*here) if here else sa.false()
    column = joined(dialect, cell.customer_id).label(name)
    return sa.select(column).where(which, condition, *among.of(cell.customer_id)).subquery()
