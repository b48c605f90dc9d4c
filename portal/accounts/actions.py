"""Makes customers, accounts and tokens, and changes who may do what."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit, db
from portal.accounts import links
from portal.accounts.models import Account, ApiToken, Customer
from portal.accounts.passwords import hash_password
from portal.accounts.rules import ROLES, SCOPES, has_control, new_token, normal_email, password_fault, token_hash
from portal.accounts.signing import sign_out_everywhere
from portal.db import Base, random_ref
from portal.errors import Conflict, Invalid, NotFound
from portal.sentences import Sentence
from portal.settings import Settings


def add_customer(
    session: Session,
    *,
    name: str,
    now: datetime,
    email: str | None = None,
    external_ref: str | None = None,
    language: str = "en",
    time_zone: str | None = None,
    country: str | None = None,
    since: date | None = None,
    email_verified: bool = False,
) -> Customer:
    """Add a customer under a new public ref.

    :param external_ref: the company's own number for the person.
    :param since: first day of the relationship.
    :raises Conflict: code `customer-exists`, when the address or the number is already somebody's.
    """
    if has_control(name) or not name.strip():
        raise Invalid("A name is one line of text.", code="bad-name")
    customer = Customer(
        ref=random_ref("C"),
        external_ref=external_ref,
        name=name.strip(),
        email=normal_email(email) if email else None,
        email_verified_at=now if email and email_verified else None,
        language=language,
        time_zone=time_zone,
        country=country,
        since=since,
        created_at=now,
    )
    _insert(session, customer, Conflict("This address or number is already somebody's.", code="customer-exists"))
    return customer


def add_customer_account(
    session: Session, customer: Customer, *, password: str, settings: Settings, now: datetime, confirmed: bool = True
) -> Account:
    """Give a customer a sign-in with this password.

    :raises Invalid: when the customer has no address,
        or the password is refused (code `bad-password`, `fault` says why).
    :raises Conflict: code `account-exists`.
    """
    if not customer.email:
        raise Invalid("A sign-in needs an e-mail address.", code="no-email")
    check_password(password, email=customer.email, name=customer.name)
    account = Account(
        email=customer.email,
        name=customer.name,
        customer_id=customer.id,
        password_hash=hash_password(password, settings),
        confirmed_at=now if confirmed else None,
        created_at=now,
    )
    _insert(session, account, Conflict("This customer already has a sign-in.", code="account-exists"))
    if confirmed and customer.email_verified_at is None:
        customer.email_verified_at = now
        session.flush()
    return account


def add_team_member(
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    now: datetime,
    settings: Settings,
    password: str | None = None,
    team: str | None = None,
    by: audit.Actor = audit.PORTAL,
) -> Account:
    """Add somebody who works here. Without a password, a link to choose one is mailed.

    :param role: `product`, `analyst` or `admin`.
    :raises Conflict: code `account-exists`.
    """
    _check_role(role)
    if has_control(name) or not name.strip():
        raise Invalid("A name is one line of text.", code="bad-name")
    if password is not None:
        check_password(password, email=email, name=name)
    account = Account(
        email=normal_email(email),
        name=name.strip(),
        role=role,
        team=team,
        password_hash=hash_password(password, settings) if password is not None else None,
        confirmed_at=now if password is not None else None,
        created_at=now,
    )
    _insert(session, account, Conflict("There is already a sign-in with this address.", code="account-exists"))
    if password is None:
        links.mail_link(session, account, "invite", settings=settings, now=now)
    audit.record(session, act="account.added", by=by, subject=f"account:{account.id}", detail={"role": role}, now=now)
    return account


def set_role(session: Session, account_id: int, role: str, *, by: audit.Actor, now: datetime) -> Account:
    """Give a team member another role; ends their sign-ins, so that nothing goes on under the old one.

    :raises Conflict: code `last-admin`, when nobody could administer any more.
    """
    _check_role(role)
    account = _team_account(session, account_id)
    before = account.role
    if before == role:
        return account
    if before == "admin":
        _keep_an_admin(session, account)
    account.role = role
    sign_out_everywhere(session, account, now)
    audit.record(
        session,
        act="account.role-changed",
        by=by,
        subject=f"account:{account.id}",
        detail={"from": before, "to": role},
        now=now,
    )
    return account


def disable(session: Session, account_id: int, *, by: audit.Actor, now: datetime) -> Account:
    """Close a team member's sign-in; every browser is signed out at once. Asked again, nothing changes."""
    account = _team_account(session, account_id)
    if account.disabled_at is None:
        if account.role == "admin":
            _keep_an_admin(session, account)
        account.disabled_at = now
        sign_out_everywhere(session, account, now)
        audit.record(session, act="account.disabled", by=by, subject=f"account:{account.id}", now=now)
    return account


