"""Coming back with a receipt code: the page behind it shows what is new by itself, to whoever holds the code."""

import re

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import clock, conversations, db, needs
from portal.accounts.models import Account
from portal.conversations import Conversation
from tests.cast import csrf_token

from .conftest import FEE, Say, SignIn

KEY = "K-2222222222"


def send(client: FlaskClient, page: str, to: str | None = None, **data: str) -> TestResponse:
    return client.post(to or page, data={"csrf_token": csrf_token(client.get(page)), **data})


def test_the_page_behind_a_code_learns_that_something_is_new_and_nothing_else(
    client: FlaskClient, as_: SignIn, say: Say, session: Session, engine: Engine
) -> None:
    opened = say(None, "A quiet word.")
    page = f"/r/{opened.receipt_code}"
    text = client.get(page).text
    assert f'data-live="{page}/latest"' in text
    assert "live.js" in text

    def looks(known: str | None = None) -> TestResponse:
        return client.get(f"{page}/latest", headers={"If-None-Match": known} if known else {})

    first = looks()
    assert list(first.json or {}) == ["newest"]
    assert "quiet" not in first.text
    assert looks(first.headers["ETag"]).status_code == 304
    with db.writing(engine) as writing:
        priya = writing.get_one(Account, session.scalars(sa.select(Account.id).where(Account.role == "product")).one())
        found = writing.get_one(Conversation, opened.id)
        conversations.reply(writing, priya, found, text="For us only.", internal=True, now=clock.utc_now())
    assert looks(first.headers["ETag"]).status_code == 304, "a note of the team is not theirs to notice"
    with db.writing(engine) as writing:
        found = writing.get_one(Conversation, opened.id)
        conversations.reply(writing, writing.merge(priya), found, text="We hear you.", now=clock.utc_now())
    answered = looks(first.headers["ETag"])
    assert answered.status_code == 200
    assert answered.json != first.json
    assert 'data-live-says="An answer has come."' in client.get(page).text


def test_a_reading_and_a_correction_are_something_new_behind_a_code(client: FlaskClient, engine: Engine) -> None:
    answer = send(client, "/say", text=FEE, may_reply="yes", submission_key=KEY, website="")
    page = answer.location.replace("/said/", "/r/")
    before = client.get(f"{page}/latest").json
    assert "data-live-awaits" in client.get(page).text
    needs.read_waiting(engine, clock=clock.utc_now, worker="test")
    read = client.get(f"{page}/latest").json
    text = client.get(page).text
    assert "data-live-awaits" not in text
    tag = re.findall(rf"{page}/tags/\d+", text)[0]
    send(client, page, tag, verdict="reject")
    assert len({str(each) for each in (before, read, client.get(f"{page}/latest").json)}) == 3


def test_what_is_new_is_told_only_to_whoever_holds_a_code_without_an_owner(
    client: FlaskClient, as_: SignIn, say: Say
) -> None:
    assert client.get("/r/I-NOBODYS000/latest").status_code == 404
    own = say("ada")
    for visitor in (client, as_("ben"), as_("ada")):
        assert visitor.get(f"/r/{own.receipt_code}/latest").status_code == 404


def test_the_receipt_of_a_conversation_leads_to_its_thread(client: FlaskClient, say: Say) -> None:
    opened = say(None, "A quiet word.")
    link = f'href="/r/{opened.receipt_code}"'
    assert link in client.get(f"/said/{opened.receipt_code}").text
    found = client.get(f"/receipts?code={opened.receipt_code.lower()}", follow_redirects=True)
    assert (found.status_code, link in found.text) == (200, True)
    assert "A quiet word." in client.get(f"/r/{opened.receipt_code}").text
