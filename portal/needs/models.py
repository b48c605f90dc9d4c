"""What was understood: readings, tags with their evidence, reviews by people, signals that rest on a consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index
from portal.likeness import FingerprintMixin


class MessageReading(Base):
    """What the reader found in one message, whole; the tags are its claims a person can review."""

    __tablename__ = "message_readings"
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    reader_version: Mapped[str]
    language: Mapped[str]
    readable: Mapped[bool]
    not_read_reason: Mapped[str | None]
    sentiment: Mapped[str | None]
    score: Mapped[int | None]
    actionability: Mapped[str]
    urgency: Mapped[int]
    safety: Mapped[list[Any]] = mapped_column(default=list)
    pii: Mapped[list[Any]] = mapped_column(default=list)
    aspects: Mapped[list[Any]] = mapped_column(default=list)
    read_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("sentiment IN ('negative', 'neutral', 'positive', 'mixed')", name="sentiment"),
        Index("ix_message_readings_sentiment", "sentiment", "message_id"),
    )


class MessageFingerprint(FingerprintMixin, Base):
    """By which messages like this one are found: made of the masked text, so that no personal data is in it."""

    __tablename__ = "message_fingerprints"
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)


class NotAlike(Base):
    """That a person said these two messages are not about the same thing, so that they are not shown together again."""

    __tablename__ = "not_alike"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    by: Mapped[str]

    __table_args__ = (
        UniqueConstraint("message_id", "other_id"),
        CheckConstraint("message_id < other_id", name="order"),
        Index("ix_not_alike_other_id", "other_id"),
    )


class Tag(Base):
    """One claim about one message, tied to the words it rests on. Strengths and confidences are thousandths."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    kind: Mapped[str]
    value: Mapped[str]
    need_state: Mapped[str | None]
    confidence: Mapped[int | None]
    is_estimate: Mapped[bool] = mapped_column(default=True)
    polarity: Mapped[int] = mapped_column(default=0)
    source: Mapped[str]
    reader_version: Mapped[str]
    spans: Mapped[list[Any]] = mapped_column(default=list)
    review: Mapped[str] = mapped_column(default="none")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('need', 'sentiment', 'intent', 'safety')", name="kind"),
        CheckConstraint("need_state IN ('unmet', 'met', 'wished')", name="need_state"),
        CheckConstraint("review IN ('none', 'accepted', 'corrected', 'rejected')", name="review"),
        Index("ix_tags_kind_value", "kind", "value", "message_id"),
        partial_index("uq_tags_open_claim", "message_id", "kind", "value", where="ended_at IS NULL", unique=True),
    )


class Review(Base):
    """What a person said about a tag; append-only. The newest of the strongest reviewer wins; a labelled example."""

    __tablename__ = "reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id"), index=True)
    new_tag_id: Mapped[int | None] = mapped_column(ForeignKey("tags.id"))
    verdict: Mapped[str]
    corrected_to: Mapped[str | None]
    corrected_state: Mapped[str | None]
    by_type: Mapped[str]
    by_account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    by_name: Mapped[str]
    weight: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("verdict IN ('accept', 'correct', 'reject', 'add')", name="verdict"),
        CheckConstraint("by_type IN ('customer', 'team')", name="by_type"),
    )


class Signal(Base):
    """One dated sign that a customer has a need, and the consent entry it rests on. Ended, never deleted.

    `strength` is 0…1000, `polarity` −1000…1000.
    """

    __tablename__ = "signals"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    need: Mapped[str]
    need_state: Mapped[str]
    strength: Mapped[int]
    polarity: Mapped[int]
    observed_at: Mapped[datetime]
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    tag_id: Mapped[int] = mapped_column(ForeignKey("tags.id"))
    reader_version: Mapped[str]
    consent_entry_id: Mapped[int] = mapped_column(ForeignKey("consent_entries.global_seq"))
    consent_seq: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_cause: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("strength BETWEEN 0 AND 1000", name="strength"),
        CheckConstraint("polarity BETWEEN -1000 AND 1000", name="polarity"),
        CheckConstraint("ended_cause IN ('consent', 'correction', 'reader', 'erasure', 'expiry')", name="ended_cause"),
        CheckConstraint("(ended_at IS NULL) = (ended_cause IS NULL)", name="ended"),
        UniqueConstraint("tag_id", "consent_entry_id"),
        Index("ix_signals_customer_id_need", "customer_id", "need", "observed_at"),
        Index("ix_signals_created_at", "created_at"),
        Index("ix_signals_ended_at", "ended_at"),
        partial_index("ix_signals_need_open", "need", "observed_at", where="ended_at IS NULL"),
    )
