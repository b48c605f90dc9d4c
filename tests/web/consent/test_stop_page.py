"""The link at the foot of a mail: looking changes nothing, a press stops, without a sign-in, and names nobody."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import clock, consent, db, outreach, tables
from portal.app import create_app
from portal.consent.models import ConsentEntry
from portal.mail.models import OutboxMessage
from portal.settings import Settings
from tests.cast import Cast, sign_in
from tests.people import ask_for, says

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
JOINED = datetime(2025, 1, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def letter(session: Session, engine: Engine, cast: Cast, settings: Settings) -> OutboxMessage:
    """An offer about savings that Ada got by mail."""
    ask_for(session, "needs", "marketing", "research")
    says(session, cast.ada, "marketing", "granted", JOINED)
    cast.ada.time_zone = "Europe/London"
    outreach.add_template(
        session, key="rate", message_class="marketing", purpose="marketing", topic="savings", channel="email",
        subject="A rate", text="3 %.", by="Priya", now=JOINED,
    )  # fmt: skip
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    outreach.intend(
        session, key="w1", customer_id=cast.ada.id, template_key="rate", reason="You save", now=noon,
    )  # fmt: skip
    session.commit()
    outreach.send_due(engine, settings=settings, clock=lambda: noon, worker="w")
    return session.scalars(sa.select(OutboxMessage)).one()


@pytest.fixture
def path(letter: OutboxMessage, settings: Settings) -> str:
    return letter.headers["List-Unsubscribe"].strip("<>").removeprefix(settings.base_url)


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A mail program: no cookie, and none is taken."""
    return app.test_client(use_cookies=False)


def everything(engine: Engine) -> dict[str, str]:
    """A fingerprint of every table."""
    found = {}
    with engine.connect() as connection:
        for name, table in tables.metadata.tables.items():
            rows = sorted(map(repr, connection.execute(sa.select(table)).all()))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def clicks(session: Session, cast: Cast) -> list[ConsentEntry]:
    session.rollback()
    mine = (ConsentEntry.customer_id == cast.ada.id, ConsentEntry.method == "one_click")
    return list(session.scalars(sa.select(ConsentEntry).where(*mine)))


def test_the_mail_carries_one_link_in_its_headers_and_the_same_in_words(letter: OutboxMessage, path: str) -> None:
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[^<>,]+>", letter.headers["List-Unsubscribe"])
    assert f"Stop these, without signing in: http://127.0.0.1:8000{path}\n" in letter.text


def test_looking_never_writes_whatever_is_asked_and_however_often(
    engine: Engine, stranger: FlaskClient, path: str
) -> None:
    before = everything(engine)
    for address in (path, f"{path}?act=stop", f"{path}?List-Unsubscribe=One-Click", "/u/x", "/.well-known/gpc.json"):
        for method in ("GET", "HEAD", "OPTIONS"):
            stranger.open(address, method=method, headers={"Sec-GPC": "1"})
    assert everything(engine) == before


def test_a_scanner_that_follows_every_link_of_the_mail_and_of_the_page_changes_nothing(
    engine: Engine, stranger: FlaskClient, letter: OutboxMessage, path: str, settings: Settings
) -> None:
    before = everything(engine)
    page = stranger.get(path)
    links = re.findall(r'(?:href|src|action)="([^"#]+)"', page.text)
    links += [link.removeprefix(settings.base_url) for link in re.findall(r"http\S+", letter.text)]
    assert len(links) > 5
    for link in links:
        assert stranger.get(link.replace("&amp;", "&")).status_code < 500
    assert everything(engine) == before


def test_one_click_works_without_cookie_sign_in_form_token_or_redirect_and_twice_is_once(
    stranger: FlaskClient, path: str, session: Session, cast: Cast
) -> None:
    for _ in range(2):
        answer = stranger.post(path, data=ONE_CLICK)
        assert (answer.status_code, answer.headers.get("Set-Cookie"), answer.location) == (200, None, None)
    (entry,) = clicks(session, cast)
    assert (entry.purpose, entry.channel, entry.topic) == ("marketing", "email", "savings")
    assert re.fullmatch(r"mail D-\S+", str(entry.evidence))
    assert stranger.post(path, data=ONE_CLICK, content_type="multipart/form-data").status_code == 200
    assert len(clicks(session, cast)) == 1


def test_the_page_names_nobody_not_even_who_is_signed_in(app: Flask, path: str, cast: Cast) -> None:
    browser = app.test_client()
    sign_in(browser, "ben@example.org")
    for text in (browser.get(path).text, browser.post(path, data={"act": "pause"}).text):
        for word in ("Ada", "Ben", "example.org", cast.ada.ref, "Sign out"):
            assert word not in text
    assert "Stop this kind of mail" in browser.get(path).text


def test_the_page_speaks_the_language_of_the_mail(
    stranger: FlaskClient, path: str, session: Session, cast: Cast
) -> None:
    cast.ada.language = "zz"
    session.commit()
    assert stranger.get(path, headers={"Accept-Language": "it"}).status_code == 200
    assert '<html lang="en"' in stranger.get(path, headers={"Accept-Language": "it"}).text


