"""Asks treatment, then sends: message templates, what is intended, and what was really sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index

CLASSES = ("mandatory", "service", "answer", "research", "marketing", "repermission")


class MessageTemplate(Base):
    """What a message says, and which class, purpose and topic it has; a new version for every change.

    `subject` and `text` are English, `translations` has both by language. A version is a draft until a second person
    has set its class (`confirmed_at`) or turned it down; its words never change. `author_id` is None for what the
    portal or a loader wrote. `data_used`: the data and recipients it uses, as notices name them; empty when not said.
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
    data_used: Mapped[list[Any]] = mapped_column(default=list)
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
    """Somebody's wish to send one message to one customer, waiting for a decision. `key` makes intending idempotent.

    `withdrawn_at` when whoever wished it took it back, which ends it as `expired`; `control` names the campaign that
    keeps this customer as one who gets nothing, to compare. `digest_at` while it waits for the customer's digest.
    """

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
    control: Mapped[str] = mapped_column(default="")
    priority: Mapped[int] = mapped_column(default=0)
    product_line: Mapped[str] = mapped_column(default="")
    cross_sell: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]
    digest_at: Mapped[datetime | None]

    __table_args__ = (
        partial_index(
            "ix_intents_digest", "customer_id", where="digest_at IS NOT NULL AND state IN ('waiting', 'held')"
        ),
        partial_index("ix_intents_campaign", "campaign", "customer_id", where="campaign <> ''"),
        CheckConstraint("state IN ('waiting', 'held', 'denied', 'sent', 'expired', 'failed')", name="state"),
        Index("ix_intents_due", "state", "decide_after"),
    )


class Dispatch(Base):
    """One message really sent because of one decision; the unique decision makes a second sending impossible.

    `stopped_at` when it was stopped before it left, because it was not allowed any more. A mail is in the outbox
    (`outbox_id`); what goes by text message, notification, phone or post is kept for a gateway (`gateway_id`).
    """

    __tablename__ = "dispatches"
    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), unique=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("intents.id"), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_messages.id"))
    gateway_id: Mapped[int | None] = mapped_column(ForeignKey("gateway_messages.id"))
    sent_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="en")
    stopped_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_dispatches_customer_id", "customer_id", "sent_at"),)


CAMPAIGN_STATES = ("draft", "approved", "running", "paused", "braked", "finished")


class Campaign(Base):
    """One message that a segment is to get for one reason, in a window of time; who gets it the rules decide.

    `control_percent` of the members, chosen by a salted hash, get nothing so that one can compare. `trial` is what the
    last dry run said. `released_at`: people who left before it do not count for the brake any more.
    """

    __tablename__ = "campaigns"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    segment_key: Mapped[str] = mapped_column(ForeignKey("segments.key"))
    template_id: Mapped[int] = mapped_column(ForeignKey("message_templates.id"))
    reason: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    control_percent: Mapped[int] = mapped_column(default=0)
    salt: Mapped[str]
    priority: Mapped[int] = mapped_column(default=0)
    product_line: Mapped[str] = mapped_column(default="")
    cross_sell: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="draft")
    trial: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    released_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{name}'" for name in CAMPAIGN_STATES) + ")", name="state"),
        CheckConstraint("control_percent BETWEEN 0 AND 50", name="control_percent"),
        CheckConstraint("ends_at > starts_at", name="window"),
    )


class CampaignStep(Base):
    """One thing that was done to a campaign: by whom, when and why."""

    __tablename__ = "campaign_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    act: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
