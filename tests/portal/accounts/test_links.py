"""Signing up, confirming and choosing a new password: by mail only, and telling nobody who is known."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts.models import Account, AccountLink, Customer
from portal.errors import Invalid, NotAllowed, NotFound
from portal.mail import OutboxMessage
from portal.settings import Settings
from tests.cast import PASSWORD, Cast

NEW = "herring sings at noon"


def mails(session: Session, to: str) -> Sequence[OutboxMessage]:
    return session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.to_address == to).order_by(OutboxMessage.id)
    ).all()


def token_in(mail: OutboxMessage) -> str:
    found = re.search(r"/(?:confirm|reset)/(\S+)", mail.text)
    assert found
    return found[1]


def join(
    session: Session, settings: Settings, now: datetime, email: str = "dora@example.org", password: str = NEW
) -> None:
    accounts.sign_up(session, name="Dora", email=email, password=password, settings=settings, now=now)


def test_a_new_customer_signs_up_confirms_and_signs_in(session: Session, settings: Settings, now: datetime) -> None:
    join(session, settings, now, "Dora@Example.org")
    account = accounts.confirm_email(session, token_in(mails(session, "dora@example.org")[0]), now=now)
    assert account.customer is not None
    assert account.customer.email_verified_at == now
    assert accounts.sign_in(session, "dora@example.org", NEW, settings=settings, user_agent="", now=now)


def test_confirming_twice_changes_nothing_more(session: Session, settings: Settings, now: datetime) -> None:
    join(session, settings, now)
    token = token_in(mails(session, "dora@example.org")[0])
    first = accounts.confirm_email(session, token, now=now)
    again = accounts.confirm_email(session, token, now=now + timedelta(hours=1))
    assert (again.id, again.confirmed_at) == (first.id, now)


def test_a_link_ends_with_its_time(session: Session, settings: Settings, now: datetime) -> None:
    join(session, settings, now)
    token = token_in(mails(session, "dora@example.org")[0])
    assert accounts.link_is_open(session, token, ("confirm",), now=now + timedelta(days=3, seconds=-1))
    assert not accounts.link_is_open(session, token, ("confirm",), now=now + timedelta(days=3))
    with pytest.raises(NotFound):
        accounts.confirm_email(session, token, now=now + timedelta(days=3))


def test_looking_at_a_link_does_not_use_it(session: Session, settings: Settings, now: datetime) -> None:
    join(session, settings, now)
    token = token_in(mails(session, "dora@example.org")[0])
    for _ in range(3):
        assert accounts.link_is_open(session, token, ("confirm",), now=now)
    assert not accounts.link_is_open(session, token, ("reset", "invite"), now=now)


def test_a_known_address_gets_another_mail_and_keeps_its_password(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Account))
    for _ in range(5):
        join(session, settings, now, "ada@example.org")
    assert [mail.kind for mail in mails(session, "ada@example.org")] == ["already-there"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == before
    assert accounts.sign_in(session, "ada@example.org", PASSWORD, settings=settings, user_agent="", now=now)


def test_the_address_of_a_team_member_is_no_way_in_either(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    join(session, settings, now, "ines@example.org")
    assert [mail.kind for mail in mails(session, "ines@example.org")] == ["already-there"]


def test_signing_up_again_before_confirming_makes_the_first_link_useless(
    session: Session, settings: Settings, now: datetime
) -> None:
    join(session, settings, now)
    join(session, settings, now, password="another good sentence")
    old, new = (token_in(mail) for mail in mails(session, "dora@example.org"))
    with pytest.raises(NotFound):
        accounts.confirm_email(session, old, now=now)
    accounts.confirm_email(session, new, now=now)
    with pytest.raises(NotAllowed):
        accounts.sign_in(session, "dora@example.org", NEW, settings=settings, user_agent="", now=now)


def test_signing_up_joins_the_customer_the_company_already_knows(
    session: Session, settings: Settings, now: datetime
) -> None:
    known = accounts.add_customer(session, name="Dora D.", email="dora@example.org", external_ref="B-77", now=now)
    join(session, settings, now)
    account = accounts.confirm_email(session, token_in(mails(session, "dora@example.org")[0]), now=now)
    assert account.customer_id == known.id
    assert session.scalar(sa.select(sa.func.count()).select_from(Customer)) == 1


def test_a_weak_password_is_refused_before_anything_is_made(
    session: Session, settings: Settings, now: datetime
) -> None:
    with pytest.raises(Invalid) as refusal:
        join(session, settings, now, password="passwordpassword")
    assert refusal.value.detail == {"fault": "common"}
    assert mails(session, "dora@example.org") == []


def test_a_new_password_by_mail_ends_every_sign_in_and_the_link(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    token = accounts.sign_in(session, "ada@example.org", PASSWORD, settings=settings, user_agent="", now=now)
    accounts.ask_reset(session, "ADA@example.org", settings=settings, now=now)
    link = token_in(mails(session, "ada@example.org")[-1])
    with pytest.raises(Invalid):
        accounts.reset_password(session, link, "short", settings=settings, now=now)
    accounts.reset_password(session, link, NEW, settings=settings, now=now)
    session.expire_all()
    assert accounts.open_sign_in(session, token, settings=settings, now=now) is None
    with pytest.raises(NotFound):
        accounts.reset_password(session, link, "yet another sentence", settings=settings, now=now)
    assert accounts.sign_in(session, "ada@example.org", NEW, settings=settings, user_agent="", now=now)
    assert mails(session, "ada@example.org")[-1].kind == "password-changed"


def test_asking_for_an_unknown_address_sends_nothing_and_says_nothing(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    accounts.ask_reset(session, "nobody@example.org", settings=settings, now=now)
    assert session.scalars(sa.select(OutboxMessage)).all() == []


def test_changing_the_password_needs_the_present_one_and_leaves_one_fresh_sign_in(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    old = accounts.sign_in(session, "ada@example.org", PASSWORD, settings=settings, user_agent="", now=now)
    account = accounts.account_by_email(session, "ada@example.org")
    assert account is not None
    with pytest.raises(NotAllowed):
        accounts.change_password(session, account, old="wrong", new=NEW, settings=settings, user_agent="", now=now)
    fresh = accounts.change_password(session, account, old=PASSWORD, new=NEW, settings=settings, user_agent="", now=now)
    session.expire_all()
    assert accounts.open_sign_in(session, old, settings=settings, now=now) is None
    assert accounts.open_sign_in(session, fresh, settings=settings, now=now) is not None


def test_no_link_is_kept_as_it_is(session: Session, settings: Settings, now: datetime) -> None:
    join(session, settings, now)
    token = token_in(mails(session, "dora@example.org")[0])
    assert token not in str(session.execute(sa.select(AccountLink.__table__)).all())


def test_a_new_team_member_chooses_the_password_by_the_link_in_the_mail(
    session: Session, settings: Settings, now: datetime
) -> None:
    accounts.add_team_member(session, email="Nils@example.org", name="Nils", role="product", now=now, settings=settings)
    accounts.reset_password(session, token_in(mails(session, "nils@example.org")[0]), NEW, settings=settings, now=now)
    assert accounts.sign_in(session, "nils@example.org", NEW, settings=settings, user_agent="", now=now)
    assert [mail.kind for mail in mails(session, "nils@example.org")] == ["invite"]
