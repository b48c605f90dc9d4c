"""Signing up, confirming an address, choosing a new password: everything that goes through a mailed link.

Nothing here tells whether an address is known: the answer is the same, only the mail differs.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit, mail
from portal.accounts.letters import LETTERS
from portal.accounts.models import Account, AccountLink, Customer
from portal.accounts.passwords import hash_password, verify_password
from portal.accounts.rules import LINK_LIFETIME, new_token, normal_email, password_fault, token_hash
from portal.accounts.signing import begin_sign_in, sign_out_everywhere
from portal.db import random_ref
from portal.errors import Invalid, NotAllowed, NotFound
from portal.sentences import Sentence
from portal.settings import Settings

OVER = Sentence("This link has been used or is too old. Ask for a new one.")


def sign_up(
    session: Session,
    *,
    name: str,
    email: str,
    password: str,
    settings: Settings,
    now: datetime,
    language: str | None = None,
    kept: str | None = None,
) -> None:
    """Begin an account for a customer; it opens when the mailed link is confirmed.

    For a known address nothing is made and another mail goes out; whoever asks cannot tell the difference.

    :param kept: the hash of the password, made before the writing transaction began, so that hashing holds nobody up.
    :param language: which a new customer is written to in; the first the portal speaks when not given.
    :raises Invalid: code `bad-password`.
    """
    address = normal_email(email)
    fault = password_fault(password, email=address, name=name)
    if fault:
        raise Invalid("Choose another password.", code="bad-password", fault=fault)
    kept = kept or hash_password(password, settings)  # before we look, so that it takes as long either way
    account = session.scalars(select(Account).where(Account.email == address)).one_or_none()
    if account is None:
        spoken = language or settings.zone_languages[0]
        account = _begin_account(session, name.strip(), email=address, password_hash=kept, language=spoken, now=now)
    elif account.confirmed_at is None and account.customer_id is not None:
        account.password_hash, account.name = kept, name.strip()
        _void_links(session, account, "confirm", now)
    if account is None or account.confirmed_at is not None or account.customer_id is None:
        mail_already_there(session, account, address, settings=settings, now=now)
    else:
        mail_link(session, account, "confirm", settings=settings, now=now)


def confirm_email(session: Session, token: str, *, now: datetime) -> Account:
    """Open the account whose address was confirmed; done again with the same link, it changes nothing.

    :raises NotFound: code `link-over`.
    """
    link = _link(session, token, ("confirm",))
    if link.used_at is not None:
        account = session.get_one(Account, link.account_id)
        if account.confirmed_at is None:
            raise NotFound(OVER, code="link-over")
        return account
    account = _use(session, link, now)
    _address_proved(account, now)
    return account


def ask_reset(session: Session, email: str, *, settings: Settings, now: datetime) -> None:
    """Mail a link to choose a new password, if the address has an open account; says nothing about it either way."""
    account = session.scalars(select(Account).where(Account.email == normal_email(email))).one_or_none()
    if account is not None and account.disabled_at is None:
        mail_link(session, account, "reset", settings=settings, now=now)


def reset_password(
    session: Session, token: str, password: str, *, settings: Settings, now: datetime, kept: str | None = None
) -> Account:
    """Set a new password by a mailed link, and sign out every browser.

    :param kept: the hash of the password, made before the writing transaction began, so that hashing holds nobody up.
    :raises NotFound: code `link-over`.
    :raises Invalid: code `bad-password`; the link can then be used again.
    """
    link = _link(session, token, ("reset", "invite"))
    account = session.get_one(Account, link.account_id)
    _set_password(session, account, password, settings=settings, now=now, use=link, kept=kept)
    _address_proved(account, now)
    return account


def change_password(
    session: Session, account: Account, *, old: str, new: str, settings: Settings, user_agent: str, now: datetime
) -> str:
    """Change the password of somebody signed in; ends **all** sign-ins and gives a new one's token.

    :raises NotAllowed: code `wrong-password`.
    :raises Invalid: code `bad-password`.
    """
    if not verify_password(account.password_hash, old, settings):
        raise NotAllowed("The present password is not right.", code="wrong-password")
    _set_password(session, account, new, settings=settings, now=now)
    return begin_sign_in(session, account, settings=settings, user_agent=user_agent, now=now)


def knows_password(account: Account, password: str, settings: Settings) -> bool:
    """Whether this is the account's password: asked again before what cannot be undone."""
    return verify_password(account.password_hash, password, settings)


def link_is_open(session: Session, token: str, purposes: tuple[str, ...], *, now: datetime) -> bool:
    """Whether the page behind a link can be used; looking changes nothing."""
    statement = select(AccountLink).where(
        AccountLink.token_hash == token_hash(token), AccountLink.purpose.in_(purposes)
    )
    link = session.scalars(statement).one_or_none()
    return link is not None and link.used_at is None and now < link.expires_at


