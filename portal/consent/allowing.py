"""May we? The question asked most: about one customer and one purpose, in one statement, fresh from the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam
from sqlalchemy.orm import Session

from portal.consent.covering import last_addition, narrower
from portal.consent.models import ConsentEntry, ConsentState, Purpose
from portal.consent.notices import covers
from portal.consent.parts import parts_of
from portal.consent.permissions import Permission, PurposeFacts, is_owed, permission, without
from portal.consent.published import notice_in_force
from portal.consent.queries import standing_of
from portal.consent.rules import ANY, Cell, Key
from portal.db import plainly

_STATEMENT = (
    standing_of(
        Purpose.key, Purpose.asks, Purpose.lawful_basis, Purpose.retired_at, Purpose.part_dates, Purpose.data_used,
        Purpose.recipients, Purpose.carries,
        ConsentState.purpose, ConsentState.channel, ConsentState.topic, ConsentState.state, ConsentState.seq,
        ConsentState.entry_id, ConsentState.since, ConsentState.notice_version, ConsentState.earlier_words,
        ConsentState.valid_until, ConsentState.grade, last_addition().label("added"),
    )
    .where(Purpose.key == bindparam("only"))
)  # fmt: skip
"""Plain columns: objects would cost more than all the rules of a decision."""


def allows(
    session: Session, customer_id: int, purpose: str, *, now: datetime, channel: str = ANY, topic: str = ANY,
    uses: Sequence[str] | None = (),
) -> Permission:  # fmt: skip
    """Whether a customer lets us use their data for a purpose, by this channel and on this topic, at `now`.

    Absence is not consent. A pause counts for purposes under which we write on our own account.

    :param uses: the data and the recipients this use is about, as the words name them. A yes covers what its own words
        named: whatever they did not is `out-of-scope`, however the words of today go. None stands for all that the
        words of today name: who does not say what they use is taken to use that.
    """
    rows = _rows(session, customer_id, purpose, now)
    if not rows:
        return permission(None, {}, now=now, channel=channel, topic=topic)
    answer = permission(_facts(rows[0], now), _cells(rows), now=now, channel=channel, topic=topic)
    if uses is None:
        return without(answer, "out-of-scope") if _covers_less(session, rows[0], answer, now) else answer
    if not uses:
        return answer
    return answer if covers(_covered(session, rows[0], answer, now), uses) else without(answer, "out-of-scope")


def facts_of_purpose(session: Session, key: str, now: datetime) -> PurposeFacts | None:
    """What of a purpose matters for a permission; None when there is none of this name."""
    rows = _rows(session, 0, key, now)
    return _facts(rows[0], now) if rows else None


def _covers_less(session: Session, purpose: Row[Any], answer: Permission, now: datetime) -> bool:
    """Whether a yes that stands was said to words that name less than those of today."""
    version = answer.notice_version or 0
    if not purpose.asks or answer.state != "granted" or version >= (purpose.added or 0):
        return False
    return version in narrower(session, purpose.key, now)


def _rows(session: Session, customer_id: int, purpose: str, now: datetime) -> Sequence[Row[Any]]:
    return plainly(session).execute(_STATEMENT, {"customer": customer_id, "at": now, "only": purpose}).all()


def _facts(row: Row[Any], now: datetime) -> PurposeFacts:
    return PurposeFacts(
        key=row.key,
        asks=row.asks,
        paused_by_pause=row.paused,
        retired=row.retired_at is not None and row.retired_at <= now,
        void_below=row.below or 0,
        parts=parts_of(row.part_dates),
        carries=tuple(row.carries),
        owed=is_owed(row.asks, row.lawful_basis),
    )


def _cells(rows: Sequence[Row[Any]]) -> dict[Key, Cell]:
    return {
        (row.purpose, row.channel, row.topic): Cell(
            row.state, row.seq, row.entry_id, row.since, row.notice_version, row.earlier_words, row.valid_until,
            row.grade,
        )
        for row in rows
        if row.purpose is not None
    }  # fmt: skip


def _covered(session: Session, purpose: Row[Any], answer: Permission, now: datetime) -> dict[str, Any]:
    """What is covered: by the yes where we ask for one, else by what is named for everybody."""
    if not purpose.asks:
        return named_unasked(session, purpose.key, now)
    entry = session.get(ConsentEntry, answer.entry_id) if answer.entry_id else None
    return entry.scope if entry else {}


def named_unasked(session: Session, purpose: str, now: datetime) -> dict[str, Any]:
    """What is covered where we do not ask: what the words in force name, or without words the purpose as it is."""
    named = notice_in_force(session, purpose, now=now) or session.get_one(Purpose, purpose)
    return {"data_used": named.data_used, "recipients": named.recipients}
