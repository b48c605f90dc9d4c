"""Merges one customer into another, and parts them again, each in one transaction that holds both."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, consent, db, ideas, live, needs, rights, segments
from portal.accounts import Account, Customer, SignIn
from portal.errors import Conflict, Invalid
from portal.merging.ledgers import part, together, write_merged
from portal.merging.models import CustomerMerge
from portal.merging.moving import move, move_back

NEEDS = "needs"


def merge(
    session: Session, survivor: Customer, other: Customer, *, verified: bool, how: str, by: str, now: datetime
) -> CustomerMerge:
    """Make two customers one: rows move, ledgers count together, the other stays as a tombstone that leads on.

    Done twice, it is the same merge.

    :param verified: whether both are known to be one person; only then can a later yes of one side outweigh a no of
        the other.
    :param how: how that is known, for the record.
    :raises Conflict: code `erased`, `merged-already` or `erasure-open`.
    :raises Invalid: code `same-customer`, or `needs-reason`.
    """
    if survivor.id == other.id:
        raise Invalid("These are one customer already.", code="same-customer")
    if not how.strip():
        raise Invalid("Say how it is known.", code="needs-reason")
    survivor, other = _hold(session, survivor, other)
    if other.merged_into_id == survivor.id:
        return standing_merge(session, other.id)
    _check(session, survivor, other)
    cells, person = together(session, survivor, other, verified=verified)
    made = CustomerMerge(
        ref=db.random_ref("G"), customer_id=survivor.id, merged_id=other.id, verified=verified, how=how.strip(),
        seq=consent.head(session, survivor.id), person=person, cells=[], moves={}, set_aside={}, merged_at=now,
        merged_by=by,
    )  # fmt: skip
    session.add(made)
    session.flush()
    before = _allowed(session, survivor.id, now)
    write_merged(session, survivor, other, made, cells, now)
    made.moves = move(session, other.id, survivor.id)
    made.set_aside = {**made.set_aside, **_set_aside(session, survivor, other, now)}
    _point(session, other.id, survivor.id)
    session.flush()
    session.expire_all()
    _take_effect(session, (survivor.id, other.id), before, now)
    return made


def unmerge(session: Session, found: CustomerMerge, *, by: str, now: datetime) -> CustomerMerge:
    """Part two customers again: each row goes back to whose it was, what came later stays with the survivor.

    What the survivor restricted meanwhile counts for both from then on. Done twice, it changes nothing.

    :raises Conflict: code `erased`, or `merged-since` when the survivor itself was merged, or another one into it.
    """
    survivor, other = _hold(session, _customer(session, found.customer_id), _customer(session, found.merged_id))
    session.refresh(found)
    if found.undone_at is not None:
        return found
    if survivor.erased_at is not None or other.erased_at is not None:
        raise Conflict("Everything about this person was erased. There is nothing to part.", code="erased")
    newest = sa.select(sa.func.max(CustomerMerge.id)).where(
        CustomerMerge.customer_id == survivor.id, CustomerMerge.undone_at.is_(None)
    )
    if survivor.merged_into_id is not None or session.scalar(newest) != found.id:
        raise Conflict("There was another merge since. Undo that one first.", code="merged-since")
    before = _allowed(session, survivor.id, now)
    part(session, survivor, other, found, by, now)
    counts = move_back(session, found.moves, survivor.id, other.id)
    _put_back(session, survivor, other, found.set_aside)
    _point_back(session, found)
    found.undone_at, found.undone_by = now, by
    found.set_aside = {**found.set_aside, "back": counts}
    session.flush()
    session.expire_all()
    _take_effect(session, (survivor.id, other.id), before, now)
    return found


def standing_merge(session: Session, merged_id: int) -> CustomerMerge:
    """The merge by which a customer became a tombstone."""
    mine = (CustomerMerge.merged_id == merged_id, CustomerMerge.undone_at.is_(None))
    return session.scalars(sa.select(CustomerMerge).where(*mine)).one()


def _customer(session: Session, customer_id: int) -> Customer:
    return session.get_one(Customer, customer_id)


def _hold(session: Session, one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Lock both, in the order of their ids, so that two merges never wait for each other."""
    locked = {number: accounts.lock_customer(session, number) for number in sorted((one.id, other.id))}
    return locked[one.id], locked[other.id]


