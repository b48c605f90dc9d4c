"""Importing 100,000 rows from a file, consents and feedback, against reading and keeping the same rows barely.

Bare is what nobody can leave out: `csv.reader`, JSON and SHA-256 of each row, and a durable insert into one table with
`sqlite3`. It checks nothing, finds no customer, and keeps no ledger.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import io
import json
import sqlite3
import sys
import tempfile
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from machine import NOW, cpu_seconds, customers_words, describe, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, conversations, db, importing
from portal.accounts import Customer
from portal.importing import ConsentBatch
from portal.settings import Settings

ROWS, CHUNK = 100_000, 1_000
LONG_AGO = NOW - timedelta(days=3_000)
SETTINGS = Settings(secret_key=f"benchmarks only, {NOW}")


def purposes(session: Session) -> None:
    """Two purposes with words in force since long ago."""
    for key, channels in (("needs", []), ("marketing", ["email", "post"])):
        consent.add_purpose(
            session, now=NOW, key=key, sentence="Use what you say", lawful_basis="consent", data_used="messages",
            recipients="us", retention_days=730, honours_gpc=False, asks=True, channels=channels,
        )  # fmt: skip
        words = consent.draft_notice(
            session,
            purpose=key,
            change="first",
            title="May we?",
            summary="May we?",
            text="May we read it?",
            now=LONG_AGO,
        )
        consent.publish_notice(session, words.id, now=LONG_AGO)


def people(engine: Engine, count: int) -> None:
    """Customers with an address and a number each."""
    for begin in range(0, count, 10_000):
        with db.writing(engine) as session:
            session.execute(
                sa.insert(Customer),
                [
                    {"ref": f"C-{number}", "name": f"Customer {number}", "email": f"c{number}@example.org",
                     "external_ref": f"N{number}", "created_at": NOW}
                    for number in range(begin, min(begin + 10_000, count))
                ],
            )  # fmt: skip


def consents(count: int) -> bytes:
    """One row for each customer, with its own moment and its own proof; one in a hundred names nobody we know."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("customer", "purpose", "channel", "answer", "at", "source", "wording", "evidence"))
    for number in range(count):
        who = f"N{number}" if number % 100 else f"unknown-{number}"
        at = NOW - timedelta(days=1_500, seconds=-number * 997)
        which = ("needs", "*") if number % 2 else ("marketing", "email")
        said = "no" if number % 5 == 0 else "yes"
        rows.writerow((who, *which, said, at.isoformat(), "branch", "v1", f"recording {number * 7919}"))
    return text.getvalue().encode()


def feedback(count: int) -> bytes:
    """What customers of the demo company say, with a number, a day and whose words they are."""
    text, words = io.StringIO(), customers_words()
    rows = csv.writer(text)
    rows.writerow(("id", "customer", "at", "text"))
    for number in range(count):
        day = date(2025, 1, 1) + timedelta(days=number % 600)
        rows.writerow((number, f"N{number}", day.isoformat(), f"{words[number % len(words)]} {number}"))
    return text.getvalue().encode()


def barely(content: bytes, folder: Path) -> None:
    """Read, hash and keep the rows of a CSV; one durable transaction for each thousand."""
    kept = sqlite3.connect(folder / f"bare-{hashlib.sha256(content).hexdigest()[:8]}.sqlite3", isolation_level=None)
    lines = csv.reader(io.StringIO(content.decode()))
    header = next(lines)
    kept.executescript("pragma journal_mode=wal; pragma synchronous=full")
    kept.execute(f"create table kept (line integer primary key, sha256 text unique, {', '.join(header)})")
    places = ", ".join("?" * (len(header) + 2))
    numbered = enumerate(lines, 1)
    while some := list(islice(numbered, CHUNK)):
        rows = [
            (line, hashlib.sha256(json.dumps(dict(zip(header, cells, strict=True))).encode()).hexdigest(), *cells)
            for line, cells in some
        ]
        kept.execute("begin immediate")
        kept.executemany(f"insert into kept values ({places})", rows)
        kept.execute("commit")
    kept.close()


def brought_on(engine: Engine, ref: str, *, to: str) -> float:
    """CPU seconds that one step of a batch takes."""
    with db.reading(engine) as session:
        number = importing.batch_by_ref(session, ref).id
    seconds = cpu_seconds(lambda: importing.bring_on(engine, number, settings=SETTINGS, clock=lambda: NOW))
    with db.reading(engine) as session:
        state = importing.batch_by_ref(session, ref).state
    if state != to:
        raise SystemExit(f"The batch is {state} where it should be {to}: the figure would be worthless.")
    return seconds


def three_steps(engine: Engine, content: bytes) -> dict[str, float]:
    """The difference, its application and its undoing, and the whole ledger checked after."""
    with db.writing(engine) as session:
        batch: ConsentBatch = importing.take_in(
            session, name="consents.csv", content=content, columns={}, by="bench", now=NOW
        )
        ref = batch.ref
    taken = {"consents: difference": brought_on(engine, ref, to="staged")}
    with db.writing(engine) as session:
        importing.ask_apply(session, importing.batch_by_ref(session, ref), by="bench", now=NOW)
    taken["consents: apply"] = brought_on(engine, ref, to="applied")
    with db.writing(engine) as session:
        importing.ask_undo(session, importing.batch_by_ref(session, ref), by="bench", now=NOW)
    taken["consents: undo"] = brought_on(engine, ref, to="undone")
    with db.reading(engine) as session:
        faults = consent.verify(session)
        entries = session.scalar(sa.select(sa.func.count()).select_from(consent.ConsentEntry))
    if faults or not entries:
        raise SystemExit(f"The ledger has {entries} entries and faults: {faults[:3]}")
    return taken


def messages(engine: Engine, path: Path) -> float:
    """CPU seconds that a file of feedback takes."""
    return cpu_seconds(
        lambda: conversations.import_feedback(
            engine, path, text_column="text", id_column="id", customer_column="customer", at_column="at",
            clock=lambda: NOW,
        )
    )  # fmt: skip


def told(name: str, count: int, seconds: float, base: float) -> None:
    print(f"{name:<22} {seconds:7.2f} s   {count / seconds:10,.0f} rows a CPU second   {seconds / base:5.1f} x bare")


def main() -> None:
    gc.freeze()  # as the process that runs the schedule does
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    print(f"{describe()}; {count:,} rows")
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as place, sqlite() as engine:
        with db.writing(engine) as session:
            purposes(session)
        people(engine, count)
        folder, given, said = Path(place), consents(count), feedback(count)
        (folder / "feedback.csv").write_bytes(said)
        base = cpu_seconds(lambda: barely(given, folder))
        told("consents: bare", count, base, base)
        for name, seconds in three_steps(engine, given).items():
            told(name, count, seconds, base)
        base = cpu_seconds(lambda: barely(said, folder))
        told("feedback: bare", count, base, base)
        told("feedback: import", count, messages(engine, folder / "feedback.csv"), base)


if __name__ == "__main__":
    main()
