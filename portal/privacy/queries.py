"""What privacy asks across the capabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, Text, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session

from portal.accounts import Customer
from portal.consent.models import ANY, ConsentState, Preference, Purpose
from portal.conversations.models import Conversation, Message
from portal.db import plainly
from portal.mail import OutboxMessage
from portal.needs.models import Signal


def expired_cells(session: Session, now: datetime, *, after: int = 0, limit: int = 200) -> Sequence[int]:
    """Ids of customers with a grant whose time is over but not yet written down, above `after`."""
    over = (ConsentState.state == "granted", ConsentState.valid_until <= now, ConsentState.customer_id > after)
    statement = select(ConsentState.customer_id).where(*over).distinct().order_by(ConsentState.customer_id)
    return session.scalars(statement.limit(limit)).all()


@dataclass(frozen=True)
class Ending:
    """A yes that ends soon, and whom to tell."""

    customer_id: int
    email: str
    language: str
    time_zone: str | None
    purpose: str
    sentence: str
    entry_id: int
    ends_at: datetime

    @property
    def dedupe_key(self) -> str:
        """Under which its customer is told once."""
        return f"consent-ending:{self.entry_id}"


def ending_soon(session: Session, now: datetime, until: datetime, *, limit: int = 200) -> list[Ending]:
    """Each yes to a whole purpose that ends after `now` and by `until`, of which its customer was not told yet."""
    told = exists().where(OutboxMessage.dedupe_key == "consent-ending:" + cast(ConsentState.entry_id, Text))
    rows = session.execute(
        select(
            Customer.id, Customer.email, Customer.language, Customer.time_zone, Purpose.key, Purpose.sentence,
            ConsentState.entry_id, ConsentState.valid_until,
        )
        .join(ConsentState, ConsentState.customer_id == Customer.id)
        .join(Purpose, Purpose.key == ConsentState.purpose)
        .where(ConsentState.state == "granted", ConsentState.valid_until > now, ConsentState.valid_until <= until)
        .where(ConsentState.channel == ANY, ConsentState.topic == ANY, Purpose.retired_at.is_(None), ~told)
        .where(Customer.email.is_not(None), Customer.email_verified_at.is_not(None), Customer.erased_at.is_(None))
        .order_by(Customer.id)
        .limit(limit)
    )  # fmt: skip
    return [Ending(*row) for row in rows]  # type: ignore[arg-type]  # an address and an end are asked for above


class Beside(NamedTuple):
    """What stands beside a customer's answers: their first words, what rests on their consent, how they want to hear.

    :ivar first_words: when they first wrote something; None when never.
    :ivar resting: how many signals rest on their consent to `needs` now.
    """

    first_words: datetime | None = None
    resting: int = 0
    max_per_week: int | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    paused_until: date | None = None


def _both() -> tuple[Select[datetime | None], Select[Any]]:
    """When `customer` first wrote something; and all that stands beside their answers. Built once."""
    customer = bindparam("customer", type_=Integer())
    first = (
        select(func.min(Message.written_at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.customer_id == customer, Message.author == "customer")
    )
    resting = select(func.count()).select_from(Signal).where(Signal.customer_id == customer, Signal.ended_at.is_(None))
    wishes = [getattr(Preference, name) for name in Beside._fields[2:]]
    beside = (
        select(first.scalar_subquery(), resting.scalar_subquery(), *wishes)
        .select_from(Customer)
        .outerjoin(Preference, Preference.customer_id == Customer.id)
        .where(Customer.id == customer)
    )
    return first, beside


_FIRST_WORDS, _BESIDE = _both()


def first_words_at(session: Session, customer_id: int) -> datetime | None:
    """When the customer first wrote something; None when never."""
    return session.scalar(_FIRST_WORDS, {"customer": customer_id})


def resting_on(session: Session, customer_id: int) -> int:
    """How many signals rest on the customer's consent to `needs` now."""
    return beside(session, customer_id).resting


def beside(session: Session, customer_id: int) -> Beside:
    """What stands beside the answers of a customer, in one statement."""
    found = plainly(session).execute(_BESIDE, {"customer": customer_id}).one_or_none()
    return Beside._make(found) if found is not None else Beside()
