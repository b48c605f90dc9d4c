"""Whether, when and how we may contact somebody: the policy, rules that grant, decisions with every reason."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index

MARKS = ("bereaved", "court", "minor", "guardian", "vulnerable")


class Policy(Base):
    """One version of the settings of the contact rules; they never change. The newest live one decides.

    `author_id` is None for what no signed-in person wrote; a draft is approved by somebody else than its author.
    """

    __tablename__ = "policies"
    version: Mapped[int] = mapped_column(primary_key=True)
    settings: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    state: Mapped[str] = mapped_column(default="live")
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    note: Mapped[str] = mapped_column(default="")
    shadow_since: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]
    live_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("state IN ('draft', 'live', 'retired')", name="state"),)

    @property
    def stage(self) -> str:
        """`draft`, `shadow`, `live` or `retired`: how far a version has come."""
        return "shadow" if self.state == "draft" and self.shadow_since else self.state


class TreatmentRule(Base):
    """What follows from being in a segment: a benefit is granted or a message intended, in words a customer reads.

    `writers` are those who wrote or changed it, the first first: `id` of the account (null for a loader), `name`, `at`.
    A `contact` rule acts only while somebody else approved it as it is; each change ends that and makes a new version.
    """

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
    writers: Mapped[list[Any]] = mapped_column(default=list)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str | None]

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

    `intent_key` with mode `claim` is unique per attempt number, so that one intent is never claimed twice. Those with
    mode `shadow` stand beside it and say what a policy on trial would have decided; nothing follows from them.
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
    campaign: Mapped[str] = mapped_column(default="")
    prev_hash: Mapped[str]
    entry_hash: Mapped[str]

    __table_args__ = (
        CheckConstraint("mode IN ('claim', 'shadow', 'replay')", name="mode"),
        CheckConstraint("outcome IN ('allow', 'hold', 'deny', 'expire')", name="outcome"),
        partial_index("uq_decisions_claim", "intent_key", "attempt", where="mode <> 'shadow'", unique=True),
        partial_index(
            "uq_decisions_shadow", "intent_key", "attempt", "policy_version", where="mode = 'shadow'", unique=True
        ),
        partial_index("ix_decisions_campaign", "campaign", "decided_at", where="campaign <> ''"),
        Index(
            "ix_decisions_counted",
            "customer_id",
            "decided_at",
            "mode",
            "outcome",
            "message_class",
            "channel",
            "topic",
            "purpose",
            "attempt",
            "intent_key",
        ),
        Index("ix_decisions_outcome_id", "outcome", "id"),
    )


def claimed(decision: Any = Decision) -> ColumnElement[bool]:
    """That a decision was a claim, in the very words of the index of keys: only then does SQLite take it.

    A value that is put in later would also make it plan anew each time, since that might fit an index or not.
    """
    return and_(decision.mode == literal_column("'claim'"), decision.mode != literal_column("'shadow'"))


CLAIMED = claimed()
OF_A_CAMPAIGN = Decision.campaign != literal_column("''")
"""The same for the index of campaigns."""


class TrustIndex(Base):
    """How we have treated one customer, in thousandths, with every part of it; measured about us, never about them.

    `floors` names what it keeps back: a floor holds until the index has risen clear of it again.
    """

    __tablename__ = "trust_indexes"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    value: Mapped[int] = mapped_column(index=True)
    floors: Mapped[list[Any]] = mapped_column(default=list)
    components: Mapped[list[Any]] = mapped_column(default=list)
    measured_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("value BETWEEN 0 AND 1000", name="value"),)


class Mark(Base):
    """Something the team recorded about a customer that stops or limits what we send; ended, never deleted.

    `note` says what it rests on, `since` from when it counts where that is not when it was recorded.
    """

    __tablename__ = "marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    since: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("kind IN (" + ", ".join(f"'{kind}'" for kind in MARKS) + ")", name="kind"),
        partial_index("uq_marks_open", "customer_id", "kind", where="ended_at IS NULL", unique=True),
    )

    def stage(self, now: datetime) -> str:
        """`coming`, `holds`, `over` (its time ran out) or `ended` (by a person)."""
        if self.ended_at is not None:
            return "over" if self.until is not None and self.ended_at >= self.until else "ended"
        if self.until is not None and self.until <= now:
            return "over"
        return "coming" if self.since is not None and self.since > now else "holds"


class JointHolder(Base):
    """One of several who hold a relationship together, and whether they agree to what the others allowed."""

    __tablename__ = "joint_holders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    name: Mapped[str]
    state: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime]
    recorded_by: Mapped[str]

    __table_args__ = (
        UniqueConstraint("customer_id", "name"),
        CheckConstraint("state IN ('asked', 'approved', 'revoked', 'left')", name="state"),
    )


class CallRegister(Base):
    """One copy of a register of people who want no calls, as of a day. One of each name is `live`, which counts.

    A `draft` waits for somebody to look at its difference; of what was `replaced` the numbers are gone.
    """

    __tablename__ = "call_registers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    taken_at: Mapped[datetime]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    numbers: Mapped[int]
    sha256: Mapped[str]
    state: Mapped[str] = mapped_column(default="live")

    __table_args__ = (
        UniqueConstraint("name", "taken_at"),
        CheckConstraint("state IN ('draft', 'live', 'replaced')", name="state"),
    )


class CallRegisterNumber(Base):
    """One number of a register, as its SHA-256: enough to look a number up, and no list to call from."""

    __tablename__ = "call_register_numbers"
    register_id: Mapped[int] = mapped_column(ForeignKey("call_registers.id", ondelete="CASCADE"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)


class CampaignPace(Base):
    """How fast people leave because of a campaign: counted by a job, read when one of its messages is decided.

    `sent` and `left` of the last 24 hours; `usual` the daily share that leaves, in millionths, over 90 days.
    """

    __tablename__ = "campaign_paces"
    campaign: Mapped[str] = mapped_column(primary_key=True)
    sent: Mapped[int]
    left: Mapped[int]
    usual: Mapped[int | None]
    counted_at: Mapped[datetime]