@pytest.mark.parametrize(("act", "more"), [("all", 2), ("pause", 1), ("nonsense", 1), ("give", 1)])
def test_every_button_only_takes_away(
    stranger: FlaskClient, path: str, session: Session, cast: Cast, act: str, more: int
) -> None:
    assert stranger.post(path, data={"act": act, "purpose": "research", "channel": "*"}).status_code == 200
    made = clicks(session, cast)
    assert len(made) == more
    assert {entry.action for entry in made} <= {"withdrawn", "refused", "paused"}


def test_every_wrong_link_gets_the_same_page_and_changes_nothing(
    engine: Engine, stranger: FlaskClient, path: str, settings: Settings
) -> None:
    gone = consent.seal_stop(settings.secret_key, consent.StopLink("C-NOBODY", "marketing", "email", "*", "D-1"))
    dot = path.index(".") + 1
    forged = path[:dot] + ("A" if path[dot] != "A" else "B") + path[dot + 1 :]
    wrong = [forged, path[:20], "/u/x", f"/u/{gone}", path + ".x"]
    before = everything(engine)
    pages = {stranger.open(one, method=method).text for one in wrong for method in ("GET", "POST")}
    assert len(pages) == 1
    assert "This link does not work" in pages.pop()
    assert stranger.get("/u/x").status_code == 404
    after = everything(engine)
    assert {name for name, rows in after.items() if rows != before[name]} <= {"rate_counts"}


def test_a_link_does_not_run_out(
    stranger: FlaskClient, path: str, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.utc_now() + timedelta(days=3650)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    assert stranger.post(path, data=ONE_CLICK).status_code == 200
    assert len(clicks(session, cast)) == 1


def test_providers_that_press_for_many_are_not_turned_away(
    settings: Settings, letter: OutboxMessage, path: str
) -> None:
    narrow = create_app(replace(settings, rate_write="2 per minute")).test_client(use_cookies=False)
    assert {narrow.post(path, data=ONE_CLICK).status_code for _ in range(5)} == {200}
    assert narrow.post("/u/x").status_code == 404
    assert narrow.post("/u/x").status_code == 404
    assert narrow.post("/u/x").status_code == 429


def gpc_entries(engine: Engine, cast: Cast) -> list[str]:
    with db.reading(engine) as session:
        mine = (ConsentEntry.customer_id == cast.ada.id, ConsentEntry.method == "gpc")
        return list(session.scalars(sa.select(ConsentEntry.action).where(*mine)))


@pytest.fixture
def heeding(session: Session, cast: Cast) -> None:
    """Marketing heeds the browser's signal; Ada allowed it."""
    ask_for(session, "needs", "marketing")
    session.get_one(consent.Purpose, "marketing").honours_gpc = True
    says(session, cast.ada, "marketing", "granted", JOINED)
    session.commit()


@pytest.mark.usefixtures("heeding")
def test_the_signal_counts_with_the_sign_in_and_only_when_it_is_exactly_one(
    app: Flask, engine: Engine, cast: Cast
) -> None:
    for value, kept in (("0", []), ("true", []), ("11", []), ("", []), ("1", ["objected"]), ("1", ["objected"])):
        browser = app.test_client()
        browser.environ_base["HTTP_SEC_GPC"] = value
        sign_in(browser, "ada@example.org")
        assert gpc_entries(engine, cast) == kept


@pytest.mark.usefixtures("heeding")
def test_looking_with_the_signal_records_nothing_and_the_next_act_does(app: Flask, engine: Engine, cast: Cast) -> None:
    browser = app.test_client()
    sign_in(browser, "ada@example.org")
    browser.environ_base["HTTP_SEC_GPC"] = "1"
    text = browser.get("/me/consent").text
    assert "Your browser asks" in text
    assert "the next thing you do here" in text
    assert gpc_entries(engine, cast) == []
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    browser.post("/me/preferences", data={"csrf_token": token[1]})
    assert gpc_entries(engine, cast) == ["objected"]
    assert "the next thing you do here" not in browser.get("/me/consent").text


@pytest.mark.usefixtures("heeding")
def test_a_yes_from_a_page_older_than_the_signal_is_told_what_changed(app: Flask, engine: Engine, cast: Cast) -> None:
    browser = app.test_client()
    sign_in(browser, "ada@example.org")
    text = browser.get("/me/consent").text
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if 'value="marketing"' in one)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    browser.environ_base["HTTP_SEC_GPC"] = "1"
    answer = browser.post("/me/consent", data={**fields, "act": "give"})
    assert answer.status_code == 409
    assert "You objected" in answer.text
    assert gpc_entries(engine, cast) == ["objected"]


@pytest.mark.usefixtures("heeding")
def test_the_portal_says_that_it_heeds_the_signal(client: FlaskClient) -> None:
    answer = client.get("/.well-known/gpc.json")
    assert answer.json == {"gpc": True, "lastUpdate": "2026-11-23"}
    assert answer.content_type == "application/json"


@pytest.mark.usefixtures("heeding")
def test_an_admin_sees_and_says_whether_a_purpose_heeds_the_signal(app: Flask, client: FlaskClient) -> None:
    ines = app.test_client()
    sign_in(ines, "ines@example.org")
    text = ines.get("/admin/purposes/marketing").text
    assert "counts as an objection" in text
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    ines.post("/admin/purposes/marketing/gpc", data={"csrf_token": token[1], "heeds": "no"})
    assert "does not count" in ines.get("/admin/purposes/marketing").text
    assert client.get("/.well-known/gpc.json").json["gpc"] is False
