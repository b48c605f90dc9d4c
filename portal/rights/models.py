"""What customers ask for by right, what became of it, holds that forbid erasing, and certificates of erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index
from portal.rights.rules import KINDS, STATES

_STILL_OPEN = "state IN ('open', 'taken', 'held')"


class RightsRequest(Base):
    """One thing a customer asks for by right, with its clock.

    `due_at` is the day by which it must be settled, `acknowledge_by` the day by which a complaint must be taken up.
    `acts_at` is when an erasure begins; until then it can be taken back. `held` waits for a legal hold to end.
    """

    __tablename__ = "rights_requests"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    words: Mapped[str] = mapped_column(default="")
    keep_ideas: Mapped[bool] = mapped_column(default=False)
    came_by: Mapped[str] = mapped_column(default="portal")
    asked_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    acts_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    taken_by: Mapped[str | None]
    outcome: Mapped[str] = mapped_column(default="")
    submission_key: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (
        CheckConstraint("kind IN (" + ", ".join(f"'{kind}'" for kind in KINDS) + ")", name="kind"),
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint(f"({_STILL_OPEN}) = (settled_at IS NULL)", name="settled"),
        CheckConstraint("(kind = 'erase') = (acts_at IS NOT NULL)", name="acts"),
        CheckConstraint("came_by IN ('portal', 'phone', 'branch', 'letter', 'email')", name="came_by"),
        Index("ix_rights_requests_state_due_at", "state", "due_at"),
        partial_index(
            "uq_rights_requests_erase_open", "customer_id", where=f"kind = 'erase' AND {_STILL_OPEN}", unique=True
        ),
    )


class RightsStep(Base):
    """One thing that happened to a request: what, when and by whom; never changed. `note` is for the team only."""

    __tablename__ = "rights_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("rights_requests.id"), index=True)
    act: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint(
            "act IN ('asked', 'acknowledged', 'noted', 'done', 'refused', 'taken_back', 'held', 'erased')", name="act"
        ),
    )


class LegalHold(Base):
    """That something about a customer must be kept, why and until when, whatever is erased.

    `covers` lists what: `words`, `contacts`, `entitlements`, `identity`.
    """

    __tablename__ = "legal_holds"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    covers: Mapped[list[Any]]
    reason: Mapped[str]
    until: Mapped[datetime]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[str | None]

    __table_args__ = (CheckConstraint("until > set_at", name="until"),)


class Erasure(Base):
    """The certificate of one erasure: what went, by table, and what stayed and why. It names nobody."""

    __tablename__ = "erasures"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    counts: Mapped[dict[str, Any]]
    kept: Mapped[list[Any]]

    __table_args__ = (CheckConstraint("reason IN ('asked', 'hold-ended')", name="reason"),)
