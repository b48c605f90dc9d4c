"""Double opt-in: an address counts once its own button was pressed, whether it is the first or another one."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import accounts, clock, outreach
from portal.accounts.models import Account, Customer
from portal.treatment import Verdict
from tests import people
from tests.cast import PASSWORD, Cast, csrf_token, sign_in
from tests.web.account.test_signing import link, mails, send

NEW = "ada.new@example.org"


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


def ask(client: FlaskClient, email: str = NEW, password: str = PASSWORD) -> int:
    token = csrf_token(client.get("/me/account"))
    data = {"csrf_token": token, "email": email, "password": password}
    return client.post("/me/account/address", data=data).status_code


def address(session: Session, name: str = "Ada") -> tuple[str | None, str]:
    session.rollback()
    customer = session.scalars(sa.select(Customer).where(Customer.name == name)).one()
    return customer.email, session.scalars(sa.select(Account.email).where(Account.customer_id == customer.id)).one()


def test_another_address_counts_once_its_button_is_pressed_and_the_old_one_is_told(
    ada: FlaskClient, client: FlaskClient, session: Session, cast: Cast
) -> None:
    assert ask(ada) == 303
    path = link(session, "address")
    client.get(path)
    assert address(session) == ("ada@example.org", "ada@example.org"), "looking changes nothing"
    assert send(client, path).status_code == 303
    assert address(session) == (NEW, NEW)
    told = [(mail.kind, mail.to_address) for mail in mails(session)]
    assert told == [("address", NEW), ("address-asked", "ada@example.org"), ("address-changed", "ada@example.org")]
    assert sign_in(client, NEW).location.startswith("/me")


def test_the_button_pressed_again_changes_nothing_and_an_older_link_is_over(
    ada: FlaskClient, client: FlaskClient, session: Session, cast: Cast
) -> None:
    ask(ada, "first@example.org")
    first = link(session, "address")
    ask(ada)
    second = link(session, "address")
    token = csrf_token(client.get(second))
    assert [client.post(second, data={"csrf_token": token}).status_code for _ in range(2)] == [303, 303]
    assert client.post(first, data={"csrf_token": token}).status_code == 404
    assert address(session)[0] == NEW
    assert "used or is too old" in client.get(f"{first}x").text


@pytest.mark.parametrize(
    ("email", "password"), [(NEW, "not the password"), ("ada@example.org", PASSWORD), ("x", PASSWORD)]
)
def test_without_the_password_or_another_address_nothing_is_mailed(
    ada: FlaskClient, session: Session, cast: Cast, email: str, password: str
) -> None:
    assert ask(ada, email, password) == 422
    assert list(mails(session)) == []


def test_an_address_that_is_in_use_is_not_told_of(ada: FlaskClient, session: Session, cast: Cast) -> None:
    assert ask(ada, "ben@example.org") == 303
    assert ("already-there", "ben@example.org") in [(mail.kind, mail.to_address) for mail in mails(session)]


def test_an_offer_by_mail_needs_the_yes_and_the_button(client: FlaskClient, session: Session) -> None:
    people.ask_for(session, "marketing")
    session.commit()
    send(client, "/sign-up", name="Dora", email="dora@example.org", password="herring sings at noon")
    session.rollback()
    dora = accounts.customer_by_email(session, "dora@example.org")
    assert dora is not None
    dora.time_zone = "Europe/London"
    people.says(session, dora, "marketing", "granted", clock.utc_now())
    offer = outreach.add_template(
        session, key="offer", message_class="marketing", purpose="marketing", channel="email", subject="A rate",
        text="3 %", by="Priya", now=clock.utc_now(),
    )  # fmt: skip
    session.commit()
    assert against(outreach.would_send(session, dora, offer, clock.utc_now())) == ["address-unverified"]
    path = link(session, "confirm")
    client.get(path)
    session.rollback()
    assert against(outreach.would_send(session, dora, offer, clock.utc_now())) == ["address-unverified"]
    send(client, path)
    session.rollback()
    assert against(outreach.would_send(session, dora, offer, clock.utc_now())) == []


def against(verdict: Verdict) -> list[str]:
    """Why it would be denied; that it is night in London does not matter here."""
    return [one.code for one in verdict.outcome.results if one.result == "deny"]
