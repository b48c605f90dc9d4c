"""Consents brought in from a file: the batch, and each of its rows with where it came from and what became of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.importing.rules import OUTCOMES, STATES


class ConsentBatch(Base):
    """One file of consents: what it was, who brought it, who let it take effect, who took it back.

    `content` is the file until it is read, `generation` how often the same file was undone before, `expected` about how
    many rows it has, `done` how many rows the step at hand has behind it, `fault` why the file cannot be used.
    """

    __tablename__ = "consent_batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(index=True)
    generation: Mapped[int] = mapped_column(default=0)
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(index=True)
    fault: Mapped[str] = mapped_column(default="")
    expected: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
    submission_key: Mapped[str | None] = mapped_column(unique=True)

    __table_args__ = (CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),)


class ConsentBatchRow(Base):
    """One row of a batch.

    `outcome` is what the difference said, `result` what was done: `written`, `nothing`, or None before that. `before`
    is the cell as it was before the entry `entry_seq` was written; `undone` tells whether that was taken back, and
    `undone_seq`, of the first row about a cell, by which entry.
    """

    __tablename__ = "consent_batch_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("consent_batches.id"))
    line: Mapped[int]
    row_sha256: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    purpose: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    act: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime | None]
    grade: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="")
    wording: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    was: Mapped[str] = mapped_column(default="")
    becomes: Mapped[str] = mapped_column(default="")
    result: Mapped[str | None]
    event_id: Mapped[str | None] = mapped_column(index=True)
    entry_seq: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    undone: Mapped[str | None]
    undone_seq: Mapped[int | None]

    __table_args__ = (
        UniqueConstraint("batch_id", "line"),
        CheckConstraint("outcome IN (" + ", ".join(f"'{outcome}'" for outcome in OUTCOMES) + ")", name="outcome"),
        CheckConstraint("grade IN ('A', 'B', 'C')", name="grade"),
        CheckConstraint("result IN ('written', 'nothing')", name="result"),
        CheckConstraint("undone IN ('undone', 'changed')", name="undone"),
        Index("ix_consent_batch_rows_batch_id_outcome", "batch_id", "outcome", "line"),
    )
