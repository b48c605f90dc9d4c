"""The cast, as rows: Ada, Ben and Cleo are customers."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent, privacy
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.consent.models import ConsentEntry, Receipt
from portal.conversations.models import Conversation, Message
from portal.db import random_ref
from portal.needs.models import Signal, Tag

JOINED = datetime(2025, 1, 15, 9, 0, tzinfo=UTC)


def customer(session: Session, name: str = "Ada", **values: object) -> Customer:
    """A customer with a verified address at example.org, in London unless said otherwise."""
    given: dict[str, object] = {
        "ref": f"C-{name.upper()}",
        "name": name,
        "email": f"{name.lower()}@example.org",
        "email_verified_at": JOINED,
        "time_zone": "Europe/London",
        "since": date(2025, 1, 15),
        "created_at": JOINED,
    }
    made = Customer(**{**given, **values})
    session.add(made)
    session.flush()
    return made


def ask_for(session: Session, *purposes: str, asks: bool = True) -> None:
    """Purposes the company asks for, with a notice in force."""
    for key in purposes:
        consent.add_purpose(
            session,
            now=JOINED,
            key=key,
            sentence=f"Use what you give us for {key}",
            lawful_basis="consent" if asks else "contract",
            data_used="messages",
            recipients="us",
            retention_days=730,
            honours_gpc=False,
            asks=asks,
            channels=["in_app", "email", "sms"],
            topics=["savings", "cards"],
        )
        words = consent.draft_notice(
            session, purpose=key, change="first", title="May we?", summary="May we?", text="May we?", now=JOINED
        )
        consent.publish_notice(session, words.id, now=JOINED)


def says(session: Session, customer: Customer, purpose: str, action: str, now: datetime, **values: Any) -> ConsentEntry:
    """One act of a customer on a purpose: granted, withdrawn, objected, …"""
    return consent.record(
        session, customer, consent.NewEntry(purpose=purpose, action=action, actor=customer.name, **values), now=now
    )


def receipt(session: Session, customer: Customer, code: str, now: datetime) -> Receipt:
    """The receipt, under this code, of the customer saying yes to offers."""
    made = privacy.change_consent(
        session, session.merge(customer), [privacy.CellChange(purpose="marketing", act="give")],
        actor=Actor("customer", None, customer.ref), method="web_form", expected_seq=None, now=now,
    )  # fmt: skip
    made.code = code
    session.flush()
    return made


def signal(
    session: Session,
    customer: Customer,
    need: str,
    at: datetime,
    *,
    strength: int = 700,
    text: str = "The fee is too high",
) -> Signal:
    """A message of the customer, its tag, and the signal that rests on the customer's consent to `needs`."""
    entry = session.scalars(
        sa.select(ConsentEntry).where(ConsentEntry.customer_id == customer.id, ConsentEntry.purpose == "needs")
    ).first()
    if entry is None:
        entry = says(session, customer, "needs", "granted", JOINED)
    message = message_of(session, customer, at, text=text, reading="read")
    tag = Tag(
        message_id=message.id, kind="need", value=need, need_state="unmet", confidence=strength, source="rule",
        reader_version="r1", spans=[[0, 7]], created_at=at,
    )  # fmt: skip
    session.add(tag)
    session.flush()
    made = Signal(
        customer_id=customer.id, need=need, need_state="unmet", strength=strength, polarity=-500, observed_at=at,
        message_id=message.id, tag_id=tag.id, reader_version="r1", consent_entry_id=entry.global_seq,
        consent_seq=entry.seq, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def message_of(
    session: Session, customer: Customer, at: datetime, *, text: str = "The fee is too high", reading: str = "waiting",
    **conversation: Any,
) -> Message:  # fmt: skip
    """A conversation the customer opened, with its first message."""
    opened = Conversation(
        ref=random_ref("T"), receipt_code=random_ref("R"), customer_id=customer.id, title=text[:40],
        opened_at=at, last_at=at, **conversation,
    )  # fmt: skip
    session.add(opened)
    session.flush()
    message = Message(
        ref=random_ref("M"), conversation_id=opened.id, author="customer", author_name=customer.name, text=text,
        written_at=at, recorded_at=at, reading=reading,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message
