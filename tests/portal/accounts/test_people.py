"""Customers, team members, roles and tokens."""

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import accounts, db
from portal.accounts.models import Account, ApiToken
from portal.audit import Actor, AuditEntry
from portal.errors import Conflict, Invalid, NotFound
from portal.settings import Settings
from tests.cast import PASSWORD, Cast

INES = Actor("team", 1, "Ines")


def test_a_customer_is_found_by_ref_number_and_address(session: Session, now: datetime) -> None:
    made = accounts.add_customer(session, name=" Ada ", email="Ada@Example.org", external_ref="B-1", now=now)
    assert made.name == "Ada"
    assert accounts.customer_by_ref(session, made.ref).id == made.id
    for found in (
        accounts.customer_by_external_ref(session, "B-1"),
        accounts.customer_by_email(session, "ADA@example.org"),
    ):
        assert found is not None
        assert found.id == made.id
    for named in (made.ref, "B-1", "ADA@example.org"):
        assert accounts.customer_named(session, named).id == made.id
    for looked_up in (accounts.customer_by_ref, accounts.customer_named):
        with pytest.raises(NotFound):
            looked_up(session, "C-NOBODY")


@pytest.mark.parametrize("again", [{"email": "ada@example.org"}, {"external_ref": "B-1"}])
def test_a_second_customer_with_the_same_address_or_number_is_refused_and_nothing_else_is_lost(
    session: Session, now: datetime, again: dict[str, str]
) -> None:
    accounts.add_customer(session, name="Ada", email="ada@example.org", external_ref="B-1", now=now)
    with pytest.raises(Conflict) as refusal:
        accounts.add_customer(session, name="Ada", **again, now=now)  # type: ignore[arg-type]
    assert refusal.value.code == "customer-exists"
    assert accounts.customer_by_email(session, "ada@example.org") is not None


def test_a_customer_has_one_sign_in(session: Session, cast: Cast, settings: Settings, now: datetime) -> None:
    with pytest.raises(Conflict):
        accounts.add_customer_account(session, cast.ada, password=PASSWORD, settings=settings, now=now)


def test_an_account_is_a_customers_or_has_a_role_never_both(session: Session, cast: Cast) -> None:
    account = session.scalars(sa.select(Account).where(Account.customer_id == cast.ada.id)).one()
    account.role = "admin"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_another_role_ends_the_sign_ins_and_is_written_down(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    token = accounts.sign_in(session, "priya@example.org", PASSWORD, settings=settings, user_agent="", now=now)
    accounts.set_role(session, cast.priya.id, "analyst", by=INES, now=now)
    session.flush()
    session.expire_all()
    assert accounts.open_sign_in(session, token, settings=settings, now=now) is None
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "account.role-changed")).one()
    assert (entry.actor, entry.detail) == ("Ines", {"from": "product", "to": "analyst"})


def test_the_last_administrator_stays(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict, match="last administrator"):
        accounts.set_role(session, cast.ines.id, "product", by=INES, now=now)
    with pytest.raises(Conflict, match="last administrator"):
        accounts.disable(session, cast.ines.id, by=INES, now=now)
    accounts.set_role(session, cast.priya.id, "admin", by=INES, now=now)
    accounts.disable(session, cast.ines.id, by=INES, now=now)
    assert cast.ines.id in [member.id for member in accounts.team_members(session, closed=True)]


def test_a_customer_cannot_be_given_a_role(session: Session, cast: Cast, now: datetime) -> None:
    account = accounts.account_by_email(session, "ada@example.org")
    assert account is not None
    with pytest.raises(NotFound):
        accounts.set_role(session, account.id, "admin", by=INES, now=now)
    with pytest.raises(Invalid):
        accounts.set_role(session, cast.priya.id, "customer", by=INES, now=now)


def test_a_token_is_shown_once_kept_as_a_hash_and_ends_when_revoked(session: Session, now: datetime) -> None:
    token, plain = accounts.add_token(session, name="CRM", scopes=["signals:read"], created_by="Ines", now=now)
    assert plain not in str(session.execute(sa.select(ApiToken.__table__)).all())
    found = accounts.token_for(session, plain, now)
    assert found is not None
    assert found.scopes == ["signals:read"]
    assert accounts.token_for(session, plain + "x", now) is None
    accounts.revoke_token(session, token.id, now=now, by=INES)
    accounts.revoke_token(session, token.id, now=now, by=INES)
    assert accounts.token_for(session, plain, now) is None
    revoked = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "token.revoked")).all()
    assert len(revoked) == 1


@pytest.mark.parametrize("scopes", [[], ["everything"], ["signals:read", "admin"]])
def test_a_token_without_a_known_scope_is_refused(session: Session, now: datetime, scopes: list[str]) -> None:
    with pytest.raises(Invalid):
        accounts.add_token(session, name="CRM", scopes=scopes, created_by="Ines", now=now)


def test_whoever_holds_a_customer_makes_the_other_wait(engine: Engine, cast: Cast) -> None:
    order: list[str] = []
    held, waiting = threading.Event(), threading.Event()

    def second() -> None:
        held.wait(5)
        waiting.set()
        with db.writing(engine) as session:
            accounts.lock_customer(session, cast.ada.id)
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with db.writing(engine) as session:
        accounts.lock_customer(session, cast.ada.id)
        held.set()
        waiting.wait(5)
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
