"""Versions of the taxonomy, and runs that read history again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index


class TaxonomyVersion(Base):
    """One version of the needs. A draft is edited; what is published never changes again.

    `number` is the version that every reading names. `names` holds the names of its needs by key, so that an old tag
    keeps its name when its need is gone. `revision` counts saves. Version numbers begin after the shipped one's.
    """

    __tablename__ = "taxonomy_versions"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default="draft")
    toml: Mapped[str]
    names: Mapped[dict[str, Any]] = mapped_column(default=dict)
    based_on: Mapped[int]
    note: Mapped[str] = mapped_column(default="")
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published')", name="state"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
        partial_index("uq_taxonomy_versions_draft", "state", where="state = 'draft'", unique=True),
    )


class Reread(Base):
    """One wish that history be read again with the reader in force, and how far that has come.

    `position` is the id of the last message done, `last_id` the last one to do. A batch counts only for the worker
    that moves `position` on from where it found it. `slot` is 1 while it waits or runs, so that there is one at a time.
    """

    __tablename__ = "rereads"
    id: Mapped[int] = mapped_column(primary_key=True)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    reader_version: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    slot: Mapped[int | None] = mapped_column(default=1, unique=True)
    position: Mapped[int] = mapped_column(default=0)
    last_id: Mapped[int]
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    stopped_by: Mapped[str | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'stopped', 'finished')", name="state"),
        CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished"),
        CheckConstraint("(state IN ('waiting', 'running')) = (slot IS NOT NULL)", name="slot"),
    )
