"""How often one visitor may ask: counted by account, by address and by browser, before anything is hashed."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts import RateCount
from portal.app import create_app
from portal.settings import Settings
from tests.cast import PASSWORD, Cast, csrf_token, sign_in


@pytest.fixture
def strict(settings: Settings) -> Flask:
    values = {
        **vars(settings),
        "rate_sign_in": "3 per minute",
        "rate_write": "5 per minute",
        "rate_api": "4 per minute",
    }
    return create_app(Settings(**values))


def attempt(app: Flask, email: str, address: str, password: str = "wrong") -> int:
    client = app.test_client()
    token = csrf_token(client.get("/sign-in"))
    data = {"email": email, "password": password, "csrf_token": token}
    return client.post("/sign-in", data=data, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_guessing_at_one_account_from_many_places_is_slowed(strict: Flask, cast: Cast) -> None:
    codes = [attempt(strict, "ada@example.org", f"192.0.2.{number}") for number in range(5)]
    assert codes == [422, 422, 422, 429, 429]
    assert attempt(strict, "ben@example.org", "192.0.2.99", PASSWORD) == 303


def test_guessing_at_many_accounts_from_one_place_is_slowed(strict: Flask, cast: Cast) -> None:
    codes = [attempt(strict, f"p{number}@example.org", "192.0.2.1") for number in range(5)]
    assert codes == [422, 422, 422, 429, 429]


def test_beyond_the_limit_nothing_is_hashed_and_the_answer_says_when_to_come_back(
    strict: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        attempt(strict, "ada@example.org", "192.0.2.1")

    def never(*_args: object) -> bool:
        raise AssertionError("A password was hashed.")

    monkeypatch.setattr(accounts.signing, "verify_password", never)
    client = strict.test_client()
    answer = client.post(
        "/sign-in",
        data={"email": "ada@example.org", "password": PASSWORD, "csrf_token": csrf_token(client.get("/sign-in"))},
    )
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


def test_writing_is_counted_per_browser_and_reading_is_not(strict: Flask, session: Session, cast: Cast) -> None:
    ada, ben = strict.test_client(), strict.test_client()
    sign_in(ada, "ada@example.org")
    token = csrf_token(ada.get("/me/account"))
    codes = [ada.post("/me/preferences", data={"csrf_token": token}).status_code for _ in range(6)]
    assert codes == [303] * 5 + [429]
    assert [ada.get("/me/preferences").status_code for _ in range(8)] == [200] * 8
    sign_in(ben, "ben@example.org")
    token = csrf_token(ben.get("/me/account"))
    assert ben.post("/me/preferences", data={"csrf_token": token}).status_code == 303


def test_counts_are_shared_by_all_processes(settings: Settings, cast: Cast) -> None:
    values = {**vars(settings), "rate_sign_in": "3 per minute"}
    first, second = create_app(Settings(**values)), create_app(Settings(**values))
    codes = [attempt(app, "ada@example.org", "192.0.2.1") for app in (first, second, first, second)]
    assert codes == [422, 422, 422, 429]


def test_a_window_that_is_over_counts_anew(strict: Flask, session: Session, cast: Cast) -> None:
    for _ in range(4):
        attempt(strict, "ada@example.org", "192.0.2.1")
    session.execute(sa.update(RateCount).values(expires_at=1))
    session.commit()
    assert attempt(strict, "ada@example.org", "192.0.2.1", PASSWORD) == 303


def test_no_address_of_a_person_stands_among_the_counts(strict: Flask, session: Session, cast: Cast) -> None:
    attempt(strict, "ada@example.org", "192.0.2.1")
    keys = session.scalars(sa.select(RateCount.key)).all()
    assert keys
    assert not [key for key in keys if "ada" in key]


def test_the_api_says_how_much_is_left(strict: Flask, session: Session, cast: Cast) -> None:
    client = strict.test_client()
    answers = [client.get("/api/v1/me", headers={"Authorization": "Bearer nobody"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 4 + [429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers[:4]] == ["3", "2", "1", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "4"
    assert answers[4].mimetype == "application/problem+json"


def test_typing_for_long_does_not_use_up_what_may_be_sent(strict: Flask, cast: Cast) -> None:
    visitor = strict.test_client()
    token = csrf_token(visitor.get("/say"))
    preview = {"csrf_token": token, "text": "You charged me twice and nobody answers."}
    codes = [visitor.post("/say/preview", data=preview).status_code for _ in range(7)]
    assert codes == [200] * 5 + [429] * 2
    assert visitor.post("/say", data={"csrf_token": token, "text": ""}).status_code == 422
