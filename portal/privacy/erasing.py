"""Erases everything about one customer, by the plan, in one transaction; what must stay is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, consent, ideas, needs, rights, treatment
from portal.accounts import Customer
from portal.audit import PORTAL
from portal.consent import NewEntry
from portal.db import Base
from portal.privacy.plan import BLANK, DELETE, FATES, KEEP, Fate
from portal.privacy.reach import reached, theirs
from portal.rights import Erasure

IDEAS = ("comments", "idea_fingerprints", "idea_versions", "ideas", "votes")
KEPT_IDEAS = ("idea_fingerprints", "idea_versions")
REQUESTS = ("rights_requests", "rights_steps")
STOP = ("*", "*", "*")


@dataclass(frozen=True)
class PlanLine:
    """What becomes of one table: `rows` are those it is done to; `held_until` when a legal hold keeps them."""

    table: str
    act: str
    rows: int
    why: str
    held_until: datetime | None = None


@dataclass(frozen=True)
class Erased:
    """What an erasure did: rows by table, and its certificate; the last one when there was nothing left to do."""

    counts: dict[str, int]
    certificate: Erasure
    held: bool

    @property
    def rows(self) -> int:
        """How many rows were deleted or blanked."""
        return sum(self.counts.values())


def plan_erasure(
    session: Session, customer: Customer, *, now: datetime, keep_ideas: bool = False
) -> Sequence[PlanLine]:
    """What erasing this customer would do to each table now. It only reads, in two statements."""
    held = rights.held(session, customer.id, now)
    fates = {name: _fate(name, held, keep_ideas) for name in FATES}
    counts = [_count(name, fate, customer.id).label(name) for name, fate in fates.items()]
    rows = session.execute(sa.select(*counts)).mappings().one()
    return [
        PlanLine(name, fate.act, rows[name], fate.why, held.get(FATES[name].part) if fate.act == KEEP else None)
        for name, fate in fates.items()
    ]


def erase(
    session: Session,
    customer: Customer,
    *,
    by: str,
    reason: str,
    now: datetime,
    key: str,
    keep_ideas: bool = False,
) -> Erased:
    """Erase everything about a customer that no hold keeps. Done again, it finds nothing and gives the certificate.

    The ledger still verifies: of its entries only the evidence goes, which entered the chain by its hash. The address
    stays as a keyed fingerprint, so that what comes back under it stays denied until its owner says yes.

    Whoever was merged into them is erased with them, with a certificate of their own.

    :param by: who acts, for the certificate: `portal` for the job.
    :param reason: `asked` or `hold-ended`.
    :param key: the portal's secret key, for the fingerprints.
    :param keep_ideas: whether the words of their ideas stay, without their name.
    """
    accounts.lock_customer(session, customer.id)
    for twin in accounts.merged_into(session, customer.id):
        erase(session, twin, by=by, reason=reason, now=now, key=key, keep_ideas=keep_ideas)
    _cut_off(session, customer, key=key, now=now)
    held = rights.held(session, customer.id, now)
    counts = _apart(session, customer.id, held, keep_ideas=keep_ideas, now=now)
    _let_go_of_accounts(session, customer.id)
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in FATES:
            fate = _fate(table.name, held, keep_ideas)
            counts[table.name] = counts.get(table.name, 0) + _carry_out(session, table, fate, customer.id)
    session.execute(
        sa.update(Customer).where(Customer.id == customer.id, Customer.erased_at.is_(None)).values(erased_at=now)
    )
    session.expire_all()
    done = {name: rows for name, rows in sorted(counts.items()) if rows}
    last = rights.last_certificate(session, customer.id)
    if last is not None and not done:
        return Erased({}, last, bool(held))
    kept = [
        {"table": line.table, "rows": line.rows, "until": line.held_until.isoformat() if line.held_until else None}
        for line in plan_erasure(session, customer, now=now, keep_ideas=keep_ideas)
        if line.act == KEEP and line.rows
    ] + _empty_rows(session, customer.id)
    made = rights.certify(session, customer.id, by=by, reason=reason, counts=done, kept=kept, now=now)
    return Erased(done, made, bool(held))


def _fate(name: str, held: dict[str, datetime], keep_ideas: bool) -> Fate:
    """What becomes of a table, holds and wishes considered."""
    fate = FATES[name]
    if fate.part in held or (keep_ideas and name in KEPT_IDEAS):
        return Fate(KEEP, fate.part, fate.why)
    return fate


def _cut_off(session: Session, customer: Customer, *, key: str, now: datetime) -> None:
    """What must be done while it is still known who this is: remember the address, stop everything, mark models."""
    mails = Base.metadata.tables["outbox_messages"]  # those found by the address only would be lost sight of
    session.execute(sa.update(mails).where(theirs("outbox_messages", customer.id)).values(customer_id=customer.id))
    consent.suppress(session, customer, key=key, now=now)
    needs.end_signals(session, customer.id, cause="erasure", now=now)
    stopped = consent.cells_of(session, customer.id).get(STOP)
    if stopped is None or stopped.state != "denied":
        stop = NewEntry(purpose="*", action="suppressed", actor_type=PORTAL.type, actor=PORTAL.name, method="rule")
        consent.record(session, customer, stop, now=now)


def _apart(
    session: Session, customer_id: int, held: dict[str, datetime], *, keep_ideas: bool, now: datetime
) -> dict[str, int]:
    """What capabilities do to rows of theirs themselves."""
    counts: dict[str, int] = {}
    if "words" not in held:
        counts |= ideas.forget_author(session, customer_id, keep_ideas=keep_ideas, now=now)
    if "contacts" not in held:
        counts["decisions"] = treatment.forget_decisions(session, customer_id)
    counts["rights_requests"] = rights.forget_words(session, customer_id, now=now)
    return counts


def _let_go_of_accounts(session: Session, customer_id: int) -> None:
    """Take the customer's sign-in out of rows that a hold keeps, so that it can go."""
    mine = sa.select(Base.metadata.tables["accounts"].c.id).where(theirs("accounts", customer_id))
    for table in reached().values():
        for column in table.c:
            if column.nullable and any(link.target_fullname == "accounts.id" for link in column.foreign_keys):
                session.execute(sa.update(table).where(column.in_(mine)).values({column.name: None}))