def enable(session: Session, account_id: int, *, by: audit.Actor, now: datetime) -> Account:
    """Open a closed sign-in again."""
    account = _team_account(session, account_id)
    if account.disabled_at is not None:
        account.disabled_at = None
        audit.record(session, act="account.enabled", by=by, subject=f"account:{account.id}", now=now)
    return account


def add_token(
    session: Session,
    *,
    name: str,
    scopes: list[str],
    created_by: str,
    now: datetime,
    account_id: int | None = None,
    submission_key: str | None = None,
    by: audit.Actor = audit.PORTAL,
) -> tuple[ApiToken, str]:
    """Make an API token. The second value is the token itself, to be shown once; only its hash is kept.

    :param account_id: whose it is: of the person who sees it now.
    :param submission_key: of the form it is made with; the same key again makes nothing.
    :raises Invalid: code `bad-scope`, when a scope is unknown or none is given.
    :raises Conflict: code `token-made`, when this form made its token already.
    """
    wanted = sorted(set(scopes))
    if not wanted or set(wanted) - set(SCOPES):
        raise Invalid(
            Sentence("Choose one or more of these scopes: %(scopes)s.", scopes=", ".join(SCOPES)), code="bad-scope"
        )
    if has_control(name) or not name.strip():
        raise Invalid("A name is one line of text.", code="bad-name")
    plain = "cnd_" + new_token()
    token = ApiToken(
        name=name.strip(), prefix=plain[:10], token_hash=token_hash(plain), scopes=wanted, created_at=now,
        created_by=created_by, account_id=account_id, submission_key=submission_key,
    )  # fmt: skip
    _insert(session, token, Conflict("This form has made its token already.", code="token-made"))
    audit.record(session, act="token.added", by=by, subject=f"token:{token.id}", detail={"scopes": wanted}, now=now)
    return token, plain


def revoke_token(session: Session, token_id: int, *, now: datetime, by: audit.Actor = audit.PORTAL) -> ApiToken:
    """End a token; the next request with it is refused. Asked again, nothing changes.

    :raises NotFound: when there is no such token.
    """
    token = session.get(ApiToken, token_id)
    if token is None:
        raise NotFound("There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = now
        audit.record(session, act="token.revoked", by=by, subject=f"token:{token.id}", now=now)
    return token


_HELD = select(Customer).where(Customer.id == bindparam("customer")).with_for_update()


def lock_customer(session: Session, customer_id: int) -> Customer:
    """Hold the customer's row until the transaction ends, so that consent, claims and sending happen one after another.

    On SQLite a writing transaction already excludes every other one.

    :raises NotFound: when there is no such customer.
    """
    asked = {"customer": customer_id}
    customer = session.scalars(_HELD, asked, execution_options={"populate_existing": True}).one_or_none()
    if customer is None:
        raise NotFound("There is no such customer.")
    return customer


class Held(NamedTuple):
    """What matters of one of many customers whose rows are held."""

    id: int
    ref: str
    language: str
    email: str | None
    external_ref: str | None
    merged_into_id: int | None
    erased_at: datetime | None


def lock_customers(session: Session, customer_ids: Collection[int]) -> dict[int, Held]:
    """Hold the rows of these customers, in the order of their ids, so that two who do so wait and never deadlock."""
    wanted = select(*(getattr(Customer, name) for name in Held._fields)).where(db.among(Customer.id, customer_ids))
    found = db.plainly(session).execute(wanted.order_by(Customer.id).with_for_update())
    return {row.id: Held(*row) for row in found}


def check_password(password: str, *, email: str = "", name: str = "") -> None:
    """Refuse a password that is short, common or made of the person's own name.

    :raises Invalid: code `bad-password`; `fault` is the reason as in `rules.password_fault`.
    """
    fault = password_fault(password, email=email, name=name)
    if fault:
        raise Invalid(
            "Choose another password: at least 15 characters, and nothing others would think of.",
            code="bad-password",
            fault=fault,
        )


def _insert(session: Session, row: Base, taken: Conflict) -> None:
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise taken from None


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid(Sentence("A role is one of %(roles)s.", roles=", ".join(ROLES)), code="bad-role")


def _team_account(session: Session, account_id: int) -> Account:
    account = session.scalars(select(Account).where(Account.id == account_id, Account.role.is_not(None))).one_or_none()
    if account is None:
        raise NotFound("There is no such member of the team.")
    return account


def _keep_an_admin(session: Session, account: Account) -> None:
    # Writing to the row of every admin makes two admins who close each other's sign-in at once wait for one another.
    admins = (Account.role == "admin", Account.disabled_at.is_(None))
    open_admins = session.scalars(update(Account).where(*admins).values(role="admin").returning(Account.id)).all()
    if set(open_admins) <= {account.id}:
        raise Conflict("This is the last administrator. Make somebody else one first.", code="last-admin")
