"""Who did what: one row per act of a team member or of the portal itself, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class AuditEntry(Base):
    """One act. `detail` never holds what a customer wrote, nor an address or a secret."""

    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_type: Mapped[str]
    actor_id: Mapped[int | None]
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_audit_entries_act_id", "act", "id"),
        Index("ix_audit_entries_subject_id", "subject", "id"),
    )
