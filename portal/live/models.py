"""What just happened to a customer, for pages that are open at the moment."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class LiveEvent(Base):
    """One thing to tell an open page: `kind` such as `entitlement-granted`, `message-read`, `consent-changed`."""

    __tablename__ = "live_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    at: Mapped[datetime]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (Index("ix_live_events_customer_id_id", "customer_id", "id"),)
