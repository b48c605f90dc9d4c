"""Carries out what a difference shows, and takes it back: customer by customer, each under their lock."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, live, needs, segments
from portal.accounts import Customer
from portal.consent import ANY, Cell, ConsentEntry, Key, NewEntry
from portal.importing.models import ConsentBatch, ConsentBatchRow
from portal.importing.reading import Bench, Line, who_is
from portal.importing.rules import Claim, way_back

NEEDS = "needs"
CHUNK = 200
"""Rows carried out in one transaction."""
SYSTEM = "import"


@dataclass(frozen=True)
class Hand:
    """Who carries out, for which batch, with what."""

    batch: ConsentBatch
    key: str
    now: datetime


def apply(
    engine: Engine, batch_id: int, *, key: str, clock: Callable[[], datetime], should_stop: Callable[[], bool]
) -> int:
    """Write what the difference of a batch shows, as far as it still holds; gives how many rows were looked at.

    Each row is judged again: what became stricter meanwhile counts, and no yes is written that was not shown as one.
    """
    return _in_chunks(engine, batch_id, "applying", "applied", _apply_chunk, key=key, clock=clock, stop=should_stop)


def undo(
    engine: Engine, batch_id: int, *, key: str, clock: Callable[[], datetime], should_stop: Callable[[], bool]
) -> int:
    """Take back what a batch wrote, by new entries; gives how many rows were looked at.

    A cell that anything changed since stays as it is.
    """
    return _in_chunks(engine, batch_id, "undoing", "undone", _undo_chunk, key=key, clock=clock, stop=should_stop)


def _in_chunks(
    engine: Engine, batch_id: int, during: str, then: str, step: Callable[[Session, Hand], int], *, key: str,
    clock: Callable[[], datetime], stop: Callable[[], bool],
) -> int:  # fmt: skip
    done = 0
    while not stop():
        with db.writing(engine) as session:
            batch = session.get_one(ConsentBatch, batch_id, with_for_update=True)
            if batch.state != during:
                return done
            count = step(session, Hand(batch, key, clock()))
            batch.done += count
            done += count
            if not count:
                batch.state = then
                return done
    return done


def _apply_chunk(session: Session, hand: Hand) -> int:
    rows = _rows(session, hand.batch.id, ConsentBatchRow.result.is_(None))
    customers = _locked(session, [row for row in rows if row.event_id])
    bench = Bench(session, key=hand.key, now=hand.now)
    bench.know(session, {customer_id: who_is(customer) for customer_id, customer in customers.items()})
    known = consent.known_events(session, [row.event_id for row in rows if row.event_id])
    for customer_id, theirs in _by_customer(rows):
        fresh = [row for row in theirs if row.event_id is not None and row.event_id not in known]
        if fresh and customer_id in customers:
            write = partial(_write, session, hand, bench, customers[customer_id], fresh)
            _with_effect(session, customers[customer_id], fresh, hand.now, write)
        for row in theirs:
            row.result = row.result or "nothing"
    session.flush()
    return len(rows)


def _locked(session: Session, rows: Sequence[ConsentBatchRow]) -> dict[int, Customer]:
    """The customers of these rows, each locked, in the order of their ids; nobody erased meanwhile."""
    ids = sorted({row.customer_id for row in rows if row.customer_id is not None})
    locked = [accounts.lock_customer(session, customer_id) for customer_id in ids]
    return {customer.id: customer for customer in locked if customer.erased_at is None}


def _rows(session: Session, batch_id: int, *which: sa.ColumnElement[bool]) -> Sequence[ConsentBatchRow]:
    """The next rows of a batch, those of one customer together, so that no customer is cut in two."""
    of = (ConsentBatchRow.batch_id == batch_id, *which)
    first = sa.select(ConsentBatchRow.id).where(*of).order_by(ConsentBatchRow.line).limit(CHUNK).subquery()
    owners = sa.select(ConsentBatchRow.customer_id).where(ConsentBatchRow.id.in_(sa.select(first.c.id)))
    together = sa.or_(ConsentBatchRow.id.in_(sa.select(first.c.id)), ConsentBatchRow.customer_id.in_(owners))
    chosen = sa.select(ConsentBatchRow).where(*of, together)
    return session.scalars(chosen.order_by(ConsentBatchRow.customer_id, ConsentBatchRow.line)).all()


def _by_customer(rows: Sequence[ConsentBatchRow]) -> Iterator[tuple[int, list[ConsentBatchRow]]]:
    for customer_id, theirs in groupby(rows, key=lambda row: row.customer_id or 0):
        yield customer_id, list(theirs)


def _with_effect(
    session: Session, customer: Customer, rows: Sequence[ConsentBatchRow], now: datetime, write: Callable[[], int]
) -> None:
    """Write, and let it take effect at once: signals, memberships, open pages."""
    matters = any(row.purpose in (NEEDS, ANY) for row in rows)
    before = matters and bool(consent.allows(session, customer.id, NEEDS, now=now))
    if not write():
        return
    after = matters and bool(consent.allows(session, customer.id, NEEDS, now=now))
    if before and not after:
        needs.end_signals(session, customer.id, cause="consent", now=now)
    elif after and not before:
        needs.rest_signals(session, customer.id, now=now, earlier_words=False)
    if before != after:
        segments.place_customer(session, customer.id, cause="consent", now=now)
    told = {"purposes": sorted({row.purpose for row in rows})}
    live.tell(session, customer.id, "consent-changed", told, now)


def _write(session: Session, hand: Hand, bench: Bench, customer: Customer, rows: Sequence[ConsentBatchRow]) -> int:
    """Write what still holds of one customer's rows; gives how many entries."""
    written = 0
    for row in rows:
        line = _line(row, customer)
        before = bench.cell(customer.id, line.key)
        verdict = bench.judge(line)
        if verdict.action is None or (verdict.action == "granted" and row.becomes != "granted"):
            row.reason = verdict.reason or row.reason
            continue
        entry = consent.record(session, customer, _entry(row, verdict.action, hand.batch), now=hand.now)
        bench.written(customer.id, line.key, entry)
        row.result, row.entry_seq, row.before = "written", entry.seq, _kept(before)
        written += 1
    return written


