"""What the company already knows of somebody, and the imports that brought it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Holding(Base):
    """A product a customer has or had."""

    __tablename__ = "holdings"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    product: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]

    __table_args__ = (UniqueConstraint("customer_id", "product", "since"),)


class Attribute(Base):
    """One typed fact the company's own systems say about a customer; exactly one of the values is set."""

    __tablename__ = "attributes"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str | None]
    number: Mapped[int | None]
    day: Mapped[date | None]
    updated_at: Mapped[datetime]


class ImportRun(Base):
    """One file brought in: what it was, how many rows went where."""

    __tablename__ = "import_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    dry_run: Mapped[bool]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    already_there: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    report: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
