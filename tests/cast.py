"""The cast that plays in every test: Ada, Ben and Cleo are customers, Priya, Omar and Ines work here."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import accounts
from portal.accounts.models import Account, Customer
from portal.settings import Settings

PASSWORD = "candour-demo-2026"
JOINED = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Cast:
    """Everybody, able to sign in with `PASSWORD`."""

    ada: Customer
    ben: Customer
    cleo: Customer
    priya: Account
    omar: Account
    ines: Account


def gather(session: Session, settings: Settings) -> Cast:
    """Write the cast into an empty database. The caller commits."""

    def customer(name: str) -> Customer:
        email = f"{name.lower()}@example.org"
        made = accounts.add_customer(
            session, name=name, email=email, email_verified=True, since=date(2024, 1, 15), now=JOINED
        )
        accounts.add_customer_account(session, made, password=PASSWORD, settings=settings, now=JOINED)
        return made

    def member(name: str, role: str) -> Account:
        email = f"{name.lower()}@example.org"
        return accounts.add_team_member(
            session, email=email, name=name, role=role, password=PASSWORD, settings=settings, now=JOINED
        )

    return Cast(
        ada=customer("Ada"),
        ben=customer("Ben"),
        cleo=customer("Cleo"),
        priya=member("Priya", "product"),
        omar=member("Omar", "analyst"),
        ines=member("Ines", "admin"),
    )


def present(session: Session) -> Cast:
    """The cast of a database into which it was written."""
    team = sa.select(Account).where(Account.role.is_not(None))
    everybody = [*session.scalars(sa.select(Customer)), *session.scalars(team)]
    return Cast(**{person.name.lower(): person for person in everybody})


def csrf_token(answer: TestResponse) -> str:
    """The token in the first form of a page."""
    found = TOKEN.search(answer.text)
    assert found, f"No form with a csrf_token on {answer.request.path} ({answer.status})."
    return found[1]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD) -> TestResponse:
    """Sign in as a person would: open the page, fill in its form, send it."""
    token = csrf_token(client.get("/sign-in"))
    return client.post("/sign-in", data={"email": email, "password": password, "csrf_token": token})