def _line(row: ConsentBatchRow, customer: Customer) -> Line:
    proof = {"source": row.source, "wording": row.wording, "evidence": row.evidence}
    return Line(
        row.line, row.row_sha256, key=(row.purpose, row.channel, row.topic), proof=proof, customer=who_is(customer),
        claim=Claim(row.act, row.claimed_at, row.grade or "C"),
    )  # fmt: skip


def _entry(row: ConsentBatchRow, action: str, batch: ConsentBatch) -> NewEntry:
    """The act a row stands for, with where it came from as its evidence."""
    said = [
        f"{batch.ref} {batch.file_name} row {row.line} sha256 {row.row_sha256}",
        f"file sha256 {batch.file_sha256}",
        f"grade {row.grade}",
        *(f"{name} {text}" for name in ("source", "wording", "evidence") if (text := getattr(row, name))),
    ]
    return NewEntry(
        purpose=row.purpose, channel=row.channel, topic=row.topic, action=action, notice_id=row.notice_id,
        occurred_at=row.claimed_at, actor_type="team",
        actor=batch.applied_by or batch.uploaded_by, method="import", evidence="; ".join(said), event_id=row.event_id,
        source_system=SYSTEM, grade=row.grade,
    )  # fmt: skip


def _kept(cell: Cell | None) -> dict[str, Any] | None:
    """A cell as a row keeps it, so that it can be brought back."""
    if cell is None:
        return None
    return {"state": cell.state, "entry_id": cell.entry_id, "seq": cell.seq, "earlier_words": cell.earlier_words}


def _undo_chunk(session: Session, hand: Hand) -> int:
    rows = _rows(session, hand.batch.id, ConsentBatchRow.result == "written", ConsentBatchRow.undone.is_(None))
    for customer_id, theirs in _by_customer(rows):
        customer = accounts.lock_customer(session, customer_id)
        _with_effect(session, customer, theirs, hand.now, partial(_bring_back, session, hand, customer, theirs))
    session.flush()
    return len(rows)


def _bring_back(session: Session, hand: Hand, customer: Customer, rows: Sequence[ConsentBatchRow]) -> int:
    """Bring each cell of one customer back to what it was before the first row of the batch that touched it."""
    cells = consent.cells_of(session, customer.id)
    touched: dict[Key, list[ConsentBatchRow]] = {}
    for row in rows:
        touched.setdefault((row.purpose, row.channel, row.topic), []).append(row)
    written = 0
    for key, theirs in touched.items():
        last, cell = max(row.entry_seq or 0 for row in theirs), cells.get(key)
        free = not customer.erased_at and not customer.merged_into_id and cell is not None and cell.seq == last
        for row in theirs:
            row.undone = "undone" if free else "changed"
        if free and cell is not None:
            written += _write_back(session, hand, customer, key, theirs[0], cell)
    return written


def _write_back(
    session: Session, hand: Hand, customer: Customer, key: Key, first: ConsentBatchRow, cell: Cell
) -> int:  # fmt: skip
    acts = way_back(first.before, cell.state)
    earlier = session.get(ConsentEntry, first.before["entry_id"]) if first.before else None
    for act in acts:
        again = act == "granted" and earlier is not None
        new = NewEntry(
            purpose=key[0], channel=key[1], topic=key[2], action=act, actor_type="team",
            actor=hand.batch.undone_by or "", method="import", source_system=SYSTEM,
            evidence=f"{hand.batch.ref} undone; before it stood entry {earlier.seq if earlier else 0}",
            notice_id=earlier.notice_id if again and earlier else None,
            valid_until=earlier.valid_until if again and earlier else None,
            earlier_words=bool(again and first.before and first.before["earlier_words"]),
            grade=earlier.grade if again and earlier else None,
        )  # fmt: skip
        consent.record(session, customer, new, now=hand.now)
    return len(acts)
