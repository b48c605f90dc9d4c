"""What memberships rest on and what customers say against them, as it is read."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Customer
from portal.consent.models import ConsentEntry
from portal.conversations.models import Conversation, Message
from portal.crm.models import Attribute, Holding
from portal.needs.models import Signal, Tag
from portal.segments.models import Contest, Membership


@dataclass(frozen=True)
class SignalBehind:
    """One signal with the claim, the words, the conversation and the consent it rests on."""

    signal: Signal
    tag: Tag
    message: Message
    conversation: Conversation
    consent: ConsentEntry


def signals_behind(session: Session, ids: Sequence[int]) -> dict[int, SignalBehind]:
    """These signals with what they rest on, by signal id."""
    if not ids:
        return {}
    statement = (
        sa.select(Signal, Tag, Message, Conversation, ConsentEntry)
        .join(Tag, Tag.id == Signal.tag_id)
        .join(Message, Message.id == Signal.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(ConsentEntry, ConsentEntry.global_seq == Signal.consent_entry_id)
        .where(Signal.id.in_(ids))
    )
    return {row[0].id: SignalBehind(*row) for row in session.execute(statement)}


def open_signals_of(session: Session, customer_id: int, limit: int = 100) -> list[SignalBehind]:
    """The signals of one customer that have not ended, newest first, with what they rest on."""
    ids = session.scalars(
        sa.select(Signal.id)
        .where(Signal.customer_id == customer_id, Signal.ended_at.is_(None))
        .order_by(Signal.observed_at.desc(), Signal.id.desc())
        .limit(limit)
    ).all()
    behind = signals_behind(session, ids)
    return [behind[number] for number in ids]


def cut_by_consent(session: Session, customer_id: int) -> tuple[int, int]:
    """How many signals and how many memberships of a customer ended because the consent did, ever."""
    signals = sa.select(sa.func.count()).where(Signal.customer_id == customer_id, Signal.ended_cause == "consent")
    groups = sa.select(sa.func.count()).where(Membership.customer_id == customer_id, Membership.end_cause == "consent")
    row = session.execute(sa.select(signals.scalar_subquery(), groups.scalar_subquery())).one()
    return int(row[0]), int(row[1])


def contests_of(session: Session, customer_id: int) -> dict[int, Contest]:
    """What a customer said of groups that are not them, by membership."""
    found = session.scalars(sa.select(Contest).where(Contest.customer_id == customer_id))
    return {contest.membership_id: contest for contest in found}


def contests_about(session: Session, segment_id: int, limit: int = 20) -> list[tuple[Contest, Customer]]:
    """Who says that a segment is not them, newest first."""
    statement = (
        sa.select(Contest, Customer)
        .join(Membership, Membership.id == Contest.membership_id)
        .join(Customer, Customer.id == Contest.customer_id)
        .where(Membership.segment_id == segment_id)
        .order_by(Contest.id.desc())
        .limit(limit)
    )
    return [(contest, customer) for contest, customer in session.execute(statement)]


def known_facts(session: Session) -> tuple[list[str], list[str]]:
    """The products and the attributes that customers have, for building conditions."""
    products = session.scalars(sa.select(Holding.product).distinct().order_by(Holding.product)).all()
    attributes = session.scalars(sa.select(Attribute.key).distinct().order_by(Attribute.key)).all()
    return list(products), list(attributes)
