"""Filters in addresses: what a list does not know is named and left out, and everything else goes on counting."""

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.engine import Engine

from portal import clock, conversations, db, ideas
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.one_database
LISTS = [
    ("priya", "/team", "need", "state=all"),
    ("priya", "/team", "state", "who=me"),
    ("priya", "/team", "colour", "state=all"),
    ("priya", "/team/needs", "need", "weeks=12"),
    ("priya", "/team/ideas", "board", "sort=new"),
    ("priya", "/team/ideas", "status", "sort=new"),
    ("ada", "/ideas", "board", "sort=new"),
    ("ada", "/ideas", "status", "q=fee"),
    ("omar", "/analyst/signals", "need", "state=unmet"),
    ("omar", "/analyst/signals", "since", "state=unmet"),
    ("omar", "/analyst/decisions", "outcome", "channel=email"),
    ("omar", "/analyst/decisions", "rule", "outcome=deny"),
]


@pytest.mark.parametrize(("who", "page", "name", "other"), LISTS)
def test_an_unknown_filter_is_named_and_can_be_cleared(
    app: Flask, cast: Cast, who: str, page: str, name: str, other: str
) -> None:
    client = app.test_client()
    sign_in(client, f"{who}@example.org")
    text = client.get(f"{page}?{name}=nope&{other}").text
    assert f"<code>{name}=nope</code>" in text
    clear = re.search(r'<a href="([^"]+)">Clear it</a>', text)
    assert clear
    assert unescape(clear[1]) == f"{page}?{other}"
    cleared = client.get(unescape(clear[1]))
    assert (cleared.status_code, "This list does not know" in cleared.text) == (200, False)


def test_what_is_there_is_shown_when_a_filter_is_unknown(app: Flask, cast: Cast, engine: Engine) -> None:
    with db.writing(engine) as session:
        ada, now = session.merge(cast.ada), clock.utc_now()
        conversations.submit(session, customer=ada, text="The fee is too high.", now=now)
        ideas.add_board(session, "Cards")
        ideas.propose(session, ada, title="Show the fee first", text="Nobody knows it.", board="Cards", now=now)
    client = app.test_client()
    sign_in(client, "priya@example.org")
    assert "Ada" in client.get("/team?need=nope").text
    assert "Nothing fits this filter" in client.get("/team?need=nope&who=me").text, "the other filter still counts"
    assert "Show the fee first" in client.get("/team/ideas?board=nope").text
