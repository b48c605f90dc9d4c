"""Who is looking, for the length of one request. The cookie keeps a token; the row behind it can be ended."""

from typing import NamedTuple

from flask import Flask, current_app, has_request_context, request
from flask_login import LoginManager, UserMixin, current_user

from portal import accounts, clock
from portal.accounts import SignedIn
from portal.accounts.models import Account, Customer
from portal.errors import NotAllowed
from portal.settings import Settings
from portal.web.database import db, writes


class Viewer(NamedTuple):
    """A customer by their number and name, for pages that show what is theirs among others."""

    id: int
    name: str


class Identity(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """A signed-in person. `role` is `customer`, `product`, `analyst` or `admin`.

    Pages that are open to everybody know them in plain columns; their account is fetched when one asks for it.
    """

    def __init__(self, token: str, known: SignedIn, account: Account | None = None) -> None:
        self.token = token
        self.known = known
        self._account = account

    @property
    def role(self) -> str:
        """What this person is here as."""
        return self.known.role or "customer"

    @property
    def name(self) -> str:
        """What they are called, as their account has it."""
        return self._account.name if self._account is not None else self.known.name

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return self._account.email if self._account is not None else self.known.email

    @property
    def account(self) -> Account:
        """Their account, with the customer behind it."""
        if self._account is None:
            self._account = db.session.get_one(Account, self.known.account_id)
        return self._account

    @property
    def customer(self) -> Customer | None:
        """The customer behind the sign-in, None for the team."""
        return self.account.customer if self.known.customer_id is not None else None

    @property
    def language(self) -> str | None:
        """The language they chose, as a customer or as somebody who works here."""
        return (self.customer or self._account).language if self._account is not None else self.known.language

    @property
    def time_zone(self) -> str | None:
        """The zone they live by, None where none was chosen."""
        return (self.customer or self._account).time_zone if self._account is not None else self.known.time_zone

    def get_id(self) -> str:
        """What flask-login keeps in the signed cookie: the token, never an id."""
        return self.token


def load(token: str) -> Identity | None:
    """The person behind a token, unless the sign-in ended, idled out or the account was disabled.

    With their account at once where the page or the act is likely to be about it.
    """
    settings, now = current_settings(), clock.utc_now()
    if request.blueprint == "open" and not writes():
        known = accounts.signed_in(db.session, token, settings=settings, now=now)
        return Identity(token, known) if known is not None else None
    account = accounts.open_account(db.session, token, settings=settings, now=now)
    return Identity(token, _plain(account), account) if account is not None else None


def _plain(account: Account) -> SignedIn:
    customer, who = account.customer, account.customer or account
    name = customer.name if customer is not None else None
    return SignedIn(
        account.id, account.name, account.email, account.role, account.customer_id, name, who.language, who.time_zone
    )


def prepare(app: Flask) -> None:
    """Attach flask-login."""
    manager = LoginManager(app)
    manager.session_protection = None  # ours is the row that can be ended; the library's can be spoofed
    manager.user_loader(load)


def current_settings() -> Settings:
    """The settings the app was made with."""
    settings: Settings = current_app.extensions["candour"]
    return settings


def current_customer() -> Customer:
    """The signed-in customer.

    :raises NotAllowed: when nobody or a team member is looking.
    """
    customer: Customer | None = current_user.customer if current_user.is_authenticated else None
    if customer is None:
        raise NotAllowed("This page belongs to customers.")
    return customer


def customer_or_none() -> Customer | None:
    """The signed-in customer, or None for visitors and for the team."""
    person = viewer()
    return person.customer if person is not None else None


def customer_viewing() -> Viewer | None:
    """The signed-in customer in plain columns, or None for visitors and for the team."""
    person = viewer()
    if person is None or person.known.customer_id is None:
        return None
    return Viewer(person.known.customer_id, person.known.customer_name or "")


def viewer() -> Identity | None:
    """Who is signed in, None for visitors; the person itself, as each look through `current_user` costs."""
    person = current_user._get_current_object() if has_request_context() else None
    return person if isinstance(person, Identity) else None


def current_account() -> Account:
    """The signed-in account, customer or team.

    :raises NotAllowed: when nobody is signed in.
    """
    if not current_user.is_authenticated:
        raise NotAllowed("Sign in first.", code="sign-in-first")
    account: Account = current_user.account
    return account
