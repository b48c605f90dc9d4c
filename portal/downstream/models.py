"""Systems that must know what customers allow, and what each of them was told: the outbox, one row for each."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index


class DownstreamSystem(Base):
    """A system outside that is told of changes: it asks for the feed with its token, or is called at its address.

    :ivar purposes: only changes of these; empty for all. :ivar events: what it is told of.
    :ivar sends: whether it contacts customers: then it is fenced while it is behind.
    :ivar secret_number: which of its webhook secrets signs; they are made from the portal's key and stored nowhere.
    :ivar old_secret_until: until when the secret before it signs too.
    :ivar started_after: position of the ledger when it was added; it is told of what came after.
    """

    __tablename__ = "downstream_systems"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    how: Mapped[str]
    purposes: Mapped[list[Any]] = mapped_column(default=list)
    events: Mapped[list[Any]] = mapped_column(default=list)
    sends: Mapped[bool] = mapped_column(default=False)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("api_tokens.id"), unique=True)
    url: Mapped[str | None]
    secret_number: Mapped[int] = mapped_column(default=1)
    old_secret_until: Mapped[datetime | None]
    started_after: Mapped[int]
    acknowledged_up_to: Mapped[int]
    submission_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("how IN ('feed', 'webhook')", name="how"),
        CheckConstraint("(how = 'webhook') = (url IS NOT NULL)", name="url"),
    )


class Delivery(Base):
    """One thing one system is told, kept until it says that it knows: pending → sent → acknowledged, or failed, dead.

    Written in the transaction of what it tells of. `acknowledged_at` is the first time it was acknowledged.

    :ivar restricts: whether it takes something away from what the customer allowed.
    """

    __tablename__ = "deliveries"
    id: Mapped[int] = mapped_column(primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("downstream_systems.id"))
    event: Mapped[str]
    event_id: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("consent_entries.global_seq"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    restricts: Mapped[bool] = mapped_column(default=False)
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("system_id", "event_id"),
        CheckConstraint("state IN ('pending', 'sent', 'acknowledged', 'failed', 'dead')", name="state"),
        Index("ix_deliveries_system_id", "system_id", "id"),
        partial_index("ix_deliveries_open", "system_id", "customer_id", "entry_id", where="acknowledged_at IS NULL"),
        partial_index("ix_deliveries_due", "not_before", where="state IN ('pending', 'sent', 'failed')"),
    )
