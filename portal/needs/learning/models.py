"""What people are asked to look at, and the models learned from what they said."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index


class QueueItem(Base):
    """A message a person is asked to look at, once. `round` is the day it was chosen on.

    A `frozen` one was drawn at random: models are measured on it and never learn from it. `kinds` are those of
    tags that were gone through, with commas, when it came with labels from a file; None for all of them. Such a one
    that is not frozen was given: nobody chose it.
    """

    __tablename__ = "queue_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    part: Mapped[str]
    frozen: Mapped[bool]
    round: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    added_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    kinds: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("part IN ('uncertain', 'random', 'watch', 'given')", name="part"),
        CheckConstraint("state IN ('open', 'done', 'skipped')", name="state"),
        CheckConstraint("(state = 'open') = (done_at IS NULL)", name="done"),
        CheckConstraint("frozen = (part = 'random')", name="frozen"),
        Index("ix_queue_items_state_id", "state", "id"),
        Index("ix_queue_items_done_at", "done_at"),
    )


class LearntModel(Base):
    """One model, numbered as it stands in every claim it makes, and what became of it.

    `info` says what it was trained on, `verdicts` holds every criterion of the gate by task, `measured` its figures
    beside those of the rules alone. `learned_from` is a fingerprint of the labels, so that nothing is learned twice.
    `shadow_*` counts what it would have changed before it was live.
    """

    __tablename__ = "learnt_models"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    trained_at: Mapped[datetime]
    state: Mapped[str]
    learned_from: Mapped[str]
    info: Mapped[dict[str, Any]]
    verdicts: Mapped[list[Any]]
    measured: Mapped[dict[str, Any]]
    signed_off_by: Mapped[str | None]
    live_at: Mapped[datetime | None]
    live_by: Mapped[str | None]
    retired_at: Mapped[datetime | None]
    shadow_count: Mapped[int] = mapped_column(default=0)
    shadow_changed: Mapped[int] = mapped_column(default=0)
    shadow_examples: Mapped[list[Any]] = mapped_column(default=list)
    tainted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('shadow', 'live', 'retired', 'refused')", name="state"),
        CheckConstraint("state <> 'live' OR live_at IS NOT NULL", name="live"),
        CheckConstraint("shadow_changed BETWEEN 0 AND shadow_count", name="shadow"),
        partial_index("uq_learnt_models_in_force", "state", where="state IN ('live', 'shadow')", unique=True),
    )


class LearntFile(Base):
    """One file of a model: numbers and words it goes by, never a text. Kept for the newest models only."""

    __tablename__ = "learnt_files"
    model_id: Mapped[int] = mapped_column(ForeignKey("learnt_models.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class LearntItem(Base):
    """That a model learned from a message, so that a withdrawal finds the models it concerns."""

    __tablename__ = "learnt_items"
    model_id: Mapped[int] = mapped_column(ForeignKey("learnt_models.id", ondelete="CASCADE"), primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True, index=True)
