"""Every form that somebody can find, sent back empty or spoilt: each error leads to its field, or needs no link."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from portal import accounts, clock, conversations, db, entitlements, ideas, segments
from portal.settings import Settings
from tests import people
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.one_database
VISITORS = [None, "ada", "priya", "omar", "ines"]
ENDS_THE_VISIT = ("/sign-out", "/me/account/sign-ins", "/admin/people/")
MOST_PAGES = 60


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: where it is sent to, and what is filled in already."""

    page: str
    action: str
    filled: tuple[tuple[str, str], ...]


@pytest.fixture
def world(engine: Engine, cast: Cast, settings: Settings) -> Cast:
    """One of everything that has a form: a conversation, an idea, a segment, a benefit, a token."""
    now = clock.utc_now()
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        ada, by = session.merge(cast.ada), "Omar"
        conversations.submit(session, customer=ada, text="The fee is too high.", now=now)
        conversations.submit(session, customer=None, text="The queue is too long.", now=now)
        ideas.add_board(session, "Cards")
        ideas.propose(session, ada, title="Show fees before sending", text="Nobody knows them.", board="Cards", now=now)
        tree = {"all": [{"feature": "language", "op": "==", "value": "en"}]}
        segments.define(session, key="plain", name="Plain fees", why="Show fees.", by=by, tree=tree, now=now)
        entitlements.add_benefit(
            session, key="free", name="Free transfers", unit="transfers", gloss="Five.", how_to_use="Send.", amount=5,
            days_valid=92, now=now,
        )  # fmt: skip
        accounts.add_token(session, name="crm", scopes=["me:read"], created_by="Ines", now=now)
    return cast


def elements(text: str) -> list[Element]:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(text)
    return [one for one in tree.iter() if isinstance(one.tag, str)]


def pages(app: Flask, client: FlaskClient) -> Iterator[tuple[str, list[Element]]]:
    """The pages one comes to, beginning with all that have a fixed address, one for each kind of page."""
    addresses = app.url_map.bind("localhost")
    waiting = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    seen: set[str] = set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        endpoint = addresses.match(urlsplit(address).path, method="GET")[0] if address.startswith("/") else "static"
        if endpoint in seen or endpoint in ("static", "customer.live_events") or address.startswith(ENDS_THE_VISIT):
            continue
        seen.add(endpoint)
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            found = elements(answer.text)
            waiting += [one.get("href", "") for one in found if one.tag == "a" and one.get("href", "").startswith("/")]
            yield answer.request.path, found


def forms(app: Flask, client: FlaskClient) -> list[Form]:
    """The forms that change something, each once."""
    found: dict[str, Form] = {}
    for address, page in pages(app, client):
        for form in (one for one in page if one.tag == "form" and one.get("method", "").lower() == "post"):
            action = form.get("action") or address
            filled = [(one.get("name", ""), one.get("value", "")) for one in form.iter() if one.tag == "input"]
            if not action.startswith(ENDS_THE_VISIT):
                found.setdefault(action, Form(address, action, tuple(filled)))
    return list(found.values())


def spoilt(form: Form) -> list[dict[str, str]]:
    """What may come back: nothing, everything nonsense, all but the hidden key of the form."""
    token = {"csrf_token": dict(form.filled).get("csrf_token", "")}
    nonsense = {name: "?" for name, _value in form.filled}
    return [token, {**nonsense, **token}, {**dict(form.filled), "submission_key": "?", **token}]


@pytest.mark.parametrize("visitor", VISITORS, ids=str)
def test_every_error_of_every_form_leads_to_its_field(app: Flask, world: Cast, visitor: str | None) -> None:
    client = app.test_client()
    if visitor:
        sign_in(client, f"{visitor}@example.org")
    found = forms(app, client)
    assert len(found) > 2
    faults, refused = [], 0
    for form in found:
        for data in spoilt(form):
            try:
                answer = client.post(form.action, data=data)  # the browser of the tests looks at every link
            except AssertionError as fault:
                faults.append(str(fault))
                continue
            refused += answer.status_code == 422
            if answer.status_code >= 500:
                faults.append(f"{form.action}: {answer.status_code}")
    assert faults == []
    assert refused > 1


def test_a_form_without_its_hidden_key_says_so_and_can_be_sent_again(client: FlaskClient) -> None:
    form = next(one for one in forms(client.application, client) if one.action == "/say")
    given = {**dict(form.filled), "text": "The fee is too high.", "may_reply": "yes", "submission_key": "?"}
    answer = client.post("/say", data=given)
    assert answer.status_code == 422
    assert "#f-submission_key" not in answer.text
    assert "This form was not complete." in answer.text
    again = dict(next(one for one in _posting(answer.text) if "submission_key" in one))
    assert client.post("/say", data={**given, **again}).status_code == 303


def _posting(text: str) -> list[dict[str, str]]:
    """The hidden parts of the forms of a page."""
    return [
        {one.get("name", ""): one.get("value", "") for one in form.iter() if one.get("type") == "hidden"}
        for form in elements(text)
        if form.tag == "form"
    ]
