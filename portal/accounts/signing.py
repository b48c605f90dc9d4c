"""Signing in and out. The browser keeps a token, the database its hash and whether it still counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.models import Account, Customer, SignIn
from portal.accounts.passwords import hash_password, needs_rehash, verify_password
from portal.accounts.rules import TOUCH_EVERY, new_token, normal_email, sign_in_is_open, token_hash
from portal.db import plainly
from portal.errors import NotAllowed
from portal.sentences import Sentence
from portal.settings import Settings

FAILED = Sentence(
    "That did not work. Check the address and the password; if you signed up just now, confirm your address first."
)


_BY_TOKEN = select(SignIn).where(SignIn.token_hash == bindparam("hashed"))
_STILL = (SignIn.last_seen_at, SignIn.expires_at, SignIn.ended_at, Account.disabled_at)
_ACCOUNT = (
    select(*_STILL, Account)
    .join(Account, Account.id == SignIn.account_id)
    .where(SignIn.token_hash == bindparam("hashed"))
)


class SignedIn(NamedTuple):
    """Somebody signed in, in plain columns: all that a page needs to know that is not about them."""

    account_id: int
    name: str
    email: str
    role: str | None
    customer_id: int | None
    customer_name: str | None
    language: str | None
    time_zone: str | None


_PLAIN = (
    select(
        *_STILL,
        Account.id,
        Account.name,
        Account.email,
        Account.role,
        Account.customer_id,
        Customer.name,
        case((Account.customer_id.is_(None), Account.language), else_=Customer.language),
        case((Account.customer_id.is_(None), Account.time_zone), else_=Customer.time_zone),
    )
    .join(Account, Account.id == SignIn.account_id)
    .outerjoin(Customer, Customer.id == Account.customer_id)
    .where(SignIn.token_hash == bindparam("hashed"))
)


@dataclass(frozen=True)
class Recognised:
    """Somebody whose password was right a moment ago; `password_hash` is what it was compared with."""

    account_id: int
    password_hash: str


def recognise(session: Session, email: str, password: str, *, settings: Settings) -> Recognised | None:
    """Whose address and password these are; None for an unknown, unconfirmed or closed account and a wrong password.

    It only reads, and takes as long in every case: do the costly hashing outside any writing transaction.
    """
    account = session.scalars(select(Account).where(Account.email == normal_email(email))).one_or_none()
    right = verify_password(account.password_hash if account else None, password, settings)
    if account is None or not right or account.password_hash is None:
        return None
    if account.confirmed_at is None or account.disabled_at is not None:
        return None
    return Recognised(account.id, account.password_hash)


def admit(
    session: Session, who: Recognised | None, password: str, *, settings: Settings, user_agent: str, now: datetime
) -> str:
    """Sign in somebody who was recognised and give the token for their browser.

    :raises NotAllowed: code `sign-in-failed`, also when account or password changed since.
    """
    account = session.get(Account, who.account_id, populate_existing=True) if who else None
    if who is None or account is None or account.disabled_at is not None or account.password_hash != who.password_hash:
        raise NotAllowed(FAILED, code="sign-in-failed")
    if needs_rehash(who.password_hash, settings):
        account.password_hash = hash_password(password, settings)
    return begin_sign_in(session, account, settings=settings, user_agent=user_agent, now=now)


def sign_in(session: Session, email: str, password: str, *, settings: Settings, user_agent: str, now: datetime) -> str:
    """Recognise somebody and sign them in, in one go.

    :raises NotAllowed: code `sign-in-failed`.
    """
    who = recognise(session, email, password, settings=settings)
    return admit(session, who, password, settings=settings, user_agent=user_agent, now=now)


def begin_sign_in(session: Session, account: Account, *, settings: Settings, user_agent: str, now: datetime) -> str:
    """A new sign-in of somebody whose password was just checked; gives the token."""
    token = new_token()
    session.add(
        SignIn(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_absolute_hours),
            user_agent="".join(letter for letter in user_agent if letter.isprintable())[:300],
        )
    )
    session.flush()
    return token


def open_sign_in(session: Session, token: str, *, settings: Settings, now: datetime) -> SignIn | None:
    """The sign-in behind a token if it still counts: not ended, not idle too long, account open. Writes nothing."""
    whose = open_account(session, token, settings=settings, now=now)
    return session.scalars(_BY_TOKEN, {"hashed": token_hash(token)}).one_or_none() if whose is not None else None


def open_account(session: Session, token: str, *, settings: Settings, now: datetime) -> Account | None:
    """Whose sign-in is behind a token, if it still counts, with their customer: for who reads or changes their own."""
    found = session.execute(_ACCOUNT, {"hashed": token_hash(token)}).one_or_none()
    return found[-1] if found is not None and _counts(found, settings, now) else None


def signed_in(session: Session, token: str, *, settings: Settings, now: datetime) -> SignedIn | None:
    """The same in plain columns, in half the time."""
    found = plainly(session).execute(_PLAIN, {"hashed": token_hash(token)}).one_or_none()
    return SignedIn._make(found[len(_STILL) :]) if found is not None and _counts(found, settings, now) else None


def _counts(found: Sequence[Any], settings: Settings, now: datetime) -> bool:
    last_seen_at, expires_at, ended_at, disabled_at = found[: len(_STILL)]
    idle = timedelta(minutes=settings.session_idle_minutes)
    good = sign_in_is_open(now=now, last_seen_at=last_seen_at, expires_at=expires_at, ended_at=ended_at, idle=idle)
    return good and disabled_at is None


def touch_sign_in(engine: Engine, token: str, now: datetime) -> None:
    """Note that a browser was seen, in a short transaction of its own and at most every few minutes.

    Call it outside any transaction of the same request.
    """
    stale = now - TOUCH_EVERY / 2
    mine = (SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None), SignIn.last_seen_at < stale)
    with db.writing(engine) as session:
        session.execute(update(SignIn).where(*mine).values(last_seen_at=now))


def sign_out(session: Session, token: str, now: datetime) -> None:
    """End the sign-in of this token; asked again, or with an unknown token, nothing changes."""
    session.execute(
        update(SignIn).where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def sign_out_everywhere(session: Session, account: Account, now: datetime, keep: str | None = None) -> None:
    """End every sign-in of the account.

    :param keep: token of the one sign-in that goes on, if any.
    """
    statement = update(SignIn).where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    if keep is not None:
        statement = statement.where(SignIn.token_hash != token_hash(keep))
    session.execute(statement.values(ended_at=now))
    session.flush()


def end_sign_in(session: Session, account: Account, sign_in_id: int, now: datetime) -> None:
    """End one sign-in from the list of the account's own ones; another's is left alone."""
    mine = (SignIn.id == sign_in_id, SignIn.account_id == account.id, SignIn.ended_at.is_(None))
    session.execute(update(SignIn).where(*mine).values(ended_at=now))