def mail_link(session: Session, account: Account, purpose: str, *, settings: Settings, now: datetime) -> None:
    """Make a link of one purpose and put the mail that carries it into the outbox."""
    token = new_token()
    link = AccountLink(
        account_id=account.id,
        purpose=purpose,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + LINK_LIFETIME[purpose],
    )
    session.add(link)
    session.flush()
    page = "confirm" if purpose == "confirm" else "reset"
    address = f"{settings.base_url}/{page}/{token}"
    _mail(session, account, purpose, f"link:{link.id}", settings=settings, now=now, link=address)


def _begin_account(
    session: Session, name: str, *, email: str, password_hash: str, language: str, now: datetime
) -> Account | None:
    """A customer (or the one the company already knows under this address) with an account that is not open yet."""
    try:
        with session.begin_nested():
            customer = session.scalars(select(Customer).where(Customer.email == email)).one_or_none()
            if customer is None:
                customer = Customer(ref=random_ref("C"), name=name, email=email, language=language, created_at=now)
                session.add(customer)
                session.flush()
            account = Account(
                email=email, name=name, customer_id=customer.id, password_hash=password_hash, created_at=now
            )
            session.add(account)
            session.flush()
            return account
    except IntegrityError:  # the same form came twice at once, or the customer signs in under another address
        return session.scalars(select(Account).where(Account.email == email)).one_or_none()


def mail_already_there(
    session: Session, account: Account | None, address: str, *, settings: Settings, now: datetime
) -> None:
    """Tell whoever reads mail there that this address has a sign-in; once an hour."""
    language = language_of(account, settings)
    subject, text = LETTERS["already-there"].write(
        language, company=settings.company, link=f"{settings.base_url}/sign-in", reset=f"{settings.base_url}/reset"
    )
    key = f"already-there:{token_hash(address)}:{now:%Y%m%d%H}"  # once an hour, however often somebody tries
    mail.queue(
        session,
        kind="already-there",
        to=address,
        subject=subject,
        text=text,
        dedupe_key=key,
        now=now,
        customer_id=account.customer_id if account else None,
    )


def _link(session: Session, token: str, purposes: tuple[str, ...]) -> AccountLink:
    statement = select(AccountLink).where(
        AccountLink.token_hash == token_hash(token), AccountLink.purpose.in_(purposes)
    )
    link = session.scalars(statement).one_or_none()
    if link is None:
        raise NotFound(OVER, code="link-over")
    return link


def _use(session: Session, link: AccountLink, now: datetime) -> Account:
    """Use a link up; of two requests at once only one succeeds."""
    free = (AccountLink.id == link.id, AccountLink.used_at.is_(None), AccountLink.expires_at > now)
    used = session.scalars(update(AccountLink).where(*free).values(used_at=now).returning(AccountLink.id)).all()
    if not used:
        raise NotFound(OVER, code="link-over")
    return session.get_one(Account, link.account_id)


def _set_password(
    session: Session,
    account: Account,
    password: str,
    *,
    settings: Settings,
    now: datetime,
    use: AccountLink | None = None,
    kept: str | None = None,
) -> None:
    fault = password_fault(password, email=account.email, name=account.name)
    if fault:
        raise Invalid("Choose another password.", code="bad-password", fault=fault)
    if use is not None:
        _use(session, use, now)
    first = account.password_hash is None
    account.password_hash = kept or hash_password(password, settings)
    sign_out_everywhere(session, account, now)
    for purpose in ("reset", "invite", "confirm"):
        _void_links(session, account, purpose, now)
    who = audit.Actor(
        "customer" if account.customer_id else "team", account.id, account.name if account.role else "customer"
    )
    entry = audit.record(session, act="account.password-changed", by=who, subject=f"account:{account.id}", now=now)
    if not first:
        _mail(session, account, "password-changed", f"password-changed:{entry.id}", settings=settings, now=now)


def _address_proved(account: Account, now: datetime) -> None:
    if account.confirmed_at is None:
        account.confirmed_at = now
    if (
        account.customer is not None
        and account.customer.email == account.email
        and account.customer.email_verified_at is None
    ):
        account.customer.email_verified_at = now


def _void_links(session: Session, account: Account, purpose: str, now: datetime) -> None:
    mine = (AccountLink.account_id == account.id, AccountLink.purpose == purpose, AccountLink.used_at.is_(None))
    session.execute(update(AccountLink).where(*mine).values(used_at=now))


def language_of(account: Account | None, settings: Settings) -> str:
    """The language somebody is written to in: their own, or else the first the portal speaks."""
    customer = account.customer if account is not None else None
    own = customer.language if customer is not None else account.language if account is not None else None
    return own or settings.zone_languages[0]


def _mail(
    session: Session, account: Account, kind: str, key: str, *, settings: Settings, now: datetime, link: str = ""
) -> None:
    subject, text = LETTERS[kind].write(
        language_of(account, settings),
        company=settings.company,
        name=account.name,
        link=link,
        reset=f"{settings.base_url}/reset",
    )
    mail.queue(
        session,
        kind=kind,
        to=account.email,
        subject=subject,
        text=text,
        dedupe_key=key,
        now=now,
        customer_id=account.customer_id,
    )
