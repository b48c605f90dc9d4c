"""Signing in and out: one answer for every failure, tokens that can be ended, nothing but hashes kept."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db
from portal.accounts.models import Account, SignIn
from portal.audit import Actor
from portal.errors import NotAllowed
from portal.settings import Settings
from tests.cast import PASSWORD, Cast

INES = Actor("team", 1, "Ines")


def enter(
    session: Session, settings: Settings, now: datetime, email: str = "ada@example.org", password: str = PASSWORD
) -> str:
    return accounts.sign_in(session, email, password, settings=settings, user_agent="Firefox\x00\n", now=now)


def test_the_right_password_opens_a_sign_in_and_only_its_hash_is_kept(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    token = enter(session, settings, now, email=" ADA@example.org")
    found = accounts.open_sign_in(session, token, settings=settings, now=now)
    assert found is not None
    assert found.account.customer_id == cast.ada.id
    assert found.user_agent == "Firefox"
    assert token not in str(session.execute(sa.select(SignIn.__table__)).all())


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", ""), ("ada@example.org", "x" * 5000)],
)
def test_every_failure_has_the_same_answer(
    session: Session, cast: Cast, settings: Settings, now: datetime, email: str, password: str
) -> None:
    with pytest.raises(NotAllowed) as refusal:
        enter(session, settings, now, email, password)
    assert (refusal.value.code, refusal.value.message) == ("sign-in-failed", accounts.signing.FAILED)


def test_an_unconfirmed_or_closed_account_fails_like_an_unknown_one(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    accounts.sign_up(session, name="Dora", email="dora@example.org", password=PASSWORD, settings=settings, now=now)
    accounts.disable(session, cast.priya.id, by=INES, now=now)
    for email in ("dora@example.org", "priya@example.org"):
        with pytest.raises(NotAllowed, match="That did not work"):
            enter(session, settings, now, email)


def test_an_unknown_address_costs_a_hash_too(
    session: Session, cast: Cast, settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str | None] = []
    real = accounts.signing.verify_password

    def counting(kept: str | None, password: str, of: Settings) -> bool:
        hashed.append(kept)
        return real(kept, password, of)

    monkeypatch.setattr(accounts.signing, "verify_password", counting)
    for email in ("ada@example.org", "nobody@example.org"):
        with pytest.raises(NotAllowed):
            enter(session, settings, now, email, "wrong")
    assert len(hashed) == 2


def test_a_sign_in_ends_by_sign_out_at_once(session: Session, cast: Cast, settings: Settings, now: datetime) -> None:
    token, other = enter(session, settings, now), enter(session, settings, now)
    accounts.sign_out(session, token, now)
    accounts.sign_out(session, token, now)
    assert accounts.open_sign_in(session, token, settings=settings, now=now) is None
    assert accounts.open_sign_in(session, other, settings=settings, now=now) is not None


def test_signing_out_everywhere_spares_nobody_but_the_one_named(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    tokens = [enter(session, settings, now) for _ in range(3)]
    bens = enter(session, settings, now, "ben@example.org")
    account = accounts.account_by_email(session, "ada@example.org")
    assert account is not None
    accounts.sign_out_everywhere(session, account, now, keep=tokens[1])
    session.expire_all()
    still = [accounts.open_sign_in(session, token, settings=settings, now=now) is not None for token in tokens]
    assert still == [False, True, False]
    assert accounts.open_sign_in(session, bens, settings=settings, now=now) is not None


def test_a_sign_in_idles_out_unless_its_browser_is_seen(
    engine: Engine, session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    token = enter(session, settings, now)
    session.commit()
    later = now + timedelta(minutes=settings.session_idle_minutes - 1)
    accounts.touch_sign_in(engine, token, later)
    after_that = later + timedelta(minutes=settings.session_idle_minutes - 1)
    with db.reading(engine) as fresh:
        assert accounts.open_sign_in(fresh, token, settings=settings, now=after_that) is not None
        idle = after_that + timedelta(minutes=2)
        assert accounts.open_sign_in(fresh, token, settings=settings, now=idle) is None


def test_a_sign_in_has_an_absolute_end_however_busy_it_is(
    engine: Engine, session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    token = enter(session, settings, now)
    session.commit()
    end = now + timedelta(hours=settings.session_absolute_hours)
    accounts.touch_sign_in(engine, token, end - timedelta(seconds=1))
    with db.reading(engine) as fresh:
        assert accounts.open_sign_in(fresh, token, settings=settings, now=end) is None


def test_one_browser_can_be_ended_from_the_list_but_not_another_persons(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    token = enter(session, settings, now)
    found = accounts.open_sign_in(session, token, settings=settings, now=now)
    ben = accounts.account_by_email(session, "ben@example.org")
    assert found is not None
    assert ben is not None
    accounts.end_sign_in(session, ben, found.id, now)
    session.refresh(found)
    assert found.ended_at is None
    accounts.end_sign_in(session, found.account, found.id, now)
    session.refresh(found)
    assert found.ended_at == now


def test_a_hash_at_an_older_cost_is_renewed_when_its_owner_signs_in(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    account = session.scalars(sa.select(Account).where(Account.email == "ada@example.org")).one()
    before = account.password_hash
    dearer = Settings(password_time_cost=2, password_memory_kib=128)
    enter(session, dearer, now)
    assert account.password_hash != before
    assert account.password_hash is not None
    assert "m=128,t=2" in account.password_hash


def test_plain_columns_say_the_same_of_a_sign_in_as_the_account(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    for email in ("ada@example.org", "ines@example.org"):
        token = enter(session, settings, now, email)
        account = accounts.open_account(session, token, settings=settings, now=now)
        known = accounts.signed_in(session, token, settings=settings, now=now)
        assert account is not None
        assert known is not None
        assert known[:5] == (account.id, account.name, account.email, account.role, account.customer_id)
        who, name = account.customer or account, account.customer.name if account.customer else None
        assert known[5:] == (name, who.language, who.time_zone)


@pytest.mark.parametrize("end", ["signed out", "idle", "over", "closed", "unknown"])
def test_no_page_knows_somebody_whose_sign_in_ended(
    session: Session, cast: Cast, settings: Settings, now: datetime, end: str
) -> None:
    token = enter(session, settings, now)
    after = {"idle": timedelta(minutes=settings.session_idle_minutes), "over": timedelta(days=365)}
    if end == "signed out":
        accounts.sign_out(session, token, now)
    if end == "closed":
        account = accounts.account_by_email(session, "ada@example.org")
        assert account is not None
        account.disabled_at = now
    asked = "another" if end == "unknown" else token
    later = now + after.get(end, timedelta(0))
    assert accounts.signed_in(session, asked, settings=settings, now=later) is None
    assert accounts.open_account(session, asked, settings=settings, now=later) is None
