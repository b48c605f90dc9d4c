"""Deciding about a contact: one decision against an empty transaction, and consent of 100,000 in one question.

The company has a past: see `crowd`. One by one is measured on 1,000 customers and multiplied: that figure is an
extrapolation, and is printed as one.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa
from crowd import PURPOSE, people
from machine import NOW, cpu_seconds, describe, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, treatment
from portal.accounts import Customer

CUSTOMERS, SAMPLE, DECISIONS = 100_000, 1_000, 500


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
        people(engine, CUSTOMERS)
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
    print(f"consent of {CUSTOMERS:,}, one question: {at_once:.3f} s of CPU, {len(allowed):,} allow it")
    print(f"the same, only counted in the database: {counted:.3f} s of CPU")
    extrapolated = single * (CUSTOMERS) / SAMPLE
    print(
        f"one by one: {extrapolated:.1f} s, extrapolated from {SAMPLE:,}   {extrapolated / at_once:.0f} x one question"
    )


if __name__ == "__main__":
    main()