def _check(session: Session, survivor: Customer, other: Customer) -> None:
    for customer in (survivor, other):
        if customer.erased_at is not None:
            raise Conflict("Everything about one of them was erased.", code="erased")
        if customer.merged_into_id is not None:
            raise Conflict("One of them was merged already. Look at the one it leads to.", code="merged-already")
        if rights.open_erasure(session, customer.id) is not None:
            raise Conflict("One of them asked to be erased. That comes first.", code="erasure-open")


def _allowed(session: Session, customer_id: int, now: datetime) -> bool:
    return bool(consent.allows(session, customer_id, NEEDS, now=now))


def _set_aside(session: Session, survivor: Customer, other: Customer, now: datetime) -> dict[str, Any]:
    """What cannot stand twice: votes for the same idea, and a second way to sign in."""
    found: dict[str, Any] = {"votes": ideas.set_votes_aside(session, other.id)}
    theirs = session.scalars(sa.select(Account).where(Account.customer_id == other.id)).one_or_none()
    if theirs is None:
        return found
    if session.scalar(sa.select(Account.id).where(Account.customer_id == survivor.id)) is None:
        theirs.customer_id = survivor.id
        return {**found, "account": theirs.id, "was": "moved"}
    found |= {"account": theirs.id, "was": "closed" if theirs.disabled_at is None else "closed-before"}
    theirs.disabled_at = theirs.disabled_at or now
    open_ones = (SignIn.account_id == theirs.id, SignIn.ended_at.is_(None))
    session.execute(sa.update(SignIn).where(*open_ones).values(ended_at=now))
    return found


def _put_back(session: Session, survivor: Customer, other: Customer, aside: dict[str, Any]) -> None:
    ideas.put_votes_back(session, other.id, aside.get("votes", []))
    account = session.get(Account, aside["account"]) if aside.get("account") else None
    if account is None:
        return
    if aside["was"] == "moved" and account.customer_id == survivor.id:
        account.customer_id = other.id
    elif aside["was"] == "closed":
        account.disabled_at = None


def _point(session: Session, other_id: int, survivor_id: int) -> None:
    """Let the other, and whoever was merged into it before, lead to the survivor."""
    which = sa.or_(Customer.id == other_id, Customer.merged_into_id == other_id)
    session.execute(sa.update(Customer).where(which).values(merged_into_id=survivor_id))


def _point_back(session: Session, found: CustomerMerge) -> None:
    """Let the other stand by itself, and those that were merged into it before lead to it again."""
    session.execute(sa.update(Customer).where(Customer.id == found.merged_id).values(merged_into_id=None))
    held = [found.merged_id]
    while held:
        into = (CustomerMerge.customer_id.in_(held), CustomerMerge.undone_at.is_(None))
        held = list(session.scalars(sa.select(CustomerMerge.merged_id).where(*into)))
        session.execute(sa.update(Customer).where(Customer.id.in_(held)).values(merged_into_id=found.merged_id))


def _take_effect(session: Session, customer_ids: tuple[int, int], before: bool, now: datetime) -> None:
    """End or rest signals as the permissions are now, and place both anew."""
    for customer_id in customer_ids:
        if not _allowed(session, customer_id, now):
            needs.end_signals(session, customer_id, cause="consent", now=now)
        elif customer_id != customer_ids[0] or not before:
            needs.rest_signals(session, customer_id, now=now, earlier_words=False)
        segments.place_customer(session, customer_id, cause="consent", now=now)
    live.tell(session, customer_ids[0], "consent-changed", {"purposes": []}, now)
