"""Who somebody is: customers, team members, how they sign in, and the tokens machines use."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Base, partial_index


class Customer(Base):
    """A person the company has a relationship with. Locking this row orders consent, claims and sending.

    `ref` is the public name (`C-…`), `external_ref` the company's own number for the person; `merged_into_id` leads
    from a customer who turned out to be another one to that one.
    """

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    external_ref: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    email_verified_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    since: Mapped[date | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    next_boundary_at: Mapped[datetime | None] = mapped_column(index=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_customers_place", "time_zone", "country", "id"),
        partial_index("ix_customers_unverified", "id", where="email_verified_at IS NULL"),
        partial_index("ix_customers_erased", "id", where="erased_at IS NOT NULL"),
    )


class ContactPoint(Base):
    """Where a customer is reached besides by mail: a number, a postal address, a device; once of each kind.

    `verified_at` when somebody made sure that it is theirs; without it nothing is sent there. Of the last code that
    was asked for to confirm it, `proof_key` is what it is made from with the portal's secret key, never the code.
    """

    __tablename__ = "contact_points"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    verified_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    source: Mapped[str]
    proof_key: Mapped[str | None]
    proof_at: Mapped[datetime | None]
    proof_tries: Mapped[int] = mapped_column(default=0)

    __table_args__ = (CheckConstraint("kind IN ('number', 'address', 'device')", name="kind"),)


class Account(Base):
    """A way to sign in: belongs to one customer, or to a team member with a role.

    `language` and `time_zone` are what a team member chose; a customer's stand with the customer.
    """

    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), unique=True)
    role: Mapped[str | None]
    team: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    customer: Mapped[Customer | None] = relationship(lazy="joined")

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("role IN ('product', 'analyst', 'admin')", name="role"),
        CheckConstraint("(customer_id IS NULL) <> (role IS NULL)", name="customer_or_team"),
    )


class SignIn(Base):
    """One signed-in browser. The cookie holds the token, the row its hash, so that it can be ended from here."""

    __tablename__ = "sign_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="")
    account: Mapped[Account] = relationship(lazy="joined")


class AccountLink(Base):
    """A link mailed to somebody, to confirm an address or to choose a new password; works once."""

    __tablename__ = "account_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    purpose: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("purpose IN ('confirm', 'reset', 'invite')", name="purpose"),)


class ApiToken(Base):
    """A bearer token of another system. Only its hash is kept; `prefix` lets people recognise it.

    `account_id` is the person who made it and has seen it: what one person writes, nobody else's token approves for
    them. None for what a command made without naming anybody.
    """

    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    submission_key: Mapped[str | None] = mapped_column(unique=True, index=True)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """The answer given to a request with this key, given again when the request comes again."""

    __tablename__ = "idempotency_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id"))
    key: Mapped[str]
    request_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("token_id", "key"),)


class RateCount(Base):
    """Requests counted in one window, shared by all processes. `expires_at` is in seconds since 1970."""

    __tablename__ = "rate_counts"
    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[int] = mapped_column(index=True)


Index("ix_sign_ins_open", SignIn.account_id, SignIn.ended_at)
