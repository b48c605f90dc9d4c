"""Customers with like needs: named groups, their versioned definitions, and membership as intervals with a cause."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index

CAUSES = ("signal", "time", "consent", "definition", "reader", "manual", "recluster", "correction", "fact")
"""Why a membership began or ended; `fact` is something else we know of the customer: a product, a vote, …"""
_CAUSES = "(" + ", ".join(f"'{cause}'" for cause in CAUSES) + ")"


class Segment(Base):
    """A named group of customers; what it means is in its newest definition."""

    __tablename__ = "segments"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    placed_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("state IN ('draft', 'live', 'retired')", name="state"),)


class SegmentDefinition(Base):
    """One version of what makes somebody a member, as a condition tree; never changed."""

    __tablename__ = "segment_definitions"
    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("segments.id"))
    version: Mapped[int]
    tree: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (UniqueConstraint("segment_id", "version"),)


class Membership(Base):
    """A customer in a segment from–to, with why it began, why it ended and the trace that shows it."""

    __tablename__ = "memberships"
    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(ForeignKey("segments.id"))
    definition_id: Mapped[int] = mapped_column(ForeignKey("segment_definitions.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    cause: Mapped[str]
    end_cause: Mapped[str | None]
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(f"cause IN {_CAUSES}", name="cause"),
        CheckConstraint(f"end_cause IN {_CAUSES}", name="end_cause"),
        CheckConstraint("(valid_to IS NULL) = (end_cause IS NULL)", name="ended"),
        partial_index("uq_memberships_open", "segment_id", "customer_id", where="valid_to IS NULL", unique=True),
        Index("ix_memberships_customer_id", "customer_id", "valid_from"),
        Index("ix_memberships_changed_at_id", "changed_at", "id"),
    )


class Contest(Base):
    """A customer said that a group they are in is not them; a person looks at it."""

    __tablename__ = "contests"
    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id"), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    said: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
