"""Who is looking, for the length of one request. The cookie keeps a token; the row behind it can be ended."""

from dataclasses import dataclass

from flask import Flask, current_app, has_request_context
from flask_login import LoginManager, UserMixin, current_user

from portal import accounts, clock
from portal.accounts.models import Account, Customer
from portal.errors import NotAllowed
from portal.settings import Settings
from portal.web.database import db


@dataclass(frozen=True)
class Identity(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """A signed-in person. `role` is `customer`, `product`, `analyst` or `admin`."""

    token: str
    account: Account

    @property
    def role(self) -> str:
        """What this person is here as."""
        return self.account.role or "customer"

    @property
    def customer(self) -> Customer | None:
        """The customer behind the sign-in, None for the team."""
        return self.account.customer

    def get_id(self) -> str:
        """What flask-login keeps in the signed cookie: the token, never an id."""
        return self.token


def load(token: str) -> Identity | None:
    """The person behind a token, unless the sign-in ended, idled out or the account was disabled."""
    account = accounts.signed_in(db.session, token, settings=current_settings(), now=clock.utc_now())
    return Identity(token, account) if account is not None else None


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