def _carry_out(session: Session, table: sa.Table, fate: Fate, customer_id: int) -> int:
    if fate.act == KEEP or fate.apart:
        return 0
    which = _which(table.name, fate, customer_id)
    if fate.act == DELETE:
        return int(session.execute(sa.delete(table).where(which)).rowcount)  # type: ignore[attr-defined]
    return int(session.execute(sa.update(table).where(which).values(**fate.values)).rowcount)  # type: ignore[attr-defined]


def _which(name: str, fate: Fate, customer_id: int) -> sa.ColumnElement[bool]:
    """The rows something is to be done to: of those that are blanked, the ones that still say something."""
    mine, table = theirs(name, customer_id), Base.metadata.tables[name]
    if fate.act != BLANK:
        return mine
    still: list[Any] = [table.c[column].is_distinct_from(value) for column, value in fate.values.items()]
    if name == "decisions":
        still = [table.c.intent_key.not_like("erased:%")]
    elif name == "rights_requests":
        still = [table.c.words != "", table.c.outcome != ""]
    elif name == "rights_steps":
        still = [table.c.note != ""]
    return sa.and_(mine, sa.or_(*still)) if still else mine


def _count(name: str, fate: Fate, customer_id: int) -> Any:
    table = Base.metadata.tables[name]
    return sa.select(sa.func.count()).select_from(table).where(_which(name, fate, customer_id)).scalar_subquery()


def _empty_rows(session: Session, customer_id: int) -> list[dict[str, Any]]:
    """The rows that stay without anything personal, for the certificate."""
    names = [name for name, fate in FATES.items() if fate.act == BLANK and name not in IDEAS]
    every = Fate(KEEP)
    rows = (
        session.execute(sa.select(*(_count(name, every, customer_id).label(name) for name in names))).mappings().one()
    )
    return [{"table": name, "rows": rows[name], "until": None} for name in names if rows[name]]
