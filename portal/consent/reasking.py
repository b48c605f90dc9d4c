"""Whether to ask somebody in the middle of what they are doing: never asked yet, or the words changed since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from portal.accounts import Customer
from portal.consent.models import ANY, ConsentEntry, Notice, NoticeServed
from portal.consent.permissions import Permission
from portal.consent.published import published

NO_MORE = {"no-such-purpose", "retired", "stopped", "objected", "denied", "paused"}
"""Whoever said no, objected, stopped or paused is not asked."""


@dataclass(frozen=True)
class Ask:
    """A question to put to a customer.

    :ivar why: `never` (not asked yet), `expired`, `void` (somebody else answers for the data now), or `widened` (their
        yes stands for what they were told then; only the new part is asked).
    :ivar seq: ledger position the question rests on.
    :ivar noted: whether it is written down already that these words were shown here.
    """

    purpose: str
    words: Notice
    why: str
    seq: int
    noted: bool


def to_ask(
    session: Session, customer: Customer, purpose: str, place: str, *, answer: Permission, now: datetime
) -> Ask | None:
    """What to ask a customer about a purpose now; None when there is nothing, or they put these very words off.

    :param place: where it would be shown, for the note that it was.
    :param answer: what they allow about this purpose now.
    """
    if answer.reason == "contract" or NO_MORE.intersection(answer.restrictions):
        return None
    found = session.execute(_question(customer, purpose, place, answer, now)).one_or_none()
    if found is None:
        return None
    words, seq, widened, deferred, shown = found
    if deferred or (answer and not widened):
        return None
    why = "widened" if answer else {"expired": "expired", "void": "void"}.get(answer.reason, "never")
    return Ask(purpose, words, why, seq or 0, shown)


def _question(
    customer: Customer, purpose: str, place: str, answer: Permission, now: datetime
) -> Select[Notice, int, bool, bool, bool]:
    """The words in force in their language or another, and all that matters beside them, in one statement."""
    other = aliased(Notice)
    wider = exists().where(
        other.purpose_key == purpose,
        other.version > (answer.notice_version or 0),
        other.change.in_(("widening", "controller")),
        other.published_at <= now,
        other.effective_at <= now,
    )
    mine = (ConsentEntry.customer_id == customer.id, ConsentEntry.purpose == purpose, ConsentEntry.action == "deferred")
    whole = (ConsentEntry.channel == ANY, ConsentEntry.topic == ANY)
    put_off = exists().where(*mine, *whole, ConsentEntry.notice_version >= Notice.version)
    noted = exists().where(
        NoticeServed.customer_id == customer.id, NoticeServed.notice_id == Notice.id, NoticeServed.place == place
    )
    every = aliased(ConsentEntry)
    seq = select(func.max(every.seq)).where(every.customer_id == customer.id).scalar_subquery()
    return (
        select(Notice, seq, wider, put_off, noted)
        .where(Notice.purpose_key == purpose, *published(now))
        .order_by(Notice.version.desc(), Notice.language != customer.language, Notice.language != "en")
        .limit(1)
    )
