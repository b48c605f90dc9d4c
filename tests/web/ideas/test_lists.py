"""Lists of ideas by address: searched, filtered, sorted, paged; what changed; the front page."""

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import ideas
from portal.ideas.models import Idea
from tests.cast import Cast

from .conftest import SignIn


def test_an_empty_list_says_what_to_do(client: FlaskClient) -> None:
    answer = client.get("/ideas")
    assert answer.status_code == 200
    assert "No ideas yet." in answer.text
    assert 'href="/ideas/new"' in answer.text


def test_the_list_is_searched_filtered_sorted_and_paged_by_address(
    client: FlaskClient, fee: Idea, session: Session, cast: Cast, now: datetime
) -> None:
    for number in range(25):
        at = now + timedelta(minutes=number)
        ideas.propose(session, cast.ben, title=f"Wish number {number}", text="A wish of mine.", board="Cards", now=at)
    session.commit()
    first = client.get("/ideas?sort=new").text
    assert "26 ideas." in first
    assert "Wish number 24" in first
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further
    second = client.get(further[1].replace("&amp;", "&")).text
    assert fee.title in second
    assert "Wish number 24" not in second
    assert 'rel="next"' not in second
    assert "1 idea." in client.get("/ideas?q=FÉE").text
    assert "No idea matches all of this." in client.get("/ideas?q=fee&board=Cards").text
    assert "No idea matches all of this." in client.get("/ideas?status=shipped").text
    assert "half as much every 14 days later" in client.get("/ideas?sort=trending").text


def test_a_search_with_a_slip_offers_what_is_close(client: FlaskClient, fee: Idea) -> None:
    page = client.get("/ideas?q=show+the+feee+before+pressing+send").text
    assert "Close to what you searched for" in page
    assert fee.title in page


@pytest.mark.parametrize(
    "address",
    [
        "/ideas?sort=worst",
        "/ideas?status=x",
        "/ideas?colour=red",
        "/ideas?after=xyz",
        "/changes?kind=x",
        "/ideas?q=a%00b",
    ],
)
def test_an_address_that_makes_no_sense_is_refused_in_words(client: FlaskClient, fee: Idea, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    assert "<h1" in answer.text


def test_a_hidden_idea_is_gone_for_others_and_explained_to_its_author(
    as_: SignIn, client: FlaskClient, fee: Idea, session: Session, cast: Cast, now: datetime
) -> None:
    ideas.hide(session, fee, reason="It names a neighbour.", account=cast.priya, now=now)
    session.commit()
    assert client.get(f"/ideas/{fee.ref}").status_code == 404
    assert fee.title not in client.get("/ideas").text
    assert as_("ben").get(f"/ideas/{fee.ref}").status_code == 404
    assert "It names a neighbour." in as_("ada").get(f"/ideas/{fee.ref}").text


def test_what_changed_lists_answers_with_the_refusals(
    client: FlaskClient, fee: Idea, session: Session, cast: Cast, now: datetime
) -> None:
    assert "Nothing has changed yet." in client.get("/changes").text
    for day in range(22):
        status = "declined" if day == 3 else "planned"
        ideas.answer(
            session, fee, status=status, text=f"Answer {day:02}.", account=cast.priya, now=now + timedelta(days=day)
        )
    session.commit()
    page = client.get("/changes").text
    assert "Answer 21." in page
    assert "Answer 00." not in page
    further = re.search(r'rel="next" href="([^"]+)"', page)
    assert further
    assert "Answer 00." in client.get(further[1].replace("&amp;", "&")).text
    refused = client.get("/changes?kind=declined").text
    assert "Answer 03." in refused
    assert "Answer 21." not in refused


def test_the_front_page_shows_what_rises_and_what_changed(
    client: FlaskClient, fee: Idea, session: Session, cast: Cast, now: datetime
) -> None:
    other = ideas.propose(session, cast.ben, title="Pick the statement day", text="Any day.", board="Cards", now=now)
    ideas.answer(session, other, status="shipped", text="Since October you can.", account=cast.priya, now=now)
    session.commit()
    rising, changed = client.get("/").text.split('id="changed"')
    assert fee.title in rising
    assert other.title not in rising
    assert "Since October you can." in changed
    assert fee.title not in changed
