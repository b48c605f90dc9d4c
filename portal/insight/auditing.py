"""The nightly auditor: derives every decision again from what was recorded, and looks for what contradicts it.

It trusts nobody: not the outcome, not the facts about consent (the ledger says them again, at the position that was
seen), not that what was sent was let through. It goes from customer to customer, notes how far it came, and goes on
there when it was stopped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, treatment
from portal.accounts.models import Customer
from portal.consent import LedgerAgain
from portal.insight.models import Contradiction, DecisionAudit
from portal.outreach.models import Dispatch
from portal.treatment.models import Decision

BATCH = 100
"""Customers looked at in one go."""
EVERY_HOURS = 20
KINDS = ("chain", "changed", "differs", "consent", "unseen", "unfounded", "after-withdrawal", "no-decision")
"""What can be found: the chain is broken; the record was changed; the same facts decide otherwise; the ledger says
otherwise; an entry recorded before was not seen; sent though it was not allowed; sent after a no; sent for nobody."""


@dataclass(frozen=True)
class Found:
    """One contradiction: which decision or dispatch, what kind, and the particulars, which name nobody."""

    ref: str
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Part:
    """What was found of the customers after one and up to another."""

    after: int
    reached: int
    decisions: int
    dispatches: int
    found: list[Found]
    last: bool


def audit_decisions(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
    anyway: bool = False,
) -> tuple[int, int]:
    """Audit every decision once a day; what was begun is finished first.

    :param anyway: also when the last audit is not a day old.
    :returns: how many decisions were looked at, and how many contradictions were found.
    """
    with db.writing(engine) as session:
        audit = _begun(session, clock(), anyway)
        if audit is None:
            return 0, 0
        number = audit.id
    done = failed = 0
    while not should_stop():
        with db.reading(engine) as session:
            part = _look(session, session.get_one(DecisionAudit, number).reached)
        with db.writing(engine) as session:
            audit = session.get_one(DecisionAudit, number)
            if audit.reached == part.after:  # else another process has looked at these
                _note(session, audit, part, clock())
                done, failed = done + part.decisions, failed + len(part.found)
            over = audit.finished_at is not None
        if over:
            break
    return done, failed


def _begun(session: Session, now: datetime, anyway: bool) -> DecisionAudit | None:
    """The audit that is not finished, a new one when the last is old, or None."""
    last = last_audit(session)
    if last is not None and last.finished_at is None:
        return last
    if not anyway and last is not None and (now - last.started_at).total_seconds() < EVERY_HOURS * 3600:
        return None
    audit = DecisionAudit(started_at=now, reached=0, decisions=0, dispatches=0, contradictions=0)
    session.add(audit)
    session.flush()
    return audit


def last_audit(session: Session, *, finished: bool = False) -> DecisionAudit | None:
    """The newest audit; with `finished`, the newest that came to its end."""
    statement = sa.select(DecisionAudit).order_by(DecisionAudit.id.desc()).limit(1)
    return session.scalar(statement.where(DecisionAudit.finished_at.is_not(None)) if finished else statement)


def contradictions_of(session: Session, audit_id: int, *, limit: int = 200) -> Sequence[Contradiction]:
    """What an audit found, in the order in which it was found."""
    mine = sa.select(Contradiction).where(Contradiction.audit_id == audit_id)
    return session.scalars(mine.order_by(Contradiction.id).limit(limit)).all()


def _look(session: Session, after: int) -> Part:
    ids = list(session.scalars(sa.select(Customer.id).where(Customer.id > after).order_by(Customer.id).limit(BATCH)))
    decisions, dispatches = _decisions(session, ids), _dispatches(session, ids)
    return Part(
        after=after,
        reached=ids[-1] if ids else after,
        decisions=sum(len(rows) for rows in decisions.values()),
        dispatches=sum(len(rows) for rows in dispatches.values()),
        found=list(contradictions(session, ids, decisions, dispatches)),
        last=len(ids) < BATCH,
    )


def _note(session: Session, audit: DecisionAudit, part: Part, now: datetime) -> None:
    session.add_all(
        Contradiction(audit_id=audit.id, ref=one.ref, kind=one.kind, detail=one.detail) for one in part.found
    )
    audit.decisions += part.decisions
    audit.dispatches += part.dispatches
    audit.contradictions += len(part.found)
    audit.reached = part.reached
    if part.last:
        audit.finished_at = now
    session.flush()


def _decisions(session: Session, ids: Sequence[int]) -> dict[int, list[Decision]]:
    rows = session.scalars(
        sa.select(Decision).where(Decision.customer_id.in_(ids)).order_by(Decision.customer_id, Decision.id)
    )
    found: dict[int, list[Decision]] = defaultdict(list)
    for row in rows:
        found[row.customer_id].append(row)
    return found


def _dispatches(session: Session, ids: Sequence[int]) -> dict[int, list[Dispatch]]:
    found: dict[int, list[Dispatch]] = defaultdict(list)
    for row in session.scalars(sa.select(Dispatch).where(Dispatch.customer_id.in_(ids)).order_by(Dispatch.id)):
        found[row.customer_id].append(row)
    return found


def contradictions(
    session: Session, ids: Sequence[int], decisions: dict[int, list[Decision]], dispatches: dict[int, list[Dispatch]]
) -> Iterator[Found]:
    """Everything that contradicts something else, for some customers."""
    if not ids:
        return
    ledger = LedgerAgain(session, ids)
    erased = set(session.scalars(sa.select(Customer.id).where(Customer.id.in_(ids), Customer.erased_at.is_not(None))))
    faults = {"broken": "chain"}
    for customer_id in ids:
        mine = decisions.get(customer_id, [])
        if mine:
            for fault in treatment.verify(session, customer_id):
                yield Found(fault.ref, faults.get(fault.kind, fault.kind))
        for decision in mine:
            if not (customer_id in erased and not decision.facts):
                yield from against_the_ledger(decision, ledger)
        yield from _sent(dispatches.get(customer_id, []), {one.id: one for one in mine}, ledger)


def against_the_ledger(decision: Decision, ledger: LedgerAgain) -> Iterator[Found]:
    """Whether what the decision took for the customer's will is what the ledger says at the position it saw."""
    customer_id, seq, at = decision.customer_id, decision.ledger_seq, decision.decided_at
    if ledger.position(customer_id, at, before=True) > seq:
        yield Found(decision.ref, "unseen", f"seen {seq}")
    if len(ledger.entries.get(customer_id, ())) < seq:
        yield Found(decision.ref, "consent", f"there is no entry {seq}")
        return
    said = ledger.permission(
        customer_id, decision.purpose, seq, at, channel=decision.channel, topic=decision.topic
    ).restrictions
    wrong = _differs("restrictions", decision.facts.get("restrictions"), said)
    if decision.intent.get("segment_key") is not None:
        profiling = ledger.permission(customer_id, "needs", seq, at).restrictions
        wrong = wrong or _differs("profiling", decision.facts.get("profiling"), profiling)
    if wrong:
        yield Found(decision.ref, "consent", wrong)


