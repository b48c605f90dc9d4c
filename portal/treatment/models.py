"""Whether, when and how we may contact somebody: the policy, rules that grant, decisions with every reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base


class Policy(Base):
    """One version of the settings of the contact rules; never changed. The newest live one decides."""

    __tablename__ = "policies"
    version: Mapped[int] = mapped_column(primary_key=True)
    settings: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    state: Mapped[str] = mapped_column(default="live")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (CheckConstraint("state IN ('draft', 'live', 'retired')", name="state"),)


class TreatmentRule(Base):
    """What follows from being in a segment: a benefit is granted or a message intended, in words a customer reads."""

    __tablename__ = "treatment_rules"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sentence: Mapped[str]
    kind: Mapped[str]
    segment_key: Mapped[str] = mapped_column(ForeignKey("segments.key"))
    benefit_key: Mapped[str | None] = mapped_column(ForeignKey("benefits.key"))
    template_key: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="draft")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    last_run_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('grant', 'contact')", name="kind"),
        CheckConstraint("state IN ('draft', 'live', 'retired')", name="state"),
        CheckConstraint("(kind = 'grant') = (benefit_key IS NOT NULL)", name="grant_has_benefit"),
        CheckConstraint("(kind = 'contact') = (template_key IS NOT NULL)", name="contact_has_template"),
    )


class ContactEvent(Base):
    """What a provider told us about a contact: a reply STOP, a hard bounce, a spam report; once by its own number."""

    __tablename__ = "contact_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    event_id: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        CheckConstraint("kind IN ('reply_stop', 'hard_bounce', 'spam_complaint')", name="kind"),
        Index("ix_contact_events_customer_id", "customer_id", "channel"),
    )


class Decision(Base):
    """The recorded answer to one intent: outcome, every rule's result, what it was decided on. Append-only, chained.

    `intent_key` with mode `claim` is unique per attempt number, so that one intent is never claimed twice.
    """

    __tablename__ = "decisions"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    intent_key: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=1)
    intent: Mapped[dict[str, Any]]
    intent_sha256: Mapped[str]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    message_class: Mapped[str]
    purpose: Mapped[str]
    topic: Mapped[str]
    mode: Mapped[str]
    outcome: Mapped[str]
    hold_until: Mapped[datetime | None]
    decisive_rule: Mapped[str | None]
    rules: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]
    counterfactual: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ledger_seq: Mapped[int]
    policy_version: Mapped[int] = mapped_column(ForeignKey("policies.version"))
    policy_sha256: Mapped[str]
    decided_at: Mapped[datetime]
    claim_until: Mapped[datetime | None]
    prev_hash: Mapped[str]
    entry_hash: Mapped[str]

    __table_args__ = (
        CheckConstraint("mode IN ('claim', 'shadow', 'replay')", name="mode"),
        CheckConstraint("outcome IN ('allow', 'hold', 'deny', 'expire')", name="outcome"),
        Index("uq_decisions_intent_key_attempt", "intent_key", "attempt", unique=True),
        Index("ix_decisions_customer_id", "customer_id", "decided_at"),
        Index("ix_decisions_outcome_id", "outcome", "id"),
    )


class TrustIndex(Base):
    """How we have treated one customer, in thousandths, with every part of it; measured about us, never about them.

    `floors` names what it keeps back: a floor holds until the index has risen clear of it again.
    """

    __tablename__ = "trust_indexes"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    value: Mapped[int]
    floors: Mapped[list[Any]] = mapped_column(default=list)
    components: Mapped[list[Any]] = mapped_column(default=list)
    measured_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("value BETWEEN 0 AND 1000", name="value"),)
