"""The pages to sign in, sign up, confirm and choose a new password."""

import re
from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts.models import Account, SignIn
from portal.app import create_app
from portal.db import writing
from portal.mail import OutboxMessage
from portal.settings import Settings
from portal.web import database
from tests.cast import PASSWORD, Cast, csrf_token, sign_in

NEW = "herring sings at noon"


def mails(session: Session) -> Sequence[OutboxMessage]:
    session.rollback()
    return session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)).all()


def link(session: Session, kind: str) -> str:
    newest = [mail for mail in mails(session) if mail.kind == kind][-1]
    found = re.search(r"http://[^/]+(/\S+)", newest.text)
    assert found
    return found[1]


def send(client: FlaskClient, to: str, **data: str):
    return client.post(to, data={"csrf_token": csrf_token(client.get(to)), **data})


@pytest.mark.parametrize(
    ("person", "home"), [("ada", "/me"), ("priya", "/team"), ("omar", "/analyst"), ("ines", "/admin")]
)
def test_everybody_arrives_at_their_own_side(client: FlaskClient, cast: Cast, person: str, home: str) -> None:
    answer = sign_in(client, f"{person}@example.org")
    assert answer.status_code == 303
    assert answer.location.startswith(home)


def test_a_page_that_asked_to_sign_in_is_where_one_arrives(client: FlaskClient, cast: Cast) -> None:
    asked = client.get("/me/consent")
    assert asked.status_code == 302
    token = csrf_token(client.get(asked.location))
    data = {"email": "ada@example.org", "password": PASSWORD, "csrf_token": token, "next": "/me/consent"}
    assert client.post("/sign-in", data=data).location == "/me/consent"


@pytest.mark.parametrize(
    "target", ["https://example.com", "//example.com", "/\\example.com", "/\t/example.com", "javascript:x"]
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, cast: Cast, target: str) -> None:
    token = csrf_token(client.get("/sign-in"))
    data = {"email": "ada@example.org", "password": PASSWORD, "csrf_token": token, "next": target}
    assert client.post("/sign-in", data=data).location == "/me"


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(client: FlaskClient, cast: Cast) -> None:
    pages = []
    for email in ("ada@example.org", "abc@example.org"):
        answer = sign_in(client, email, "wrong")
        assert answer.status_code == 422
        hidden = re.sub(r'value="[^"]*"', "", answer.text)
        pages.append(hidden.replace(email, "…"))
    assert pages[0] == pages[1]
    assert "wrong" not in re.findall(r"<form.*</form>", answer.text, re.DOTALL)[0].replace('class="field wrong"', "")


def test_signing_in_gives_a_new_token_and_leaves_the_old_cookie_behind(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    before = csrf_token(client.get("/sign-in"))
    sign_in(client, "ada@example.org")
    after = csrf_token(client.get("/me/account"))
    assert before.split(".")[0] != after.split(".")[0]
    assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 1


def test_signing_out_ends_the_sign_in_and_not_only_the_cookie(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ada@example.org")
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    token = csrf_token(client.get("/me/account"))
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(kept)
    assert thief.get("/me/account").status_code == 302


def test_signing_out_everywhere_reaches_the_other_browser(app: Flask, client: FlaskClient, cast: Cast) -> None:
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser, "ada@example.org")
    client.post("/sign-out/everywhere", data={"csrf_token": csrf_token(client.get("/me/account"))})
    assert [browser.get("/me/account").status_code for browser in (client, other)] == [302, 302]


def test_a_customer_signs_up_confirms_by_a_button_and_signs_in(client: FlaskClient, session: Session) -> None:
    answer = send(client, "/sign-up", name="Dora", email="dora@example.org", password=NEW)
    assert answer.location == "/check-mail"
    path = link(session, "confirm")
    for _ in range(2):  # a mail scanner looks first
        assert "Yes, this is my address" in client.get(path).text
    assert sign_in(client, "dora@example.org", NEW).status_code == 422
    assert send(client, path).status_code == 303
    assert sign_in(client, "dora@example.org", NEW).location == "/me"


def test_nobody_learns_from_sign_up_or_reset_who_is_known(client: FlaskClient, session: Session, cast: Cast) -> None:
    answers = [
        send(client, "/sign-up", name="Ada", email=email, password=NEW)
        for email in ("ada@example.org", "eve@example.org", "ines@example.org")
    ]
    answers += [send(client, "/reset", email=email) for email in ("ada@example.org", "bob@example.org")]
    assert {(answer.status_code, answer.location, answer.text) for answer in answers} == {
        (303, "/check-mail", answers[0].text)
    }


def test_a_form_that_was_not_understood_keeps_what_was_typed_but_never_the_password(client: FlaskClient) -> None:
    answer = send(client, "/sign-up", name="Dora", email="dora", password="a long enough password")
    assert answer.status_code == 422
    assert 'value="Dora"' in answer.text
    assert "a long enough password" not in answer.text
    short = send(client, "/sign-up", name="Dora", email="dora@example.org", password="short")
    assert "at least 15 characters" in short.text


def test_a_new_password_by_mail_works_once_and_signs_out_every_browser(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    sign_in(client, "ada@example.org")
    visitor = app.test_client()
    send(visitor, "/reset", email="ada@example.org")
    path = link(session, "reset")
    assert send(visitor, path, password="short").status_code == 422
    assert send(visitor, path, password=NEW).location == "/sign-in"
    assert client.get("/me/account").status_code == 302
    assert "too old" in visitor.get(path).text
    token = csrf_token(visitor.get("/sign-in"))
    again = visitor.post(path, data={"csrf_token": token, "password": "another good sentence"})
    assert again.status_code == 404
    assert sign_in(visitor, "ada@example.org", NEW).status_code == 303


def test_looking_at_the_sign_in_page_changes_nothing(client: FlaskClient, session: Session, cast: Cast) -> None:
    for path in ("/sign-in", "/sign-up", "/reset", "/check-mail", "/confirm/x", "/reset/x"):
        assert client.get(path).status_code == 200
    assert session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Account)) == 6


