"""Asks treatment, then sends: message templates, what is intended, and what was really sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base

CLASSES = ("mandatory", "service", "answer", "research", "marketing", "repermission")


class MessageTemplate(Base):
    """What a message says, and which class, purpose and topic it has; a new version for every change.

    `subject` and `text` are English, `translations` has both by language. A version is a draft until a second person
    has set its class (`confirmed_at`) or turned it down; its words never change. `author_id` is None for what the
    portal or a loader wrote.
    """

    __tablename__ = "message_templates"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    message_class: Mapped[str]
    purpose: Mapped[str]
    topic: Mapped[str]
    channel: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    translations: Mapped[dict[str, Any]] = mapped_column(default=dict)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    turned_down_at: Mapped[datetime | None]
    turned_down_by: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("key", "version"),
        CheckConstraint("message_class IN (" + ", ".join(f"'{name}'" for name in CLASSES) + ")", name="message_class"),
    )

    @property
    def state(self) -> str:
        """`draft`, `confirmed` or `turned_down`."""
        if self.confirmed_at is not None:
            return "confirmed"
        return "draft" if self.turned_down_at is None else "turned_down"


class Intent(Base):
    """Somebody's wish to send one message to one customer, waiting for a decision. `key` makes intending idempotent."""

    __tablename__ = "intents"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("message_templates.id"))
    channel: Mapped[str]
    campaign: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    subject_ref: Mapped[str] = mapped_column(default="")
    segment_key: Mapped[str | None]
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="waiting")
    decide_after: Mapped[datetime]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'held', 'denied', 'sent', 'expired', 'failed')", name="state"),
        Index("ix_intents_due", "state", "decide_after"),
    )


class Dispatch(Base):
    """One message really sent because of one decision; the unique decision makes a second sending impossible."""

    __tablename__ = "dispatches"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("intents.id"), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id"))
    sent_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="en")

    __table_args__ = (Index("ix_dispatches_customer_id", "customer_id", "sent_at"),)
