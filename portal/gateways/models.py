"""What leaves by text message, notification, phone or post: kept before, while and after a gateway has it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base
from portal.gateways.rules import STATES, WAYS


class GatewayMessage(Base):
    """One message for a gateway: to whom, which way, the very words, under which decision, and how far it came.

    `ref` stays the same however often it is given out, so that a gateway knows it again. While it is `leased` it may
    be sent until `leased_until`; `lease` counts how often it was given out. `note` is the gateway's own word of it.
    """

    __tablename__ = "gateway_messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    decision_ref: Mapped[str] = mapped_column(unique=True)
    to_point: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    language: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    lease: Mapped[int] = mapped_column(default=0)
    leased_by: Mapped[str] = mapped_column(default="")
    leased_until: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{name}'" for name in STATES) + ")", name="state"),
        CheckConstraint("channel IN (" + ", ".join(f"'{name}'" for name in WAYS) + ")", name="channel"),
        Index("ix_gateway_messages_due", "channel", "state", "id"),
        Index("ix_gateway_messages_to_point", "to_point", "created_at"),
    )
