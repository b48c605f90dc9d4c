"""Two customers who turned out to be one person."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index


class CustomerMerge(Base):
    """One customer merged into another, with what it takes to put everything back.

    `customer_id` is the one that stays, `merged_id` the one that became a tombstone. `verified` says that both are
    known to be the same person, `how` says how. `cells` keeps per cell the acts of both and what was written, `moves`
    the keys of the rows that moved, by table, `set_aside` what could not stand twice. `seq` is where the ledger of the
    one that stays stood before.
    """

    __tablename__ = "customer_merges"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    verified: Mapped[bool]
    how: Mapped[str]
    seq: Mapped[int]
    person: Mapped[str]
    cells: Mapped[list[Any]] = mapped_column(default=list)
    moves: Mapped[dict[str, Any]] = mapped_column(default=dict)
    set_aside: Mapped[dict[str, Any]] = mapped_column(default=dict)
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("customer_id <> merged_id", name="two"),
        partial_index("uq_customer_merges_standing", "merged_id", where="undone_at IS NULL", unique=True),
    )
