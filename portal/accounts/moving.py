"""Another address: asked for with the password, and in force once the new one was confirmed by its own button.

The link is signed and names the old address, so that it works once: with another address in force it is over.
"""

from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit, mail
from portal.accounts.actions import lock_customer
from portal.accounts.letters import LETTERS
from portal.accounts.links import OVER, language_of, mail_already_there
from portal.accounts.models import Account, Customer
from portal.accounts.passwords import verify_password
from portal.accounts.rules import normal_email, token_hash
from portal.errors import Invalid, NotAllowed, NotFound
from portal.settings import Settings, secret_of

LASTS = timedelta(days=3)


def ask_address(
    session: Session, account: Account, *, email: str, password: str, settings: Settings, now: datetime
) -> None:
    """Mail a link to the new address; nothing changes before its button is pressed. The old address is told.

    For an address that is in use another mail goes there; whoever asks cannot tell the difference.

    :raises NotAllowed: code `wrong-password`. :raises Invalid: code `same-address`.
    """
    if not verify_password(account.password_hash, password, settings):
        raise NotAllowed("The present password is not right.", code="wrong-password")
    new = normal_email(email)
    if new == account.email:
        raise Invalid("This is your address already.", code="same-address")
    if _is_taken(session, new, account):
        mail_already_there(session, account, new, settings=settings, now=now)
    else:
        token = _signed(settings).dumps([account.id, account.email, new, int(now.timestamp())])
        _mail(session, account, "address", new, settings=settings, now=now, link=f"{settings.base_url}/address/{token}")
    _mail(session, account, "address-asked", account.email, settings=settings, now=now)


def address_is_open(session: Session, token: str, *, settings: Settings, now: datetime) -> bool:
    """Whether the page behind the link can be used; looking changes nothing."""
    named = _named(token, settings, now)
    account = session.get(Account, named[0]) if named else None
    return named is not None and account is not None and account.email == named[1]


def confirm_address(session: Session, token: str, *, settings: Settings, now: datetime) -> Account:
    """The new address is in force, and confirmed; done again with the same link, it changes nothing.

    :raises NotFound: code `link-over`, also when somebody else has the address meanwhile.
    """
    named = _named(token, settings, now)
    account = session.get(Account, named[0]) if named else None
    if named is None or account is None:
        raise NotFound(OVER, code="link-over")
    if account.customer_id is not None:
        lock_customer(session, account.customer_id)
    session.refresh(account)
    _id, old, new = named
    if account.email == new:
        return account
    if account.email != old or account.disabled_at is not None or _is_taken(session, new, account):
        raise NotFound(OVER, code="link-over")
    try:
        with session.begin_nested():
            _move(account, old, new, now)
            session.flush()
    except IntegrityError:
        raise NotFound(OVER, code="link-over") from None
    who = audit.Actor(
        "customer" if account.customer_id else "team", account.id, account.name if account.role else "customer"
    )
    audit.record(session, act="account.address-changed", by=who, subject=f"account:{account.id}", now=now)
    _mail(session, account, "address-changed", old, settings=settings, now=now)
    return account


def _move(account: Account, old: str, new: str, now: datetime) -> None:
    account.email, account.confirmed_at = new, now
    customer = account.customer
    if customer is not None and customer.email in (old, None):
        customer.email, customer.email_verified_at = new, now


def _is_taken(session: Session, address: str, account: Account) -> bool:
    customers = select(Customer.id).where(Customer.email == address, Customer.id != (account.customer_id or 0))
    others = select(Account.id).where(Account.email == address, Account.id != account.id)
    return session.scalar(others) is not None or session.scalar(customers) is not None


def _signed(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(secret_of(settings), salt="address")


def _named(token: str, settings: Settings, now: datetime) -> tuple[int, str, str] | None:
    try:
        number, old, new, made = _signed(settings).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return (number, old, new) if now.timestamp() - made < LASTS.total_seconds() else None


def _mail(
    session: Session, account: Account, kind: str, to: str, *, settings: Settings, now: datetime, link: str = ""
) -> None:
    subject, text = LETTERS[kind].write(
        language_of(account, settings), company=settings.company, name=account.name, link=link,
        reset=f"{settings.base_url}/reset",
    )  # fmt: skip
    mail.queue(
        session, kind=kind, to=to, subject=subject, text=text, now=now, customer_id=account.customer_id,
        dedupe_key=f"{kind}:{account.id}:{token_hash(to)[:16]}:{now.isoformat()}",
    )  # fmt: skip
