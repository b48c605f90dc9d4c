"""Writing and verifying the consent ledger: entries a CPU second, against plain SHA-256 over the same bytes."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from machine import NOW, cpu_seconds, describe, in_turns, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db
from portal.consent.chain import CHAINED, canonical

CUSTOMERS, ENTRIES, ROUNDS = 200, 10, 5


def found(session: Session) -> None:
    """The one purpose of this benchmark, with words in force."""
    consent.add_purpose(
        session, now=NOW, key="needs", sentence="Use your words to find out what you need", lawful_basis="consent",
        data_used="messages", recipients="us", retention_days=730, honours_gpc=False, asks=True,
    )  # fmt: skip
    words = consent.draft_notice(
        session, purpose="needs", change="first", title="May we?", summary="May we?", text="May we read it?", now=NOW
    )
    consent.publish_notice(session, words.id, now=NOW)


def write(engine: Engine) -> None:
    """Each customer says yes and no in turn; one transaction for each customer."""
    for number in range(CUSTOMERS):
        with db.writing(engine) as session:
            someone = accounts.add_customer(session, name=f"Customer {number}", now=NOW)
            for turn in range(ENTRIES):
                action = "withdrawn" if turn % 2 else "granted"
                consent.record(session, someone, consent.NewEntry(purpose="needs", action=action), now=NOW)


def check(engine: Engine) -> None:
    """Verify the whole ledger; a fault would make the figure worthless."""
    with db.reading(engine) as session:
        faults = consent.verify(session)
    if faults:
        raise SystemExit(f"The ledger has faults: {faults[:3]}")


def main() -> None:
    print(describe())
    with sqlite() as engine:
        with db.writing(engine) as session:
            found(session)
        number = CUSTOMERS * ENTRIES
        seconds = cpu_seconds(lambda: write(engine))
        print(f"record: {number} entries, one transaction per {ENTRIES}: {number / seconds:8,.0f} entries a CPU second")
        with db.reading(engine) as session:
            rows = session.scalars(sa.select(consent.ConsentEntry)).all()
            texts = [row.prev_hash.encode() + canonical({name: getattr(row, name) for name in CHAINED}) for row in rows]
        taken = in_turns(
            {
                "SHA-256 of the same bytes": lambda: [hashlib.sha256(text).hexdigest() for text in texts],
                "verify: read, chain, states": lambda: check(engine),
            },
            ROUNDS,
        )
    base = taken["SHA-256 of the same bytes"]
    for name, value in taken.items():
        print(f"{name:<28} {number / value:10,.0f} entries a CPU second   {value / base:6.1f} x SHA-256")


if __name__ == "__main__":
    main()
