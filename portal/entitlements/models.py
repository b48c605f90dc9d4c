"""What a customer may use or is owed. Grants are never rewritten; what is left is computed from grants and uses."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base


class Benefit(Base):
    """A kind of thing that can be granted, with its unit."""

    __tablename__ = "benefits"
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit: Mapped[str]
    gloss: Mapped[str]
    how_to_use: Mapped[str]
    amount: Mapped[int]
    days_valid: Mapped[int]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Grant(Base):
    """One dated, immutable amount of a benefit, with why it was given. `dedupe_key` makes granting idempotent."""

    __tablename__ = "grants"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    benefit_key: Mapped[str] = mapped_column(ForeignKey("benefits.key"))
    amount: Mapped[int]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    priority: Mapped[int] = mapped_column(default=100)
    source: Mapped[str]
    source_ref: Mapped[str] = mapped_column(default="")
    why: Mapped[str]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    granted_at: Mapped[datetime]
    told_expiry_at: Mapped[datetime | None]
    benefit: Mapped[Benefit] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("source IN ('rule', 'segment', 'product', 'staff', 'compensation')", name="source"),
        Index("ix_grants_customer_id_benefit_key", "customer_id", "benefit_key"),
        Index("ix_grants_valid_until", "valid_until"),
    )


class Use(Base):
    """Some of a benefit used at one moment; `key` makes using idempotent."""

    __tablename__ = "uses"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    benefit_key: Mapped[str] = mapped_column(ForeignKey("benefits.key"))
    amount: Mapped[int]
    used_at: Mapped[datetime]
    by: Mapped[str]

    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)


class UsePart(Base):
    """How much of one use was taken from one grant."""

    __tablename__ = "use_parts"
    use_id: Mapped[int] = mapped_column(ForeignKey("uses.id"), primary_key=True)
    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id"), primary_key=True)
    amount: Mapped[int]

    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)