def _differs(name: str, recorded: object, said: Iterable[str]) -> str:
    told = list(said)
    if isinstance(recorded, list | tuple) and [code for code in recorded if code not in OF_ITS_WORDS] == told:
        return ""
    return f"{name}: recorded {recorded or 'nothing'}, the ledger says {told or 'nothing'}"


def _sent(dispatches: Sequence[Dispatch], decisions: dict[int, Decision], ledger: LedgerAgain) -> Iterator[Found]:
    for sent in dispatches:
        decision = decisions.get(sent.decision_id)
        if decision is None:
            yield Found(f"dispatch:{sent.id}", "no-decision")
            continue
        if decision.outcome != "allow" or decision.mode != "claim" or decision.channel != sent.channel:
            yield Found(decision.ref, "unfounded", f"{decision.mode}: {decision.outcome}")
        seq = ledger.position(sent.customer_id, sent.sent_at, before=True)
        stood = ledger.permission(
            sent.customer_id, decision.purpose, seq, sent.sent_at, channel=sent.channel, topic=decision.topic
        )
        no = [code for code in stood.restrictions if code in NO]
        if no:
            yield Found(decision.ref, "after-withdrawal", ", ".join(no))


OF_ITS_WORDS = ("out-of-scope",)
"""What follows from the words of a yes and the data of one message, and not from where the cells stood."""
NO = ("stopped", "objected", "denied", "channel-off", "topic-off")
"""What a customer says no by; absence, expiry and pauses are no withdrawal, and are found as `consent`."""
