"""Asks, takes up, settles and takes back; sets and lifts legal holds; issues certificates of erasure."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal import accounts, db
from portal.accounts import Customer
from portal.errors import Conflict, Invalid
from portal.rights.models import Erasure, LegalHold, RightsRequest, RightsStep
from portal.rights.queries import open_erasure, request_by_key
from portal.rights.rules import COVERS, KINDS, OPEN, WAYS, clocks

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def ask(
    session: Session,
    customer: Customer,
    *,
    kind: str,
    now: datetime,
    words: str = "",
    keep_ideas: bool = False,
    came_by: str = "portal",
    by: str = "",
    submission_key: str = "",
) -> RightsRequest:
    """Take a request down; its clock begins. The same form twice, or a second wish to be erased, gives the first.

    :param kind: `access`, `erase`, `object`, `restrict`, `correct` or `complaint`.
    :param words: what the customer wrote about it.
    :param keep_ideas: for `erase`: whether their ideas stay, without their name.
    :param came_by: `portal`, `phone`, `branch`, `letter` or `email`.
    :param by: the team member who took it down; the customer when empty.
    """
    if kind not in KINDS or came_by not in WAYS:
        raise Invalid("There is no such kind of request.", code="bad-request-kind")
    accounts.lock_customer(session, customer.id)
    key = f"{customer.ref}:{submission_key}" if submission_key else None
    known = request_by_key(session, key) if key else None
    known = known or (open_erasure(session, customer.id) if kind == "erase" else None)
    if known is not None:
        return known
    made = RightsRequest(
        ref=db.random_ref("Q"), customer_id=customer.id, kind=kind, state="open", words=words.strip(),
        keep_ideas=keep_ideas, came_by=came_by, asked_at=now, submission_key=key, outcome="", **clocks(kind, now),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _step(session, made, "asked", by=by or customer.ref, now=now)
    return made


def take_back(session: Session, customer: Customer, request: RightsRequest, *, now: datetime) -> RightsRequest:
    """The customer wants it no more. Done again, it changes nothing.

    :raises Conflict: code `settled`, when it was settled meanwhile.
    """
    accounts.lock_customer(session, customer.id)
    session.refresh(request)
    if request.state == "taken_back":
        return request
    if request.state not in OPEN:
        raise Conflict("This was settled already.", code="settled")
    request.state, request.settled_at = "taken_back", now
    _step(session, request, "taken_back", by=customer.ref, now=now)
    return request


def acknowledge(session: Session, request: RightsRequest, *, by: str, now: datetime) -> RightsRequest:
    """A team member takes a request up. Done again by somebody else, it is theirs.

    :raises Conflict: code `settled`.
    """
    _still_open(session, request)
    if request.state == "open":
        request.state = "taken"
    request.acknowledged_at, request.taken_by = request.acknowledged_at or now, by
    _step(session, request, "acknowledged", by=by, now=now)
    return request


def remark(session: Session, request: RightsRequest, *, note: str, by: str, now: datetime) -> None:
    """Put a remark of the team into the history of a request."""
    _step(session, request, "noted", by=by, now=now, note=note.strip())


def settle(
    session: Session, request: RightsRequest, *, granted: bool, outcome: str, by: str, now: datetime
) -> RightsRequest:
    """Say what became of a request; the customer reads `outcome`. Erasing is settled by doing it, never here.

    :raises Conflict: code `settled`, or `erasing` when it is a wish to be erased.
    """
    _still_open(session, request)
    if request.kind == "erase":
        raise Conflict("Erasing happens by itself on its day. What must be kept is put under a hold.", code="erasing")
    request.state, request.settled_at = "done" if granted else "refused", now
    request.outcome, request.taken_by = outcome.strip(), request.taken_by or by
    request.acknowledged_at = request.acknowledged_at or now
    _step(session, request, request.state, by=by, now=now)
    return request


def erasure_done(session: Session, request: RightsRequest, *, held: bool, by: str, now: datetime) -> None:
    """Note that a wish to be erased was carried out; with something under a hold, it goes on waiting for the rest."""
    if held and request.state == "held":
        return
    request.state, request.settled_at = ("held", None) if held else ("done", now)
    request.words = ""
    _step(session, request, "held" if held else "erased", by=by, now=now)


def set_hold(
    session: Session, customer: Customer, *, covers: list[str], reason: str, until: datetime, by: str, now: datetime
) -> LegalHold:
    """Keep parts of what is known of a customer until a day, whatever is erased meanwhile.

    :raises Invalid: code `bad-hold`, without a reason, a part or a day to come.
    """
    if not reason.strip() or not covers or set(covers) - set(COVERS) or until <= now:
        raise Invalid("A hold needs what it keeps, a reason, and a day to come.", code="bad-hold")
    accounts.lock_customer(session, customer.id)
    made = LegalHold(
        customer_id=customer.id, covers=sorted(set(covers)), reason=reason.strip(), until=until, set_at=now, set_by=by
    )
    session.add(made)
    session.flush()
    return made


def lift_hold(session: Session, hold: LegalHold, *, by: str, now: datetime) -> None:
    """End a hold before its day. Done again, it changes nothing."""
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by = now, by
        session.flush()


def forget_words(session: Session, customer_id: int, *, now: datetime) -> int:
    """Take what a customer wrote, and what was noted about it, out of their requests; holds that are over go whole.

    :return: how many rows were changed.
    """
    mine = RightsRequest.customer_id == customer_id
    ids = select(RightsRequest.id).where(mine)
    statements: tuple[Any, ...] = (
        update(RightsRequest)
        .where(mine, (RightsRequest.words != "") | (RightsRequest.outcome != ""))
        .values(words="", outcome=""),
        update(RightsStep).where(RightsStep.request_id.in_(ids), RightsStep.note != "").values(note=""),
        delete(LegalHold).where(
            LegalHold.customer_id == customer_id, (LegalHold.until <= now) | LegalHold.lifted_at.is_not(None)
        ),
    )
    session.flush()
    changed = 0
    for statement in statements:
        changed += int(session.execute(statement, execution_options={"synchronize_session": "fetch"}).rowcount)  # type: ignore[attr-defined]
    return changed


def certify(
    session: Session,
    customer_id: int,
    *,
    by: str,
    reason: str,
    counts: dict[str, int],
    kept: list[dict[str, Any]],
    now: datetime,
) -> Erasure:
    """The certificate of an erasure, under a code nobody can guess."""
    parts = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)]
    made = Erasure(
        code="-".join(["E", *parts]), customer_id=customer_id, at=now, by=by, reason=reason, counts=counts, kept=kept
    )
    session.add(made)
    session.flush()
    return made


def _still_open(session: Session, request: RightsRequest) -> None:
    accounts.lock_customer(session, request.customer_id)
    session.refresh(request)
    if request.state not in OPEN:
        raise Conflict("This was settled already.", code="settled")


def _step(session: Session, request: RightsRequest, act: str, *, by: str, now: datetime, note: str = "") -> None:
    session.add(RightsStep(request_id=request.id, act=act, by=by, at=now, note=note))
    session.flush()
