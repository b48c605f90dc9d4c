"""May we contact these many people: one answer for 100,000 and for a million, checked on a sample one by one.

What is measured is the whole answer by all rules: who may be contacted, and how many are held or denied and why. Last
of so many people as first, every second of whom got two offers in a row.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import numpy as np
from crowd import PURPOSE, people
from machine import NOW, cpu_seconds, describe, sqlite
from sqlalchemy.orm import Session

from portal import db, treatment
from portal.treatment import BulkAnswer, BulkWish

CROWDS, SAMPLE, TURNS = ((100_000, False), (1_000_000, False), (100_000, True)), 300, 5
WISH = BulkWish(PURPOSE, "email", "savings")
FIGURES = {100_000: 0.1, 1_000_000: 1.0}


def alone(session: Session, number: int) -> bool:
    """Whether the rules let us contact one customer."""
    intent = WISH.intent(key="bench", customer_id=number)
    return treatment.preview(session, intent, now=NOW).outcome.outcome == "allow"


def taken(work: Callable[[], object]) -> float:
    """Median CPU seconds of some turns."""
    return statistics.median(cpu_seconds(work) for _ in range(TURNS))


def check(session: Session, answer: BulkAnswer, size: int) -> None:
    """Of a sample, half of it people who have a story, that the answer is the one that each of them would get."""
    allowed = set(answer.allowed.tolist())
    sample = [1 + number * (size // SAMPLE) for number in range(SAMPLE)]
    touched = sorted(set(range(1, 20_000)) - allowed)
    sample += touched[:: max(1, len(touched) // SAMPLE)]
    if any(alone(session, one) != (one in allowed) for one in sample):
        raise SystemExit("Asked one by one, the answer is another: the figure would be worthless.")


def main() -> None:
    print(describe())
    for size, busy in CROWDS:
        with sqlite() as engine:
            people(engine, size, busy=busy)
            with db.reading(engine) as session:
                named = np.arange(1, size + 1)
                answer = treatment.may_contact(session, WISH, now=NOW)
                whole = taken(lambda s=session: treatment.may_contact(s, WISH, now=NOW))  # type: ignore[misc]
                these = taken(lambda s=session, n=named: treatment.may_contact(s, WISH, now=NOW, among=n))  # type: ignore[misc]
                check(session, answer, size)
        kind, most = "customers, busy" if busy else "customers", FIGURES[size]
        print(
            f"{size:>9,} {kind}: everybody {whole:.3f} s of CPU, named by id {these:.3f} s (at most {most:.1f} s); "
            f"{len(answer.allowed):,} may be contacted, as of position {answer.position}"
        )
        for reason, number in answer.reasons:
            print(f"{number:>11,} {reason.outcome:<5} {reason.code}")


if __name__ == "__main__":
    main()
