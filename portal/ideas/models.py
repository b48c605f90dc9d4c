"""What customers propose to each other: ideas with their versions, votes, comments, and every status they had."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.likeness import FingerprintMixin

STATUSES = ("open", "considering", "planned", "started", "shipped", "declined")
STRENGTHS = ("nice", "important", "critical")


class Board(Base):
    """A shelf ideas stand on, usually a product; `name` is what people see."""

    __tablename__ = "boards"
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class Idea(Base):
    """A proposal others see and vote on. Counters live in the row, kept by the act that changes them.

    `trend` is the rising score as `rules.trend_of` explains it; `folded` is title and text as the search reads them;
    `updated_at` moves when words, status or visibility change, not with votes.
    """

    __tablename__ = "ideas"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    board: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(default="open")
    show_name: Mapped[bool] = mapped_column(default=False)
    folded: Mapped[str] = mapped_column(default="")
    votes: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    trend: Mapped[int] = mapped_column(default=0)
    planned_for: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("status IN (" + ", ".join(f"'{status}'" for status in STATUSES) + ")", name="status"),
        CheckConstraint("votes >= 0", name="votes"),
        Index("ix_ideas_votes_id", "votes", "id"),
        Index("ix_ideas_trend_id", "trend", "id"),
        Index("ix_ideas_created_at_id", "created_at", "id"),
        Index("ix_ideas_status_id", "status", "id"),
        Index("ix_ideas_board_id", "board", "id"),
        Index("ix_ideas_answered_at_id", "answered_at", "id"),
        Index("ix_ideas_updated_at_id", "updated_at", "id"),
    )


class IdeaVersion(Base):
    """The words of an idea as they stood; votes name the version they were given for."""

    __tablename__ = "idea_versions"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]


class IdeaAnswer(Base):
    """A status given to an idea, with the official answer; never overwritten. `told_at`: when its voters were told."""

    __tablename__ = "idea_answers"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"), index=True)
    status: Mapped[str]
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    submission_key: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (Index("ix_idea_answers_at_id", "at", "id"),)


class Vote(Base):
    """One customer's support of one idea; the primary key makes a second one impossible."""

    __tablename__ = "votes"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    strength: Mapped[str] = mapped_column(default="important")
    version: Mapped[int] = mapped_column(default=1)
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("strength IN ('nice', 'important', 'critical')", name="strength"),
        Index("ix_votes_customer_id", "customer_id"),
    )


class Comment(Base):
    """Something said below an idea, by a customer or by the team."""

    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    author_name: Mapped[str]
    text: Mapped[str]
    submission_key: Mapped[str | None] = mapped_column(unique=True)
    at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_comments_idea_id_id", "idea_id", "id"),)


class IdeaFingerprint(FingerprintMixin, Base):
    """By which ideas like this one are found; empty while the idea is hidden."""

    __tablename__ = "idea_fingerprints"
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id", ondelete="CASCADE"), unique=True)


class NotDuplicate(Base):
    """That a person said these two ideas are not the same, so that nobody is asked again."""

    __tablename__ = "not_duplicates"
    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"))
    at: Mapped[datetime]
    by: Mapped[str]

    __table_args__ = (UniqueConstraint("idea_id", "other_id"), CheckConstraint("idea_id < other_id", name="order"))
