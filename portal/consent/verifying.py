"""Checks that the ledger is as it was written: edits, gaps, moved entries, exchanged proof, wrong states."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.consent.chain import Fault, faults_in, words_hash
from portal.consent.models import ConsentEntry, ConsentState, Notice
from portal.consent.notices import words_of
from portal.consent.queries import cell_of, changed_by
from portal.consent.rules import Cell, Key, after

BATCH = 500


def verify(session: Session, customer_id: int | None = None) -> list[Fault]:
    """Every fault in the ledger of one customer, or of all, and in the published words.

    Entries cut off at the end are found when a state still names them; a forger who also changes the states is found
    only by comparing with a signed head kept elsewhere.
    """
    found = _faults_of_notices(session) if customer_id is None else []
    for ids in [[customer_id]] if customer_id is not None else _customers(session):
        found += _faults_of(session, ids)
    return found


def _customers(session: Session) -> Iterator[list[int]]:
    last = 0
    while True:
        statement = select(ConsentEntry.customer_id).where(ConsentEntry.customer_id > last).distinct()
        ids = list(session.scalars(statement.order_by(ConsentEntry.customer_id).limit(BATCH)))
        with_state = select(ConsentState.customer_id).where(ConsentState.customer_id > last).distinct()
        ids = sorted({*ids, *session.scalars(with_state.order_by(ConsentState.customer_id).limit(BATCH))})[:BATCH]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _faults_of(session: Session, ids: list[int]) -> list[Fault]:
    fresh: dict[str, Any] = {"populate_existing": True}
    chosen = select(ConsentEntry).where(ConsentEntry.customer_id.in_(ids))
    entries: dict[int, list[ConsentEntry]] = {number: [] for number in ids}
    for row in session.scalars(chosen.order_by(ConsentEntry.customer_id, ConsentEntry.seq), execution_options=fresh):
        entries[row.customer_id].append(row)
    states: dict[int, dict[Key, Cell]] = {number: {} for number in ids}
    for state in session.scalars(
        select(ConsentState).where(ConsentState.customer_id.in_(ids)), execution_options=fresh
    ):
        states[state.customer_id][(state.purpose, state.channel, state.topic)] = cell_of(state)
    found: list[Fault] = []
    for number in ids:
        found += faults_in(number, ({**vars(row)} for row in entries[number]))
        found += _faults_of_states(number, replay(entries[number]), states[number])
    return found


def replay(entries: Sequence[ConsentEntry]) -> dict[Key, Cell]:
    """The states that follow from a customer's entries, given by `seq`."""
    cells: dict[Key, Cell] = {}
    for row in entries:
        key = (row.purpose, row.channel, row.topic)
        cell = after(cells.get(key), row.action, changed_by(row), occurred_at=row.occurred_at)
        if cell is not None:
            cells[key] = cell
    return cells


def _faults_of_states(customer_id: int, due: dict[Key, Cell], stored: dict[Key, Cell]) -> list[Fault]:
    return [
        Fault(customer_id, (stored.get(key) or due[key]).seq, "state", " × ".join(key))
        for key in sorted({*due, *stored})
        if due.get(key) != stored.get(key)
    ]


def _faults_of_notices(session: Session) -> list[Fault]:
    published = session.scalars(select(Notice).where(Notice.published_at.is_not(None)))
    return [
        Fault(None, row.version, "notice", f"{row.purpose_key} {row.version} {row.language}")
        for row in published
        if words_hash(words_of(row)) != row.sha256
    ]
