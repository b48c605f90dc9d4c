"""What is said, by both sides, and what was promised."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, partial_index


class Conversation(Base):
    """An exchange with one customer, or with somebody known only by a receipt code.

    `product_line` is what a person here said it is about; empty: about every one; None: nobody said, its words tell.
    """

    __tablename__ = "conversations"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    receipt_code: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting_team")
    origin: Mapped[str] = mapped_column(default="portal")
    external_id: Mapped[str | None] = mapped_column(unique=True)
    may_reply: Mapped[bool] = mapped_column(default=True)
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    urgency: Mapped[int] = mapped_column(default=0)
    distress: Mapped[bool] = mapped_column(default=False)
    sentiment: Mapped[str | None]
    product_line: Mapped[str | None]
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    messages: Mapped[list["Message"]] = relationship(
        order_by="Message.written_at, Message.id", back_populates="conversation"
    )

    __table_args__ = (
        CheckConstraint("state IN ('open', 'waiting_customer', 'waiting_team', 'answered', 'closed')", name="state"),
        Index("ix_conversations_inbox", "state", "distress", "urgency", "last_at", "id"),
        Index("ix_conversations_last_at_id", "last_at", "id"),
    )


class Message(Base):
    """One turn. `reading` says where the background reader stands with it; only customers' words are read."""

    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    author: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    author_name: Mapped[str] = mapped_column(default="")
    internal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str]
    masked_text: Mapped[str | None]
    written_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    submission_key: Mapped[str | None] = mapped_column(unique=True)
    reading: Mapped[str] = mapped_column(default="none")
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    read_after: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]
    conversation: Mapped[Conversation] = relationship(back_populates="messages")
    rating: Mapped["Rating | None"] = relationship(
        primaryjoin="and_(Rating.message_id == Message.id, Rating.ended_at.is_(None))", viewonly=True, uselist=False
    )

    __table_args__ = (
        CheckConstraint("author IN ('customer', 'team', 'portal')", name="author"),
        CheckConstraint("reading IN ('none', 'waiting', 'claimed', 'read', 'not_read', 'failed')", name="reading"),
        Index("ix_messages_reading", "reading", "read_after", "id"),
        Index("ix_messages_written_at_id", "written_at", "id"),
    )


class Rating(Base):
    """How it was for them, as a customer says beside their words or below our answer: 1 very bad … 5 very good.

    It is their word: no reader changes it. Said anew, or taken back, the earlier one ends and stays readable.
    """

    __tablename__ = "ratings"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), index=True)
    score: Mapped[int]
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="portal")
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("source IN ('portal', 'api', 'import')", name="source"),
        partial_index("uq_ratings_in_force", "message_id", where="ended_at IS NULL", unique=True),
        Index("ix_ratings_given_at", "given_at"),
    )


class Promise(Base):
    """Something a team answer said would be done by a day; kept, late or broken.

    `apology_id` is the answer that apologised for it, at `apologised_at`; it is kept no more because of that.
    """

    __tablename__ = "promises"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    text: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="open")
    settled_at: Mapped[datetime | None]
    apology_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    apologised_at: Mapped[datetime | None]

    def missed(self, now: datetime) -> bool:
        """Whether it was not kept by its day, or will not be."""
        return self.state in ("late", "broken") or (self.state == "open" and self.due_at < now)

    __table_args__ = (
        CheckConstraint("state IN ('open', 'kept', 'late', 'broken')", name="state"),
        Index("ix_promises_state_due_at", "state", "due_at"),
        Index("ix_promises_customer_id_state_due_at", "customer_id", "state", "due_at"),
    )