def test_the_demo_shows_who_can_sign_in_and_a_real_portal_does_not(settings: Settings, client: FlaskClient) -> None:
    assert "candour-demo-2026" not in client.get("/sign-in").text
    demo = create_app(Settings(**{**vars(settings), "demo": True}))
    assert "candour-demo-2026" in demo.test_client().get("/sign-in").text


def test_changing_the_password_signs_out_the_other_browsers_and_keeps_this_one(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser, "ada@example.org")
    token = csrf_token(client.get("/me/account"))
    wrong = client.post("/me/account/password", data={"csrf_token": token, "old": "wrong", "new": NEW})
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    good = client.post("/me/account/password", data={"csrf_token": token, "old": PASSWORD, "new": NEW})
    assert good.status_code == 303
    assert client.get("/me/account").status_code == 200
    assert other.get("/me/account").status_code == 302


def test_one_browser_can_be_signed_out_from_another(app: Flask, client: FlaskClient, cast: Cast) -> None:
    other = app.test_client()
    for browser in (client, other):
        sign_in(browser, "ada@example.org")
    shown = client.get("/me/account")
    assert "this browser" in shown.text
    path = re.findall(r'action="(/me/account/sign-ins/\d+/end)"', shown.text)[0]
    assert client.post(path, data={"csrf_token": csrf_token(shown)}).status_code == 303
    assert (client.get("/me/account").status_code, other.get("/me/account").status_code) == (200, 302)


def test_everything_about_a_customer_comes_as_one_file(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ada@example.org")
    answer = client.get("/me/download.json")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json is not None
    assert answer.json["customers"][0]["email"] == "ada@example.org"
    assert "ben@example.org" not in answer.text


def test_a_new_password_is_hashed_while_others_may_write(
    client: FlaskClient, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = accounts.passwords.PasswordHasher.hash

    def looking(hasher: PasswordHasher, password: str) -> str:
        with writing(database.engine()) as other:  # would wait, and fail, if the request held the one writing lock
            seen.append(other.scalar(sa.select(sa.func.count()).select_from(Account)) or 0)
        return real(hasher, password)

    monkeypatch.setattr(accounts.passwords.PasswordHasher, "hash", looking)
    assert send(client, "/sign-up", name="Dee", email="dee@example.org", password=NEW).status_code == 303
    send(client, "/reset", email="ada@example.org")
    assert send(client, link(session, "reset"), password=NEW).status_code == 303
    assert seen == [6, 7]
    assert sign_in(client, "ada@example.org", NEW).status_code == 303


def test_the_password_is_hashed_before_anything_is_locked(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    real = accounts.signing.verify_password

    def looking(kept: str | None, password: str, settings: Settings) -> bool:
        with writing(database.engine()) as other:  # would wait, and fail, if the request held the one writing lock
            seen.append(other.scalar(sa.select(sa.func.count()).select_from(Account)) == 6)
        return real(kept, password, settings)

    monkeypatch.setattr(accounts.signing, "verify_password", looking)
    assert sign_in(app.test_client(), "ada@example.org").status_code == 303
    assert seen == [True]
