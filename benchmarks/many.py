"""May we contact these many people: one answer for 100,000 and for a million, checked on a sample one by one.

What is measured is the whole answer: addresses, suppressions, objections, consent with channel and topic, pauses, the
ledger's position, counts by reason and the ids of those who may be contacted.
"""

from __future__ import annotations

import statistics

import numpy as np
import sqlalchemy as sa
from machine import NOW, cpu_seconds, describe, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, treatment
from portal.accounts import Customer
from portal.consent import ConsentState
from portal.treatment import BulkWish

SIZES, SAMPLE, BATCH = (100_000, 1_000_000), 300, 50_000
PURPOSE = "marketing"
WISH = BulkWish(PURPOSE, "email", "savings")
FIGURES = {100_000: 0.1, 1_000_000: 1.0}


def people(engine: Engine, size: int) -> None:
    """Customers of whom two in three said yes, some switched off e-mail or a topic, stopped everything, pause.

    States are written directly, resting on one entry: what is measured is reading them.
    """
    with db.writing(engine) as session:
        consent.add_purpose(
            session, now=NOW, key=PURPOSE, sentence="Tell you about offers", lawful_basis="consent", data_used="name",
            recipients="us", retention_days=730, honours_gpc=False, asks=True, channels=["email"], topics=["savings"],
        )  # fmt: skip
        words = consent.draft_notice(
            session, purpose=PURPOSE, change="first", title="May we?", summary="May we?", text="May we?", now=NOW
        )
        consent.publish_notice(session, words.id, now=NOW)
        first = accounts.add_customer(session, name="First", email="first@example.org", email_verified=True, now=NOW)
        entry = consent.record(session, first, consent.NewEntry(purpose=PURPOSE, action="granted"), now=NOW).global_seq
    for begin in range(2, size + 1, BATCH):
        numbers = range(begin, min(begin + BATCH, size + 1))
        with db.writing(engine) as session:
            session.execute(sa.insert(Customer), [person(number) for number in numbers])
            session.execute(sa.insert(ConsentState), [cell for number in numbers for cell in cells(number, entry)])


def person(number: int) -> dict[str, object]:
    """A customer; one in twenty has no confirmed address."""
    return {
        "id": number, "ref": f"C-{number}", "name": f"Customer {number}", "email": f"c{number}@example.org",
        "email_verified_at": None if number % 20 == 0 else NOW, "time_zone": "Europe/London", "created_at": NOW,
    }  # fmt: skip


def cells(number: int, entry: int) -> list[dict[str, object]]:
    """What a customer said."""
    like = {"customer_id": number, "seq": 1, "since": NOW, "entry_id": entry, "notice_version": 1, "channel": "*",
            "topic": "*", "purpose": PURPOSE, "earlier_words": False}  # fmt: skip
    made = [{**like, "state": "denied" if number % 3 == 0 else "granted"}]
    for every, what in (
        (10, {"channel": "email"}), (12, {"topic": "savings"}), (50, {"purpose": "*"}),
        (40, {"purpose": "*", "topic": "pause", "state": "paused"}),
    ):  # fmt: skip
        if number % every == 1:
            made.append({**like, "state": "denied", **what})
    return made


def alone(session: Session, number: int) -> bool:
    """Whether the same rules let us contact one customer."""
    intent = treatment.IntentFacts("bench", number, WISH.channel, WISH.message_class, WISH.purpose, WISH.topic)
    results = treatment.preview(session, intent, now=NOW).outcome.results
    return all(one.result == "pass" for one in results if one.rule in treatment.COVERED)


def main() -> None:
    print(describe())
    for size in SIZES:
        with sqlite() as engine:
            people(engine, size)
            with db.reading(engine) as session:
                named = np.arange(1, size + 1)
                treatment.may_contact(session, WISH, now=NOW)
                whole = statistics.median(
                    cpu_seconds(lambda s=session: treatment.may_contact(s, WISH, now=NOW)) for _ in range(5)
                )
                these = statistics.median(
                    cpu_seconds(lambda s=session, n=named: treatment.may_contact(s, WISH, now=NOW, among=n))
                    for _ in range(5)
                )
                answer = treatment.may_contact(session, WISH, now=NOW)
                allowed = set(answer.allowed.tolist())
                sample = [1 + number * (size // SAMPLE) for number in range(SAMPLE)]
                if any(alone(session, one) != (one in allowed) for one in sample):
                    raise SystemExit("Asked one by one, the answer is another: the figure would be worthless.")
        print(
            f"{size:>9,} customers: everybody {whole:.3f} s of CPU, named by id {these:.3f} s (at most "
            f"{FIGURES[size]:.1f} s); {len(allowed):,} may be contacted, as of position {answer.position}"
        )


if __name__ == "__main__":
    main()
