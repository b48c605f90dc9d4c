"""Carries out what a difference shows, and takes it back: a thousand rows at a time, their customers locked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db
from portal.accounts import Held
from portal.consent import Key, NewEntry
from portal.importing.effects import Effects
from portal.importing.judging import Bench
from portal.importing.keeping import ROWS, BatchRow, keep
from portal.importing.models import ConsentBatch
from portal.importing.reading import Line
from portal.importing.returning import WaysBack
from portal.importing.rules import Claim
from portal.importing.who import who_is

CHUNK = 1_000
"""Rows carried out in one transaction."""
SYSTEM = "import"


@dataclass(frozen=True)
class Hand:
    """Who carries out, for which batch, with what, and after which line of it."""

    batch: ConsentBatch
    key: str
    now: datetime
    after: int


class Done(NamedTuple):
    """How many rows were looked at in one go, and the line up to which they all are."""

    rows: int
    line: int


class _Chosen(NamedTuple):
    """A row that is to be written: for whom, as which act, and how its cell stood before."""

    row: BatchRow
    customer: Held
    entry: NewEntry
    before: dict[str, Any] | None

    @property
    def cell(self) -> tuple[int, Key]:
        """The cell of the customer."""
        return self.customer.id, self.entry.key


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
    engine: Engine, batch_id: int, during: str, then: str, step: Callable[[Session, Hand], Done], *, key: str,
    clock: Callable[[], datetime], stop: Callable[[], bool],
) -> int:  # fmt: skip
    done = line = 0
    while not stop():
        with db.writing(engine, much=True) as session:
            batch = session.get_one(ConsentBatch, batch_id, with_for_update=True)
            if batch.state != during:
                return done
            count, line = step(session, Hand(batch, key, clock(), line))
            batch.done += count
            done += count
            if not count:
                batch.state = then
                return done
    return done


def _rows(session: Session, hand: Hand, *which: sa.ColumnElement[bool]) -> tuple[list[BatchRow], int]:
    """The next rows of a batch, and up to which line; those of one customer together, so that none is cut in two."""
    batch_id = ROWS.c.batch_id
    coming = sa.select(ROWS).where(batch_id == hand.batch.id, *which, ROWS.c.line > hand.after)
    connection = db.plainly(session)
    first = connection.execute(coming.order_by(ROWS.c.line).limit(CHUNK)).all()
    if not first:
        return [], hand.after
    line, owners = first[-1].line, {row.customer_id for row in first if row.customer_id is not None}
    # + 0: of the indexes, SQLite would take that of the batch and go through all of it
    later = sa.select(ROWS).where(batch_id + 0 == hand.batch.id, *which, ROWS.c.line > line)
    rows = [*first, *connection.execute(later.where(db.among(ROWS.c.customer_id, owners))).all()]
    return sorted(rows, key=lambda row: (row.customer_id or 0, row.line)), line


def _by_customer(rows: Sequence[BatchRow]) -> Iterator[tuple[int, list[BatchRow]]]:
    for customer_id, theirs in groupby(rows, key=lambda row: row.customer_id or 0):
        yield customer_id, list(theirs)


def _locked(session: Session, rows: Sequence[BatchRow]) -> dict[int, Held]:
    """The customers of these rows, locked; nobody erased meanwhile."""
    found = accounts.lock_customers(session, {row.customer_id for row in rows if row.customer_id is not None})
    return {number: customer for number, customer in found.items() if customer.erased_at is None}


def _apply_chunk(session: Session, hand: Hand) -> Done:
    rows, line = _rows(session, hand, ROWS.c.result.is_(None))
    customers = _locked(session, [row for row in rows if row.event_id])
    bench = Bench(session, key=hand.key, now=hand.now)
    bench.know(session, {customer_id: who_is(customer) for customer_id, customer in customers.items()})
    known = consent.known_events(session, [row.event_id for row in rows if row.event_id])
    effects = Effects(session, rows, hand.now)
    chosen: list[_Chosen] = []
    against: list[dict[str, Any]] = []
    for row in rows:
        reason, one = "", None
        if row.event_id is not None and row.event_id not in known:
            reason, one = _judged(bench, row, customers.get(row.customer_id or 0), hand)
        if one is None:
            against.append({"row": row.id, "result": "nothing", "reason": reason or row.reason})
        else:
            chosen.append(one)
    written = consent.record_all(session, [(one.customer, one.entry) for one in chosen], now=hand.now)
    keep(session, against)
    keep(session, _outcomes(chosen, written))
    effects.take_place(session, [one.row for one in chosen])
    return Done(len(rows), line)


def _outcomes(chosen: Sequence[_Chosen], written: Sequence[consent.Written]) -> Iterator[dict[str, Any]]:
    """What is kept with each row that was written: its entry, and the cell before it."""
    last: dict[tuple[int, Key], consent.Written] = {}
    for one, place in zip(chosen, written, strict=True):
        earlier, before = last.get(one.cell), one.before
        if before is not None and earlier is not None:
            before = {**before, **earlier._asdict()}
        last[one.cell] = place
        outcome = {"row": one.row.id, "result": "written", "entry_seq": place.seq}
        yield outcome if before is None else {**outcome, "before": before}


def _judged(bench: Bench, row: BatchRow, customer: Held | None, hand: Hand) -> tuple[str, _Chosen | None]:
    """Why not, or a row as it is to be written; from here on its cell stands as if it were."""
    if customer is None:
        return "", None
    line = _line(row, customer)
    cell = bench.cell(customer.id, line.key)
    verdict = bench.judge(line)
    if verdict.action is None or (verdict.action == "granted" and row.becomes != "granted"):
        return verdict.reason, None
    before = None if cell is None else {
        "state": cell.state, "entry_id": cell.entry_id, "seq": cell.seq, "earlier_words": cell.earlier_words,
        "since": cell.since.isoformat(),
    }  # fmt: skip
    return "", _Chosen(row, customer, _entry(row, verdict.action, hand.batch), before)


def _line(row: BatchRow, customer: Held) -> Line:
    proof = {"source": row.source, "wording": row.wording, "evidence": row.evidence}
    return Line(
        row.line, row.row_sha256, key=(row.purpose, row.channel, row.topic), proof=proof, customer=who_is(customer),
        claim=Claim(row.act, row.claimed_at, row.grade or "C"),
    )  # fmt: skip


def _entry(row: BatchRow, action: str, batch: ConsentBatch) -> NewEntry:
    """The act a row stands for, with where it came from as its evidence."""
    said = [
        f"{batch.ref} {batch.file_name} row {row.line} sha256 {row.row_sha256}",
        f"file sha256 {batch.file_sha256}",
        f"grade {row.grade}",
    ]
    told = (("source", row.source), ("wording", row.wording), ("evidence", row.evidence))
    said += [f"{name} {text}" for name, text in told if text]
    return NewEntry(
        purpose=row.purpose, channel=row.channel, topic=row.topic, action=action, notice_id=row.notice_id,
        occurred_at=row.claimed_at, actor_type="team",
        actor=batch.applied_by or batch.uploaded_by, method="import", evidence="; ".join(said), event_id=row.event_id,
        source_system=SYSTEM, grade=row.grade,
    )  # fmt: skip


def _undo_chunk(session: Session, hand: Hand) -> Done:
    rows, line = _rows(session, hand, ROWS.c.result == "written", ROWS.c.undone.is_(None))
    customers = _locked(session, rows)
    effects, ways = Effects(session, rows, hand.now), WaysBack(session, rows)
    back: list[tuple[list[BatchRow], int]] = []
    acts: list[tuple[Held, NewEntry]] = []
    outcomes: list[dict[str, Any]] = []
    for customer_id, theirs in _by_customer(rows):
        customer = customers.get(customer_id)
        for touching in _by_cell(theirs):
            entries = ways.back(touching, hand) if customer and not customer.merged_into_id else None
            outcomes += [{"row": row.id, "undone": "changed" if entries is None else "undone"} for row in touching]
            if customer and entries:
                acts += [(customer, entry) for entry in entries]
                back.append((touching, len(acts)))
    written = consent.record_all(session, acts, now=hand.now)
    keep(session, outcomes)
    keep(session, [{"row": touching[0].id, "undone_seq": written[upto - 1].seq} for touching, upto in back])
    effects.take_place(session, [row for touching, _upto in back for row in touching])
    return Done(len(rows), line)


def _by_cell(rows: Sequence[BatchRow]) -> list[list[BatchRow]]:
    touched: dict[Key, list[BatchRow]] = {}
    for row in rows:
        touched.setdefault((row.purpose, row.channel, row.topic), []).append(row)
    return list(touched.values())
