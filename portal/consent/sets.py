"""What many customers allow, asked of sets: each condition is one column of ids, in one row of one statement.

One statement sees one state of the ledger. Ids come as one text and are read by numpy: a row for each would take most
of the time. `permissions.permission` says the same of one customer; a property holds the two together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session, aliased

from portal.consent.allowing import facts_of_purpose, named_unasked
from portal.consent.chain import TERMS
from portal.consent.covering import narrower
from portal.consent.models import ConsentEntry, ConsentState
from portal.consent.notices import covers
from portal.consent.parts import CHANNEL, Part
from portal.consent.permissions import PurposeFacts, about
from portal.consent.rules import ANY, PAUSE, STOP
from portal.db import UtcDateTime
from portal.errors import NotFound
from portal.sentences import Sentence

Ids = NDArray[np.int64]
NOBODY: Ids = np.empty(0, dtype=np.int64)
Column = sa.ColumnElement[Any]
Instant = datetime | sa.BindParameter[datetime]
"""A moment, or a name for one that is bound later: a statement is built once for many moments."""
SHUT = ("denied", "objected")
OWN = ("objected", "denied", "unproven", "expired", "void", "granted")
"""What the cell of the purpose itself can say; a customer is in at most one of these sets."""


def purpose_facts(
    session: Session, key: str, now: datetime, *, channel: str = ANY, topic: str = ANY, whole: bool = False
) -> PurposeFacts:
    """What of a purpose matters for contacts by this channel on this topic.

    :param whole: whether they use all that the words in force name, so that a yes to narrower words does not do.
    :raises NotFound: code `no-such-purpose`.
    """
    found = facts_of_purpose(session, key, now)
    if found is None:
        raise NotFound(Sentence("There is no purpose “%(purpose)s”.", purpose=key), code="no-such-purpose")
    found = replace(found, narrower=narrower(session, key, now) if whole and found.asks else ())
    return about(found, now, channel=channel, topic=topic)


def joined(dialect: str, column: Any, condition: Column | None = None) -> Column:
    """An aggregate: the values of a column for which a condition holds, as one text."""
    if dialect == "postgresql":
        made: Any = sa.func.string_agg(sa.cast(column, sa.Text), ",")
    else:
        made = sa.func.group_concat(column)  # to name its comma would make it slower
    return made if condition is None else made.filter(condition)  # type: ignore[no-any-return]


def ids(text: str | None) -> Ids:
    """The numbers of such a text."""
    return np.fromstring(text, dtype=np.int64, sep=",") if text else NOBODY


def joined_moments(dialect: str, column: Any, condition: Column | None = None) -> Column:
    """The same of instants, for `moments`."""
    if dialect == "postgresql":
        return joined(dialect, sa.cast(sa.func.extract("epoch", column) * 1_000_000, sa.BigInteger), condition)
    return joined(dialect, sa.cast(column, sa.Text), condition)


def moments(dialect: str, text: str | None) -> NDArray[np.int64]:
    """The instants of such a text, in microseconds since 1970."""
    if not text or dialect == "postgresql":
        return ids(text)
    return np.array(text.encode().split(b",")).astype("datetime64[us]").view(np.int64)


def among(column: Any, few: bool) -> list[Column]:
    """The conditions that narrow a statement to a few customers, whose ids are bound as `few`."""
    return [column.in_(sa.bindparam("few", expanding=True))] if few else []


def own_cell(dialect: str, purpose: PurposeFacts, now: Instant, few: bool, *, number: int = 0) -> list[sa.Subquery]:
    """A column of ids for each of `OWN`, in parts of one row; each state is looked for where the index has it.

    `narrow` beside them are those whose yes was said to words that name less than those of today.

    :param number: after the name of each column, for telling those of several purposes apart.
    """
    cell = ConsentState
    here = (cell.purpose == purpose.key, cell.channel == ANY, cell.topic == ANY, *among(cell.customer_id, few))
    says = {
        "objected": [cell.state == "objected"],
        "denied": [cell.state == "denied"],
        "unproven": [cell.state.in_(("open", "paused")), cell.grade == "C"],
    }
    parts = [
        sa.select(joined(dialect, cell.customer_id).label(f"{name}_{number}")).where(*here, *conditions).subquery()
        for name, conditions in says.items()
    ]
    yeses = [
        (sa.null() if which is None else joined(dialect, cell.customer_id, which)).label(f"{name}_{number}")
        for name, which in _yeses(purpose, now).items()
    ]
    return [*parts, sa.select(*yeses).where(*here, cell.state == "granted").subquery()]


def _yeses(purpose: PurposeFacts, now: Instant) -> dict[str, Column | None]:
    """What a yes may still be, and that its words name less than those of today."""
    cell = ConsentState
    stands = sa.or_(cell.valid_until.is_(None), cell.valid_until > now)
    version = sa.func.coalesce(cell.notice_version, 0)
    holds = [version >= purpose.void_below] if purpose.void_below else []
    return {
        "expired": cell.valid_until <= now,
        "void": sa.and_(stands, version < purpose.void_below) if purpose.void_below else None,
        "granted": sa.and_(stands, *holds, *_asked(purpose, now)),
        "narrow": version.in_(purpose.narrower) if purpose.narrower else None,
    }


def side_by_side(parts: Iterable[sa.Subquery]) -> sa.Select[Any]:
    """Questions that give one row each, as one that gives all their columns in one row."""
    first, *others = parts
    together: Any = first
    for part in others:
        together = together.join(part, sa.true())
    return sa.select(*(column for part in (first, *others) for column in part.c)).select_from(together)


def _asked(purpose: PurposeFacts, now: Instant) -> list[Column]:
    """That a yes is newer than the channel or topic this is about, or was said to that very one."""
    return [
        sa.or_(ConsentState.since >= part.added_at, _said_to(purpose.key, part, now))
        for part in (purpose.parts if purpose.asks else ())
    ]


def _said_to(purpose: str, part: Part, now: Instant) -> sa.ColumnElement[bool]:
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
    dialect: str, purpose: PurposeFacts, now: Instant, few: bool, *, channel: str, topic: str
) -> list[sa.Subquery]:
    """One row each, with ids of those who stopped everything, or switched off a channel or a topic."""
    cell = ConsentState
    over = sa.and_(cell.state == "granted", cell.valid_until <= now)
    off = sa.or_(cell.state.in_(SHUT), over)
    channel_off = [(purpose.key, channel, ANY)] if channel != ANY else []
    topic_off = [(purpose.key, ANY, topic), (purpose.key, channel, topic)] if topic != ANY else []
    return [
        _those(dialect, "stopped", {STOP, (ANY, channel, ANY)}, cell.state.in_(SHUT), few),
        _those(dialect, "stopped_all", {STOP}, cell.state.in_(SHUT), few),
        _those(dialect, "channel_off", channel_off, off, few),
        _those(dialect, "topic_off", topic_off, off, few),
    ]


def covering_less(
    session: Session,
    purpose: PurposeFacts,
    uses: Sequence[str],
    now: datetime,
    few: Sequence[int] | None,
    everybody: Ids,
) -> Ids:
    """Those of whose data not all of these uses are covered, as `allows` says it of one: by what each yes named.

    :param uses: data and recipients, as the words name them. :param few: ids of those asked about; None for everybody.
    """
    if not purpose.asks:
        return NOBODY if covers(named_unasked(session, purpose.key, now), uses) else everybody
    statement = _scopes(session.get_bind().dialect.name, few is not None)
    bound = {"purpose": purpose.key} | ({} if few is None else {"few": few})
    rows = session.connection().execute(statement, bound)
    less = [ids(text) for *named, text in rows if not covers(dict(zip(TERMS, named, strict=True)), uses)]
    return np.concatenate([NOBODY, *less])


@lru_cache
def _scopes(dialect: str, few: bool) -> sa.Executable:
    """Whose yes stands, by what it named."""
    cell, entry = ConsentState, ConsentEntry
    named = [sa.func.coalesce(entry.scope[name].as_string(), "") for name in TERMS]
    here = (cell.purpose == sa.bindparam("purpose"), cell.channel == ANY, cell.topic == ANY, cell.state == "granted")
    those = sa.select(*named, joined(dialect, cell.customer_id)).outerjoin(entry, entry.global_seq == cell.entry_id)
    return those.where(*here, *among(cell.customer_id, few)).group_by(*named)


@lru_cache
def pausing(dialect: str, few: bool) -> sa.Executable:
    """Who pauses at the bound `now`: those who do until something else is said; the others, and until when each."""
    cell, now = ConsentState, sa.bindparam("now", type_=UtcDateTime())
    here = (cell.purpose == PAUSE[0], cell.channel == PAUSE[1], cell.topic == PAUSE[2], cell.state == "paused")
    ends, stands = cell.valid_until, cell.valid_until > now
    return sa.select(
        joined(dialect, cell.customer_id, ends.is_(None)),
        joined(dialect, cell.customer_id, stands),
        joined_moments(dialect, ends, stands),
    ).where(*here, *among(cell.customer_id, few))


def _those(dialect: str, name: str, keys: Iterable[tuple[str, str, str]], condition: Column, few: bool) -> sa.Subquery:
    cell = ConsentState
    here = [sa.and_(cell.purpose == key[0], cell.channel == key[1], cell.topic == key[2]) for key in sorted(keys)]
    which = sa.or_(*here) if here else sa.false()
    column = joined(dialect, cell.customer_id).label(name)
    return sa.select(column).where(which, condition, *among(cell.customer_id, few)).subquery()
