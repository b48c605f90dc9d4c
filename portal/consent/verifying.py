"""Checks that the ledger is as it was written: every entry, every state, the words, and what was signed of it.

Rows are read as plain columns, customer by customer, and each is hashed once; only where something does not follow is
it asked what happened.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts import Customer
from portal.consent.chain import ORDERED, instant_again, words_hash, written_again, written_grade
from portal.consent.faults import Fault, Head, Line, faults_in
from portal.consent.models import ConsentEntry, ConsentState, Notice
from portal.consent.notices import words_of
from portal.consent.rules import Cell, Key, after, brought

BATCH = 500
"""Customers read in one go."""
INSTANTS = ("occurred_at", "recorded_at", "valid_until")
BESIDE = ("entry_hash", "evidence", "evidence_salt", "evidence_sha256", "global_seq")
PLACE = {name: index for index, name in enumerate(ORDERED)}
SCOPE, GRADE, OCCURRED, RECORDED, UNTIL = (PLACE[name] for name in ("scope", "grade", *INSTANTS))
PURPOSE, CHANNEL, TOPIC = (PLACE[name] for name in ("purpose", "channel", "topic"))
CUSTOMER, SEQ, ACTION, VERSION = (PLACE[name] for name in ("customer_id", "seq", "action", "notice_version"))
WIDTH = len(ORDERED)
STATE = [
    ConsentState.__table__.c[name]
    for name in (
        "customer_id purpose channel topic "  # the key
        "state seq entry_id since notice_version earlier_words valid_until grade"
    ).split()
]
"""The key of a cell, then its values in the order of `Cell`."""
Range = tuple[sa.ColumnElement[bool], ...]


class Said(NamedTuple):
    """One entry with what it brings to its cell."""

    line: Line
    key: Key
    action: str
    occurred_at: Any
    cell: Cell


def verify(
    session: Session, customer_id: int | None = None, *, signed: Mapping[int, Head] | None = None
) -> list[Fault]:
    """Every fault in the ledger of one customer, or of all, and in the published words.

    :param signed: by customer, position and hash of the newest entry when the heads were signed last. Without it,
        entries cut off at the end are found only when a state still names them.
    """
    heads = signed or {}
    if customer_id is not None:
        theirs = (sa.literal_column("customer_id") == customer_id,)
        return _faults_of(session, theirs, {customer_id: heads[customer_id]} if customer_id in heads else {})[0]
    found, seen = _faults_of_notices(session), set[int]()
    for some in _ranges(session):
        faults, customers = _faults_of(session, some, heads)
        found += faults
        seen |= customers
    for number in sorted(heads.keys() - seen):
        found += faults_in(number, [], heads[number])
    return found


def _ranges(session: Session) -> Iterator[Range]:
    """Conditions that together cover every customer, those too that have entries but no row of their own."""
    column: sa.ColumnElement[int] = sa.literal_column("customer_id", sa.Integer)
    last = -(2**31)
    while True:
        some = sa.select(Customer.id).where(Customer.id > last).order_by(Customer.id).limit(BATCH).subquery()
        highest = session.scalar(sa.select(sa.func.max(some.c.id)))
        if highest is None:
            yield (column > last,)
            return
        yield (column > last, column <= highest)
        last = highest


def _faults_of(session: Session, some: Range, heads: Mapping[int, Head]) -> tuple[list[Fault], set[int]]:
    """What is wrong with some customers, and which customers were looked at: those with entries or states."""
    stored: dict[int, dict[Key, Cell]] = {}
    for number, purpose, channel, topic, *cell in session.execute(sa.select(*STATE).where(*some)):
        stored.setdefault(number, {})[(purpose, channel, topic)] = Cell(*cell)
    rows = session.execute(_columns(session).where(*some)).all()
    found: list[Fault] = []
    seen: set[int] = set()
    for number, theirs in groupby(rows, key=lambda row: row[CUSTOMER]):
        said = [_said(row) for row in theirs]
        seen.add(number)
        found += faults_in(number, [one.line for one in said], heads.get(number))
        found += _faults_of_states(number, _replayed(said), stored.get(number, {}))
    for number in sorted(stored.keys() - seen):
        seen.add(number)
        found += faults_in(number, [], heads.get(number))
        found += _faults_of_states(number, {}, stored[number])
    return found, seen


def _columns(session: Session) -> sa.Select[Any]:
    """The entries as plain columns, instants and scope as the database writes them."""
    table = ConsentEntry.__table__
    columns = [table.c[name] for name in (*ORDERED, *BESIDE)]
    for place in (OCCURRED, RECORDED, UNTIL):
        columns[place] = _instant_as_text(session, columns[place]).label(ORDERED[place])
    columns[SCOPE] = sa.cast(columns[SCOPE], sa.Text).label("scope")
    return sa.select(*columns).order_by(table.c.customer_id, table.c.seq)


def _instant_as_text(session: Session, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if session.get_bind().dialect.name == "postgresql":
        return sa.func.to_char(sa.func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
    return sa.cast(column, sa.Text)


def _said(row: sa.Row[Any]) -> Said:
    values = list(row[:WIDTH])
    entry_hash, evidence, salt, proof, entry_id = row[WIDTH:]
    values[SCOPE], scope = written_again(values[SCOPE])
    values[OCCURRED], occurred_at = instant_again(values[OCCURRED])
    values[RECORDED], recorded_at = instant_again(values[RECORDED])
    values[UNTIL], until = instant_again(values[UNTIL])
    values[GRADE] = written_grade(grade := values[GRADE])
    return Said(
        Line(values, entry_hash, evidence, salt, proof),
        (values[PURPOSE], values[CHANNEL], values[TOPIC]),
        values[ACTION],
        occurred_at,
        _brought(values[SEQ], entry_id, recorded_at, values[VERSION], until, grade, scope),  # type: ignore[arg-type]
    )


def _brought(seq: int, entry_id: int, at: datetime, *others: Any) -> Cell:
    """As `rules.brought`; a `since` that is no instant can only come from somebody else's hand, and fits no hash."""
    try:
        return brought(seq, entry_id, at, *others)
    except (TypeError, ValueError):
        return Cell("open", seq, entry_id, at)


def _replayed(entries: list[Said]) -> dict[Key, Cell]:
    """The states that follow from a customer's entries, given by `seq`."""
    cells: dict[Key, Cell] = {}
    for _line, key, action, occurred_at, particulars in entries:
        cell = after(cells.get(key), action, particulars, occurred_at=occurred_at)
        if cell is not None:
            cells[key] = cell
    return cells


def _faults_of_states(customer_id: int, due: dict[Key, Cell], stored: dict[Key, Cell]) -> list[Fault]:
    if due == stored:
        return []
    return [
        Fault(customer_id, (stored.get(key) or due[key]).seq, "state", " × ".join(key))
        for key in sorted({*due, *stored})
        if due.get(key) != stored.get(key)
    ]


def _faults_of_notices(session: Session) -> list[Fault]:
    published = sa.select(Notice).where(Notice.published_at.is_not(None))
    return [
        Fault(None, row.version, "notice", f"{row.purpose_key} {row.version} {row.language}")
        for row in session.scalars(published, execution_options={"populate_existing": True})
        if row.sha256 not in (words_hash(words_of(row)), words_hash(words_of(row), first_kind=True))
    ]
