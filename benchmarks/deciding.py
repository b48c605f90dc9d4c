"""Deciding about a contact: one decision against an empty transaction, and consent of 100,000 in one question.

One by one is measured on 1,000 customers and multiplied: that figure is an extrapolation, and is printed as one.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa
from machine import NOW, cpu_seconds, describe, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, treatment
from portal.accounts import Customer
from portal.consent import ConsentState

CUSTOMERS, SAMPLE, DECISIONS = 100_000, 1_000, 500
PURPOSE = "marketing"


def people(engine: Engine) -> None:
    """100,000 customers, two in three with a yes, and one of them whose ledger every state names.

    States are written directly: what is measured is reading them.
    """
    with db.writing(engine) as session:
        consent.add_purpose(
            session, now=NOW, key=PURPOSE, sentence="Tell you about offers", lawful_basis="consent", data_used="name",
            recipients="us", retention_days=730, honours_gpc=False, asks=True, channels=["email"],
        )  # fmt: skip
        words = consent.draft_notice(
            session, purpose=PURPOSE, change="first", title="May we?", summary="May we?", text="May we?", now=NOW
        )
        consent.publish_notice(session, words.id, now=NOW)
        first = accounts.add_customer(session, name="First", email="first@example.org", email_verified=True, now=NOW)
        entry = consent.record(session, first, consent.NewEntry(purpose=PURPOSE, action="granted"), now=NOW)
        rows = [{"ref": f"C-{number}", "name": f"Customer {number}", "created_at": NOW} for number in range(CUSTOMERS)]
        session.execute(sa.insert(Customer), rows)
        ids = session.scalars(sa.select(Customer.id).where(Customer.id != first.id)).all()
        like = {"purpose": PURPOSE, "channel": "*", "topic": "*", "seq": 1, "since": NOW, "earlier_words": False}
        told = {**like, "entry_id": entry.global_seq, "notice_version": entry.notice_version}
        states = [
            {**told, "customer_id": number, "state": "denied" if number % 3 == 0 else "granted"} for number in ids
        ]
        session.execute(sa.insert(ConsentState), states)


def spread(engine: Engine, work: Callable[[Session, int], object], ids: list[int]) -> tuple[float, float]:
    """Median and 99th percentile, in ms of CPU, of a transaction around one piece of work."""
    taken = []
    for number in ids:
        began = time.process_time()
        with db.reading(engine) as session:
            work(session, number)
        taken.append(1e3 * (time.process_time() - began))
    return statistics.median(taken), statistics.quantiles(taken, n=100)[98]


def empty(session: Session, _customer: int) -> None:
    """A transaction that asks nothing of a table."""
    session.execute(sa.text("select 1"))


def decide(session: Session, customer: int) -> None:
    """All rules about one customer, with reasons."""
    intent = treatment.IntentFacts("bench", customer, "email", "marketing", PURPOSE)
    treatment.preview(session, intent, now=NOW)


def main() -> None:
    print(describe())
    with sqlite() as engine:
        people(engine)
        with db.reading(engine) as session:
            ids = list(session.scalars(sa.select(Customer.id).order_by(Customer.id).limit(DECISIONS)))
            sample = list(session.scalars(sa.select(Customer.id).order_by(Customer.id).limit(SAMPLE)))
        for work in (empty, decide):
            spread(engine, work, ids[:20])
        nothing, decision = spread(engine, empty, ids), spread(engine, decide, ids)
        for name, (middle, worst) in (("empty transaction", nothing), ("one decision", decision)):
            ratio = middle / nothing[0]
            print(f"{name:<18} p50 {middle:6.2f} ms  p99 {worst:6.2f} ms of CPU   {ratio:5.1f} x empty")
        with db.reading(engine) as session:
            statement = consent.permitted(PURPOSE, NOW)
            at_once = statistics.median(cpu_seconds(lambda: session.execute(statement).all()) for _ in range(5))
            number = sa.select(sa.func.count()).select_from(statement.subquery())
            counted = statistics.median(cpu_seconds(lambda: session.scalar(number)) for _ in range(5))
            allowed = {row.customer_id for row in session.execute(statement)}
            single = cpu_seconds(lambda: [consent.allows(session, one, PURPOSE, now=NOW) for one in sample])
            same = all(consent.allows(session, one, PURPOSE, now=NOW).allowed == (one in allowed) for one in sample)
    if not same:
        raise SystemExit("Asked one by one, the answer is another: the figure would be worthless.")
    print(f"consent of {CUSTOMERS + 1:,}, one question: {at_once:.3f} s of CPU, {len(allowed):,} allow it")
    print(f"the same, only counted in the database: {counted:.3f} s of CPU")
    extrapolated = single * (CUSTOMERS + 1) / SAMPLE
    print(
        f"one by one: {extrapolated:.1f} s, extrapolated from {SAMPLE:,}   {extrapolated / at_once:.0f} x one question"
    )


if __name__ == "__main__":
    main()
