"""Writes many acts of many customers to the ledger at once, for files: the same entries, states and deliveries.

What `actions.record` asks the database for each act is asked once for all of them here, and written with a few
statements. The order is kept: what comes first in the list has the lower position, of a customer and of the whole.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import db, writing
from portal.consent.chain import START
from portal.consent.models import ACTIONS, ConsentEntry, ConsentState, Notice, Purpose
from portal.consent.passing import begin_entry, pass_all_on
from portal.consent.published import notice_in_force
from portal.consent.rules import AFFIRMATIVE, Cell, Key, NewEntry, after, brought, check
from portal.consent.several import cells_of_several
from portal.consent.writing import Whose, check_notice, check_purpose, entry_values

ENTRIES: Any = ConsentEntry.__table__
STATES: Any = ConsentState.__table__
NUMBER = "global_seq"
LAST = sa.select(sa.func.max(ENTRIES.c[NUMBER]))
PLACE = ("customer_id", "purpose", "channel", "topic")
OF_A_CELL = ("state", "seq", "entry_id", "since", "notice_version", "earlier_words", "valid_until", "grade")


class Written(NamedTuple):
    """Where an act stands in its customer's ledger, and the number of its entry."""

    seq: int
    entry_id: int


def record_all(session: Session, acts: Sequence[tuple[Whose, NewEntry]], *, now: datetime) -> list[Written]:
    """Append these acts in their order, as `record` would one by one, and bring the cells up to date.

    The customers must be locked already, and no act may have an event that the ledger has.

    :raises Invalid: like `record`; then nothing of it may be committed.
    """
    if not acts:
        return []
    begin_entry(session)
    rows = _values(session, acts, now)
    numbers = _insert(session, rows)
    written = [Written(row["seq"], number) for row, number in zip(rows, numbers, strict=True)]
    _bring_up_to_date(session, rows, written)
    pass_all_on(session, ((who.ref, row, number) for (who, _), row, number in zip(acts, rows, numbers, strict=True)))
    return written


def _insert(session: Session, rows: list[dict[str, Any]]) -> list[int]:
    """Insert these entries in their order; gives their numbers."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        insert = sa.insert(ENTRIES).returning(ENTRIES.c.global_seq, sort_by_parameter_order=True)
        return list(connection.scalars(insert, rows))
    first = (connection.scalar(LAST) or 0) + 1  # SQLite has one writer, and would give the same numbers
    for number, row in enumerate(rows, first):
        row[NUMBER] = number
    writing.insert_many(session, ConsentEntry, rows)
    return list(range(first, first + len(rows)))


def _values(session: Session, acts: Sequence[tuple[Whose, NewEntry]], now: datetime) -> list[dict[str, Any]]:
    purposes = {one.key: one for one in session.scalars(sa.select(Purpose))}
    words = _Words(session, now, {entry.notice_id for _, entry in acts if entry.notice_id is not None})
    newest = _newest(session, {customer.id for customer, _ in acts})
    rows = []
    for customer, entry in acts:
        check(entry, actions=ACTIONS, now=now)
        purpose = purposes.get(entry.purpose)
        check_purpose(entry, purpose)
        row = entry_values(customer, entry, newest.get(customer.id, (0, START)), purpose, words.of(entry, purpose), now)
        newest[customer.id] = (row["seq"], row["entry_hash"])
        rows.append(row)
    return rows


class _Words:
    """The words that acts name, and those in force for a yes that names none."""

    def __init__(self, session: Session, now: datetime, named: Iterable[int]) -> None:
        self._session, self._now = session, now
        self._named = {one.id: one for one in session.scalars(sa.select(Notice).where(Notice.id.in_(named)))}
        self._in_force: dict[tuple[str, str, datetime], Notice | None] = {}

    def of(self, entry: NewEntry, purpose: Purpose | None) -> Notice | None:
        """The words of one act.

        :raises Invalid: code `bad-notice`.
        """
        if entry.notice_id is not None:
            return check_notice(self._named.get(entry.notice_id), purpose, self._now)
        if purpose is None or entry.action not in AFFIRMATIVE or entry.again is not None:
            return None
        wanted = (purpose.key, entry.language, entry.occurred_at or self._now)
        if wanted not in self._in_force:
            self._in_force[wanted] = notice_in_force(self._session, *wanted[:2], now=wanted[2])
        return self._in_force[wanted]


def _newest(session: Session, ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Position and hash of the newest entry of each customer who has any."""
    theirs = sa.select(ENTRIES.c.customer_id, sa.func.max(ENTRIES.c.seq).label("seq"))
    last = theirs.where(db.among(ENTRIES.c.customer_id, ids)).group_by(ENTRIES.c.customer_id).subquery()
    same = sa.and_(ENTRIES.c.customer_id == last.c.customer_id, ENTRIES.c.seq == last.c.seq)
    found = session.execute(sa.select(ENTRIES.c.customer_id, ENTRIES.c.seq, ENTRIES.c.entry_hash).join(last, same))
    return {customer_id: (seq, entry_hash) for customer_id, seq, entry_hash in found}


def _bring_up_to_date(session: Session, rows: Sequence[dict[str, Any]], written: Sequence[Written]) -> None:
    before = cells_of_several(session, {row["customer_id"] for row in rows})
    now_: dict[tuple[int, Key], Cell] = {}
    for row, (seq, number) in zip(rows, written, strict=True):
        key = (row["purpose"], row["channel"], row["topic"])
        place = (row["customer_id"], key)
        stood = now_.get(place, before[row["customer_id"]].get(key))
        changed = brought(
            seq, number, row["recorded_at"], row["notice_version"], row["valid_until"], row["grade"], row["scope"]
        )
        cell = after(stood, row["action"], changed, occurred_at=row["occurred_at"])
        if cell is not None and cell != stood:
            now_[place] = cell
    fresh, known = [], []
    for place, cell in now_.items():
        values = {name: getattr(cell, name) for name in OF_A_CELL}
        here = {"customer_id": place[0], "purpose": place[1][0], "channel": place[1][1], "topic": place[1][2]}
        if place[1] in before[place[0]]:
            known.append(values | {f"of_{name}": value for name, value in here.items()})
        else:
            fresh.append(values | here)
    _store(session, fresh, known)


def _store(session: Session, fresh: list[dict[str, Any]], known: list[dict[str, Any]]) -> None:
    connection = session.connection()
    writing.insert_many(session, ConsentState, fresh)
    if known:
        here = [STATES.c[name] == sa.bindparam(f"of_{name}") for name in PLACE]
        connection.execute(sa.update(STATES).where(*here), known)
    for one in list(session.identity_map.values()):
        if isinstance(one, ConsentState):
            session.expire(one)
