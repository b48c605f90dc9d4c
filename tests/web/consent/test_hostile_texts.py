"""Whatever is typed or put into an address, the answer is a page and never a fault."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for

TEXTS = {
    "nul": "a\0b",
    "script": "<script>alert(1)</script>",
    "quote": "' OR 1=1 --",
    "template": "{{ 7 * 7 }}{% raw %}",
    "right-to-left": "\u202eabc\u2066",
    "zalgo": "Z\u0363\u0364\u0365a\u0366\u0367l",
    "joiners": "👩‍👩‍👧‍👦" * 20,
    "line breaks": "a\r\nSet-Cookie: b=1",
    "formula": "=HYPERLINK(1)",
    "long": "x" * 20_000,
    "wide": "\U0010ffff\uffff",
    "blank": "   ",
}
texts = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs")
    session.commit()


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


@pytest.fixture
def ines(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def calm(client: FlaskClient, path: str, **data: str) -> None:
    """Send a form, and look at the page."""
    answer = client.post(path, data={"csrf_token": csrf_token(client.get("/me/account")), **data})
    assert answer.status_code < 500
    if answer.status_code == 303:
        assert client.get(answer.location).status_code < 500


@texts
def test_in_forms_for_anybody(client: FlaskClient, text: str) -> None:
    token = csrf_token(client.get("/sign-in"))
    for path, data in (
        ("/sign-in", {"email": text, "password": text, "next": text}),
        ("/sign-in", {"email": "ada@example.org", "password": text}),
        ("/sign-up", {"name": text, "email": "dora@example.org", "password": text}),
        ("/sign-up", {"name": "Dora", "email": text, "password": "herring sings at noon"}),
        ("/reset", {"email": text}),
        ("/reset/abc", {"password": text}),
        ("/confirm/" + quote(text[:100], safe=""), {}),
    ):
        assert client.post(path, data={"csrf_token": token, **data}).status_code < 500, path


@texts
def test_in_addresses(client: FlaskClient, ada: FlaskClient, ines: FlaskClient, text: str) -> None:
    inside = quote(text[:100], safe="")
    for path in (
        f"/receipts/{inside}",
        f"/receipts?code={inside}",
        f"/notices/{inside}/1",
        "/notices/needs/99999999999999999999",
        f"/confirm/{inside}",
        f"/reset/{inside}",
        f"/sign-in?next={inside}",
    ):
        assert client.get(path).status_code < 500, path
    for path in (f"/me/consent?receipt={inside}", f"/me/consent/history?after={inside}"):
        assert ada.get(path).status_code < 500, path
    for path in (
        f"/admin/audit?act={inside}&subject={inside}&actor={inside}",
        f"/admin/outbox?state={inside}&after={inside}",
        f"/admin/purposes/{inside}",
        f"/admin/people?role={inside}",
        "/admin/outbox/99999999999999999999",
        "/admin/notices/99999999999999999999",
    ):
        assert ines.get(path).status_code < 500, path


@texts
def test_in_a_customers_forms(ada: FlaskClient, text: str) -> None:
    whole = {"seq": "0", "key": "K", "purpose": "needs", "act": "withdraw", "channel": "*", "topic": "*"}
    for name in (*whole, "notice", "earlier_words"):
        calm(ada, "/me/consent", **{**whole, name: text})
    for name in ("language", "time_zone", "quiet_from", "max_per_week", "channel"):
        calm(ada, "/me/preferences", **{name: text})
    calm(ada, "/me/consent/undo", receipt=text)
    calm(ada, "/me/pause", seq="0", until=text)
    calm(ada, "/me/account/password", old=text, new=text)


@texts
def test_in_an_administrators_forms(ines: FlaskClient, text: str) -> None:
    token = csrf_token(ines.get("/admin/people"))
    words = {"title": text[:100], "summary": text[:300], "text": text, "change": "editorial"}
    for path, data in (
        ("/admin/people", {"name": text, "email": "nils@example.org", "role": "product", "team": text}),
        ("/admin/tokens", {"name": text, "scopes": "me:read"}),
        ("/admin/purposes/needs/notices", words),
        (
            "/admin/purposes",
            {
                "key": "surveys",
                "sentence": text,
                "lawful_basis": "consent",
                "data_used": text,
                "recipients": text,
                "retention_days": "99999999999999999999",
                "topics": text,
            },
        ),
        ("/admin/notices/99999999999999999999/publish", {"sha256": text}),
        ("/admin/people/99999999999999999999/role", {"role": "admin"}),
    ):
        answer = ines.post(path, data={"csrf_token": token, **data})
        assert answer.status_code < 500, path
        if answer.status_code == 303:
            shown = ines.get(answer.location).text
            assert "<script>alert" not in shown
