"""The page behind each tag: why we think so, what would change it, what followed, and saying that it is not right."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from nlp import READER_VERSION
from nlp.lexicon import load
from nlp.urgency import _SAFETY_POINTS
from portal.conversations import Conversation, Message
from portal.needs import Signal, Tag
from portal.web import why_words
from tests.cast import csrf_token

from .conftest import FEE, Say, SignIn, anew


def tag_of(session: Session, thread: Conversation, value: str = "cost") -> Tag:
    anew(session)
    return session.scalars(
        sa.select(Tag)
        .join(Message, Message.id == Tag.message_id)
        .where(Message.conversation_id == thread.id, Tag.value == value)
    ).one()


def own(thread: Conversation, tag: Tag) -> str:
    return f"/me/conversations/{thread.ref}/tags/{tag.id}"


def disagree(client: FlaskClient, page: str, **data: str) -> str:
    """Send the form on the page of a tag; gives the page it leads to."""
    shown = client.get(page)
    action = re.search(r'action="([^"]+from=why)"', shown.text)
    assert action
    answer = client.post(action[1], data={"csrf_token": csrf_token(shown), **data})
    assert answer.status_code == 303
    assert answer.location == page
    return client.get(page).text


def test_ada_sees_why_with_her_words_and_every_stage(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag = tag_of(session, thread)
    ada = as_("ada")
    assert f'href="{own(thread, tag)}"' in ada.get(f"/me/conversations/{thread.ref}").text
    shown = ada.get(own(thread, tag)).text
    assert "“Fair cost”, and that it is not met" in shown
    assert re.search(r"<mark[^>]*>[^<]*fee[^<]*</mark>", shown)
    for title, _purpose in why_words.STAGES.values():
        assert str(title) in shown
    assert "of 100" in shown
    assert "from a phrase we know" in shown
    assert "not yet measured" in shown
    assert f"reader {READER_VERSION}" in shown
    assert "Nobody yet" in shown
    assert "older version" not in shown


def test_what_would_change_it_is_tried_out(as_: SignIn, say: Say, session: Session) -> None:
    thread = say("ada", "The monthly fee is too high.")
    tag = tag_of(session, thread)
    shown = as_("ada").get(own(thread, tag)).text
    assert re.search(r"Without “[^”]*too high[^”]*” we would not have thought of: Fair cost", shown)


def test_what_followed_is_said_with_its_consent(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    shown = as_("ada").get(own(thread, tag_of(session, thread))).text
    assert "It is a sign about you" in shown
    assert "under your yes of" in shown
    assert 'href="/me/why"' in shown


def test_without_a_yes_nothing_follows_and_the_page_says_so(as_: SignIn, say: Say, session: Session) -> None:
    thread = say("ben")
    shown = as_("ben").get(own(thread, tag_of(session, thread))).text
    assert "Nothing about you as a person" in shown
    assert "You have not been asked. That counts as no." in shown
    assert "sign about you," not in shown


def test_another_customers_tag_is_not_found(as_: SignIn, say: Say, session: Session) -> None:
    thread, bens = say(), say("ben", "The app is slow.")
    tag = tag_of(session, thread)
    ben = as_("ben")
    assert ben.get(own(thread, tag)).status_code == 404
    assert ben.get(f"/me/conversations/{bens.ref}/tags/{tag.id}").status_code == 404
    assert ben.get(f"/me/conversations/{bens.ref}/tags/999999").status_code == 404
    assert ben.get(f"/team/conversations/{thread.ref}/tags/{tag.id}").status_code == 403


def test_a_tag_of_an_older_reader_says_so(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag = tag_of(session, thread)
    session.execute(
        sa.update(Tag).where(Tag.id == tag.id).values(reader_version="reader 0.9; taxonomy bank.en/1; sentiment seed-1")
    )
    session.commit()
    shown = as_("ada").get(own(thread, tag)).text
    assert "An older version of the reader said this" in shown
    assert "reader 0.9" in shown
    assert "does not say this" not in shown


def test_what_todays_reader_no_longer_says_is_never_invented(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag = tag_of(session, thread)
    session.execute(sa.update(Tag).where(Tag.id == tag.id).values(value="recognition", reader_version="reader 0.9"))
    session.commit()
    shown = as_("ada").get(own(thread, tag)).text
    assert "Today’s reader does not say this of these words" in shown
    assert "Nothing can be tried out" in shown
    assert "Without “" not in shown


def test_dropping_it_on_the_page_counts_at_once_and_the_page_says_so(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag = tag_of(session, thread)
    shown = disagree(as_("ada"), own(thread, tag), verdict="reject")
    assert "This does not count any more" in shown
    assert "You said that it is not right" in shown
    assert "until" in shown
    assert "somebody said that it is not right" in shown
    assert "from=why" not in shown
    anew(session)
    ended = session.scalars(sa.select(Signal).where(Signal.tag_id == tag.id)).one()
    assert ended.ended_cause == "correction"


def test_a_correction_leads_to_what_was_put_in_its_place_and_back(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag, ada = tag_of(session, thread), as_("ada")
    shown = disagree(ada, own(thread, tag), verdict="correct", corrected_to="choice", corrected_state="wished")
    assert "put this in its place: Choice, wished" in shown
    new = tag_of(session, thread, "choice")
    assert f'href="{own(thread, new)}"' in shown
    theirs = ada.get(own(thread, new)).text
    assert "A person said this" in theirs
    assert "You put this in the place of another reading" in theirs
    assert f'href="{own(thread, tag)}"' in theirs
    assert "100 of 100 strong" in theirs


def test_who_holds_the_code_sees_why_and_may_disagree(client: FlaskClient, say: Say, session: Session) -> None:
    thread, adas = say(None), say("ada", "The monthly fee is too high.")
    tag = tag_of(session, thread)
    page = f"/r/{thread.receipt_code}/tags/{tag.id}"
    assert "not linked to anybody" in client.get(page).text
    assert "This does not count any more" in disagree(client, page, verdict="reject")
    hers = tag_of(session, adas)
    assert client.get(f"/r/{thread.receipt_code}/tags/{hers.id}").status_code == 404
    assert client.get(f"/r/{adas.receipt_code}/tags/{hers.id}").location.endswith(own(adas, hers))


def test_the_team_sees_why_with_personal_data_covered(as_: SignIn, say: Say, session: Session) -> None:
    thread = say(
        "ada", "The monthly fee is too high. Call me at +44 20 7946 0958 or mail ada.private@example.org please?"
    )
    priya, ada = as_("priya"), as_("ada")
    tag = tag_of(session, thread)
    page = f"/team/conversations/{thread.ref}/tags/{tag.id}"
    assert f'href="{page}"' in priya.get(f"/team/conversations/{thread.ref}").text
    for one in session.scalars(sa.select(Tag).where(Tag.message_id == tag.message_id)):
        shown = priya.get(f"/team/conversations/{thread.ref}/tags/{one.id}").text
        assert "7946" not in shown
        assert "ada.private" not in shown
    shown = priya.get(page).text
    assert "Personal data is covered here" in shown
    assert "It is a sign about the customer" in shown
    assert "Priya said that it is right" in disagree(priya, page, verdict="accept")
    assert "A person in the team said that it is right" in ada.get(own(thread, tag)).text


def test_who_may_not_review_sees_why_without_the_form(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    shown = as_("omar").get(f"/team/conversations/{thread.ref}/tags/{tag_of(session, thread).id}")
    assert shown.status_code == 200
    assert "from=why" not in shown.text


@pytest.mark.parametrize("text", ["<script>alert(1)</script> the fee is too high", "{{7*7}} the fee is too high"])
def test_hostile_words_are_words_here_too(as_: SignIn, say: Say, session: Session, text: str) -> None:
    thread = say("ada", text)
    shown = as_("ada").get(own(thread, tag_of(session, thread))).text
    assert "<script>alert" not in shown


def test_a_draft_shows_the_same_stages_folded(client: FlaskClient) -> None:
    data = {"csrf_token": csrf_token(client.get("/say")), "text": f"{FEE} My card is 4111 1111 1111 1111."}
    piece = client.post("/say/preview", data=data, headers={"X-Fragment": "1"}).text
    assert "How it reads, step by step" in piece
    for title, _purpose in why_words.STAGES.values():
        assert str(title) in piece
    assert "Hidden: a card number" in piece
    assert "Without “" in piece
    assert "4111" not in piece


def test_a_draft_that_cannot_be_read_says_where_it_stopped(client: FlaskClient) -> None:
    text = "Vorrei sapere perché avete addebitato due volte la commissione sul mio bonifico di ieri."
    data = {"csrf_token": csrf_token(client.get("/say")), "text": text}
    piece = client.post("/say/preview", data=data, headers={"X-Fragment": "1"}).text
    assert "nothing was concluded" in piece
    assert str(why_words.STAGES["needs"][0]) not in piece


def test_every_reason_for_hurry_has_words() -> None:
    reasons = {reason for _points, reason in _SAFETY_POINTS.values()} | {
        str(section["reason"]) for section in load("urgency").values()
    }
    assert reasons | {"strongly negative", "a complaint or a fault"} == set(why_words.REASONS)
