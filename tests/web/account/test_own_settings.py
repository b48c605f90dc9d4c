"""Who works here reads pages and mails in a language and on a clock of their own."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, privacy, rights
from portal.accounts.models import Account, Customer
from portal.mail.models import OutboxMessage
from portal.settings import Settings
from tests.cast import Cast, csrf_token, sign_in

HERE = "/team/account"
NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.fixture
def ines(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def choose(client: FlaskClient, **data: str) -> int:
    token = csrf_token(client.get(HERE))
    return client.post(HERE, data={"csrf_token": token, "language": "en", "time_zone": "", **data}).status_code


def own(session: Session, name: str) -> tuple[str | None, str | None]:
    session.rollback()
    row = session.execute(sa.select(Account.language, Account.time_zone).where(Account.name == name)).one()
    return row.language, row.time_zone


def test_a_language_is_chosen_once_and_holds_in_every_browser(ines: FlaskClient, app: Flask, session: Session) -> None:
    assert 'lang="en"' in ines.get("/admin/").text
    assert f'href="{HERE}"' in ines.get("/admin/").text
    assert choose(ines, language="it") == 303
    assert own(session, "Ines") == ("it", None)
    elsewhere = app.test_client()
    sign_in(elsewhere, "ines@example.org")
    assert 'lang="it"' in elsewhere.get("/admin/", headers={"Accept-Language": "zh-Hant"}).text


@pytest.mark.parametrize("who", ["priya", "omar", "ines"])
def test_everybody_who_works_here_has_settings_and_no_customer_has(app: Flask, cast: Cast, who: str) -> None:
    client, ada = app.test_client(), app.test_client()
    sign_in(client, f"{who}@example.org")
    sign_in(ada, "ada@example.org")
    assert choose(client, language="zh-Hant", time_zone="Asia/Taipei") == 303
    assert 'lang="zh-Hant"' in client.get(HERE).text
    assert ada.get(HERE).status_code == 403


def test_the_language_chosen_at_the_foot_of_a_page_is_the_same_choice(ines: FlaskClient, session: Session) -> None:
    choose(ines, time_zone="Europe/Rome")
    form = {"language": "it", "next": "/admin/", "csrf_token": csrf_token(ines.get("/language"))}
    assert ines.post("/language", data=form).status_code == 303
    assert own(session, "Ines") == ("it", "Europe/Rome")


def test_times_are_told_on_their_clock(ines: FlaskClient, engine: Engine, cast: Cast) -> None:
    with db.writing(engine) as session:
        made = rights.ask(session, session.get_one(Customer, cast.ada.id), kind="access", words="", now=NOW)
        place = f"/admin/requests/{made.ref}"
    assert "23 November 2026" in ines.get(place).text
    choose(ines, time_zone="Asia/Taipei")
    assert "24 November 2026, 07:30" in ines.get(place).text


@pytest.mark.parametrize(("name", "value"), [("language", "tlh"), ("language", ""), ("time_zone", "Mars/Olympus")])
def test_what_is_not_offered_is_refused(ines: FlaskClient, session: Session, name: str, value: str) -> None:
    assert choose(ines, **{name: value}) == 422
    assert own(session, "Ines") == (None, None)


def test_mails_to_the_team_are_written_in_the_language_and_on_the_clock_of_each(
    engine: Engine, cast: Cast, settings: Settings
) -> None:
    with db.writing(engine) as session:
        accounts.choose_own(session, session.get_one(Account, cast.ines.id), language="it", time_zone="Asia/Taipei")
        rights.ask(session, session.get_one(Customer, cast.ada.id), kind="access", words="", now=NOW)
    later = NOW + timedelta(days=40)
    privacy.alarm_requests(engine, settings=settings, clock=lambda: later, worker="w")
    with db.reading(engine) as session:
        mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.to_address == "ines@example.org")).one()
        assert "24 novembre 2026" in mail.text
        assert "richiesta" in (mail.subject + mail.text).lower()
