"""What a customer lets us do: purposes, notices, the append-only ledger, its state, preferences, receipts."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index

ANY = "*"
ACTIONS = (
    "requested granted refused deferred reaffirmed withdrawn expired revoked invalidated objected objection_lifted "
    "paused resumed suppressed imported merged"
).split()


class Purpose(Base):
    """One thing we ask to do with a customer's data, kept as data so that an admin can add one.

    `carries`: the classes of messages that may go under it, see `carrying`.
    """

    __tablename__ = "purposes"
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    sentence: Mapped[str]
    lawful_basis: Mapped[str]
    data_used: Mapped[str]
    recipients: Mapped[str]
    retention_days: Mapped[int]
    honours_gpc: Mapped[bool]
    expires_months: Mapped[int] = mapped_column(default=0)
    asks: Mapped[bool]
    channels: Mapped[list[Any]] = mapped_column(default=list)
    topics: Mapped[list[Any]] = mapped_column(default=list)
    part_dates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    carries: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(
            "lawful_basis IN ('contract', 'consent', 'legitimate_interest', 'legal_obligation')", name="lawful_basis"
        ),
    )


class CellPart(Base):
    """A channel or a topic, with the words people read; purposes name it by its key."""

    __tablename__ = "cell_parts"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    name: Mapped[str]
    position: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "key"), CheckConstraint("kind IN ('channel', 'topic')", name="kind"))


class Notice(Base):
    """The exact words shown when asking; a draft until `published_at`, never changed afterwards."""

    __tablename__ = "notices"
    id: Mapped[int] = mapped_column(primary_key=True)
    purpose_key: Mapped[str] = mapped_column(ForeignKey("purposes.key"))
    version: Mapped[int]
    language: Mapped[str] = mapped_column(default="en")
    change: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    text: Mapped[str]
    data_used: Mapped[str]
    recipients: Mapped[str]
    sha256: Mapped[str]
    effective_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        UniqueConstraint("purpose_key", "version", "language"),
        CheckConstraint("change IN ('first', 'editorial', 'narrowing', 'widening', 'controller')", name="change"),
    )


class NoticeServed(Base):
    """That these words were shown to this customer, whether or not they chose anything."""

    __tablename__ = "notices_served"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    place: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("customer_id", "notice_id", "place"),)


UNPROVEN = (
    "consent_entries.grade IS NULL AND consent_entries.action IN ('granted', 'reaffirmed') AND NOT "
    "(consent_entries.actor_type = 'customer' AND consent_entries.method = 'web_form' "
    "AND consent_entries.notice_sha256 IS NOT NULL)"
)
"""As `rules.proof_of` finds C without a grade; as text, since an index is found by the very words of its condition."""


class ConsentEntry(Base):
    """One dated act on one cell. Append-only: `seq` is gapless per customer, each entry hashes the one before."""

    __tablename__ = "consent_entries"
    global_seq: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    seq: Mapped[int]
    event_id: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    channel: Mapped[str] = mapped_column(default=ANY)
    topic: Mapped[str] = mapped_column(default=ANY)
    action: Mapped[str]
    basis: Mapped[str] = mapped_column(default="consent")
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    notice_version: Mapped[int | None]
    notice_sha256: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    scope: Mapped[dict[str, Any]] = mapped_column(default=dict)
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    actor_type: Mapped[str]
    actor: Mapped[str]
    method: Mapped[str]
    evidence: Mapped[str | None]
    evidence_salt: Mapped[str | None]
    evidence_sha256: Mapped[str | None]
    source_system: Mapped[str] = mapped_column(default="portal")
    authority: Mapped[str] = mapped_column(default="self")
    grade: Mapped[str | None]
    prev_hash: Mapped[str]
    entry_hash: Mapped[str]

    __table_args__ = (
        UniqueConstraint("customer_id", "seq"),
        CheckConstraint("action IN (" + ", ".join(f"'{action}'" for action in ACTIONS) + ")", name="action"),
        CheckConstraint("grade IN ('A', 'B', 'C')", name="grade"),
        Index("ix_consent_entries_said", "purpose", "occurred_at", "customer_id"),
        Index("ix_consent_entries_cell", "customer_id", "purpose", "channel", "topic", "seq"),
        partial_index(
            "ix_consent_entries_unproven", "purpose", "customer_id", where=UNPROVEN.replace("consent_entries.", "")
        ),
    )


class ConsentState(Base):
    """Where each cell stands, written in the transaction of the entry that changed it."""

    __tablename__ = "consent_states"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True, default=ANY)
    topic: Mapped[str] = mapped_column(primary_key=True, default=ANY)
    state: Mapped[str]
    seq: Mapped[int]
    entry_id: Mapped[int] = mapped_column(ForeignKey("consent_entries.global_seq"))
    notice_version: Mapped[int | None]
    since: Mapped[datetime]
    earlier_words: Mapped[bool] = mapped_column(default=False)
    valid_until: Mapped[datetime | None]
    grade: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("grade IN ('A', 'B', 'C')", name="grade"),
        CheckConstraint("state IN ('granted', 'denied', 'objected', 'paused', 'open')", name="state"),
        Index(
            "ix_consent_states_sets",
            "purpose",
            "channel",
            "topic",
            "state",
            "customer_id",
            "valid_until",
            "notice_version",
            "grade",
        ),
    )


class SignedHead(Base):
    """The heads of all ledgers as they were signed on a day; `document` is what also lies in the second place."""

    __tablename__ = "signed_heads"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    at: Mapped[datetime]
    global_seq: Mapped[int]
    entries: Mapped[int]
    customers: Mapped[int]
    heads_sha256: Mapped[str]
    document: Mapped[str]


class Preference(Base):
    """How often, when, in which language and by which way a customer wants to hear from us.

    `digest`: `daily` or `weekly` when what may wait shall come in one mail; None when each message comes alone.
    """

    __tablename__ = "preferences"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    max_per_week: Mapped[int | None]
    channel: Mapped[str | None]
    digest: Mapped[str | None]
    paused_until: Mapped[date | None]
    updated_at: Mapped[datetime]


class Suppression(Base):
    """That somebody was erased: a keyed fingerprint of an address or number of theirs, and nothing else.

    Without the portal's secret key nobody can tell whose it is; with it, the same address is recognised again.
    """

    __tablename__ = "suppressions"
    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class Receipt(Base):
    """The customer's proof of what was answered or sent in; found by its code."""

    __tablename__ = "receipts"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    subject: Mapped[str]
    submission_key: Mapped[str | None] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("kind IN ('consent', 'conversation', 'idea')", name="kind"),)
