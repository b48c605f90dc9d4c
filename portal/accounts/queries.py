"""Finds customers, accounts, sign-ins and tokens."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from portal.accounts.models import Account, ApiToken, Customer, SignIn
from portal.accounts.rules import normal_email, token_hash
from portal.errors import NotFound


def customer_by_ref(session: Session, ref: str) -> Customer:
    """The customer with this public ref; of one who was merged into another, that other.

    :raises NotFound: when there is none, or when all about them was erased: nothing new may be kept of them.
    """
    found = _survivor(session, Customer.ref == ref, Customer.erased_at.is_(None))
    if found is None:
        raise NotFound("There is no such customer.")
    return found


def _survivor(session: Session, *which: ColumnElement[bool]) -> Customer | None:
    """The customer for whom this holds, or whom they were merged into."""
    found = session.scalars(select(Customer).where(*which)).one_or_none()
    return found if found is None or found.merged_into_id is None else session.get(Customer, found.merged_into_id)


def one_person(customer_id: int | BindParameter[int]) -> Select[int]:
    """The ids of a customer and of those who were merged into them, for a condition of other queries."""
    return select(Customer.id).where(or_(Customer.id == customer_id, Customer.merged_into_id == customer_id))


def merged_into(session: Session, customer_id: int) -> Sequence[Customer]:
    """The customers who were merged into this one."""
    return session.scalars(select(Customer).where(Customer.merged_into_id == customer_id).order_by(Customer.id)).all()


def customer_by_external_ref(session: Session, external_ref: str) -> Customer | None:
    """The customer with this number of the company's, if any; of one who was merged into another, that other."""
    return _survivor(session, Customer.external_ref == external_ref)


def customer_by_email(session: Session, email: str) -> Customer | None:
    """The customer with this address, if any; of one who was merged into another, that other."""
    return _survivor(session, Customer.email == normal_email(email))


def customer_named(session: Session, named: str) -> Customer:
    """The customer that a person here typed: the public ref, the company's own number, or the e-mail address.

    :raises NotFound: code `no-such-customer`.
    """
    found = customer_by_external_ref(session, named) or customer_by_email(session, named)
    if found is not None and found.erased_at is None:
        return found
    try:
        return customer_by_ref(session, named)
    except NotFound:
        raise NotFound(
            "There is no such customer. Give the reference, your own number for them, or the e-mail address.",
            code="no-such-customer",
        ) from None


CHUNK = 10_000


def ids_of_refs(session: Session, refs: Sequence[str]) -> list[int]:
    """The ids of the customers with these public refs; who does not exist is left out."""
    found: list[int] = []
    for begin in range(0, len(refs), CHUNK):
        found += session.scalars(select(Customer.id).where(Customer.ref.in_(refs[begin : begin + CHUNK])))
    return found


def refs_of_ids(session: Session, ids: Sequence[int]) -> list[str]:
    """The public refs of these customers, in the order of their ids."""
    if len(ids) > CHUNK:  # so many are found faster among everybody
        wanted = set(ids)
        rows = session.execute(select(Customer.id, Customer.ref).order_by(Customer.id))
        return [ref for number, ref in rows if number in wanted]
    return list(session.scalars(select(Customer.ref).where(Customer.id.in_(ids)).order_by(Customer.id)))


def account_by_email(session: Session, email: str) -> Account | None:
    """The account that signs in with this address, if any."""
    return session.scalars(select(Account).where(Account.email == normal_email(email))).one_or_none()


def team_members(session: Session, *, role: str | None = None, closed: bool | None = None) -> Sequence[Account]:
    """Everybody who works here, by name."""
    statement = select(Account).where(Account.role.is_not(None)).order_by(Account.name, Account.id)
    if role:
        statement = statement.where(Account.role == role)
    if closed is not None:
        statement = statement.where(Account.disabled_at.is_not(None) if closed else Account.disabled_at.is_(None))
    return session.scalars(statement).all()


def sign_ins_of(session: Session, account: Account, *, now: datetime, limit: int = 20) -> Sequence[SignIn]:
    """The account's sign-ins that have not ended, newest first."""
    mine = (SignIn.account_id == account.id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    return session.scalars(
        select(SignIn).where(*mine).order_by(SignIn.last_seen_at.desc(), SignIn.id.desc()).limit(limit)
    ).all()


def is_sign_in(sign_in: SignIn, token: str) -> bool:
    """Whether a sign-in is the one of this token."""
    return sign_in.token_hash == token_hash(token)


_THIS_TOKEN = (
    ApiToken.token_hash == bindparam("hashed"),
    or_(ApiToken.revoked_at.is_(None), ApiToken.revoked_at > bindparam("at")),
)
_TOKEN = select(ApiToken).where(*_THIS_TOKEN)
_TOKEN_NUMBER = select(ApiToken.id).where(*_THIS_TOKEN)


def token_for(session: Session, plain: str, now: datetime) -> ApiToken | None:
    """The token a request carries, unless it is unknown or was revoked before `now`."""
    return session.scalars(_TOKEN, {"hashed": token_hash(plain), "at": now}).one_or_none()


def token_number(connection: Connection, plain: str, now: datetime) -> int | None:
    """The id of that token."""
    number: int | None = connection.scalar(_TOKEN_NUMBER, {"hashed": token_hash(plain), "at": now})
    return number


def tokens(session: Session) -> Sequence[ApiToken]:
    """Every API token ever made, newest first."""
    return session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).all()
