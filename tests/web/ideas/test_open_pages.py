"""Ideas as anybody, and as a customer, meets them."""

import html
import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import ideas
from portal.ideas.models import Comment, Idea, Vote
from tests.cast import PASSWORD, Cast

from .conftest import SignIn, send


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_visitor_reads_everything_and_is_sent_to_sign_in_to_vote(client: FlaskClient, fee: Idea) -> None:
    answer = client.get("/ideas")
    assert fee.title in answer.text
    assert "1 idea." in answer.text
    assert f"/sign-in?next=/ideas/{fee.ref}?back%3Dimportant" in answer.text.replace("%2F", "/").replace("%3F", "?")
    assert client.get(f"/ideas/{fee.ref}").status_code == 200
    assert client.get("/ideas/I-NOTHING").status_code == 404


def test_a_vote_begun_before_signing_in_is_one_press_away_afterwards(as_: SignIn, fee: Idea, session: Session) -> None:
    ben = as_("ben")
    page = ben.get(f"/ideas/{fee.ref}?back=important")
    assert "You wanted to back this" in page.text
    assert count(session, Vote) == 0, "reading a page never votes"
    send(ben, f"/ideas/{fee.ref}", f"/ideas/{fee.ref}/vote", strength="important")
    assert count(session, Vote) == 1


def test_the_way_through_signing_in_leads_back_to_the_vote(client: FlaskClient, fee: Idea) -> None:
    listed = client.get("/ideas").text
    way = re.search(r'class="vote" href="([^"]+)"', listed)
    assert way
    page = client.get(html.unescape(way[1]))
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    fields = {name: html.unescape(value) for name, value in fields.items()}
    sent = client.post("/sign-in", data={**fields, "email": "ben@example.org", "password": PASSWORD})
    assert sent.status_code == 303
    assert sent.location == f"/ideas/{fee.ref}?back=important"
    assert "You wanted to back this" in client.get(sent.location).text


def test_a_vote_is_given_shown_changed_and_taken_back(as_: SignIn, fee: Idea, session: Session) -> None:
    ben = as_("ben")
    back_to = f"/ideas?sort=top#{fee.ref}"
    answer = send(ben, "/ideas", f"/ideas/{fee.ref}/vote", act="back", version="1", next=back_to)
    assert (answer.status_code, answer.location) == (303, back_to)
    listed = ben.get("/ideas").text
    assert 'aria-pressed="true"' in listed
    assert "you back this" in listed
    send(ben, f"/ideas/{fee.ref}", f"/ideas/{fee.ref}/vote", strength="critical", version="1")
    assert re.search(r'value="critical" aria-pressed="true"', ben.get(f"/ideas/{fee.ref}").text)
    assert count(session, Vote) == 1
    send(ben, f"/ideas/{fee.ref}", f"/ideas/{fee.ref}/vote", act="undo")
    assert count(session, Vote) == 0
    assert 'aria-pressed="true"' not in ben.get(f"/ideas/{fee.ref}").text


def test_a_vote_sent_twice_is_one_vote(as_: SignIn, fee: Idea, session: Session) -> None:
    ben = as_("ben")
    for _ in range(2):
        send(ben, "/ideas", f"/ideas/{fee.ref}/vote", act="back", strength="nice")
    session.refresh(fee)
    assert (count(session, Vote), fee.votes) == (1, 1)


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_after_a_vote_nobody_is_sent_elsewhere(as_: SignIn, fee: Idea, where: str) -> None:
    answer = send(as_("ben"), "/ideas", f"/ideas/{fee.ref}/vote", act="back", next=where)
    assert answer.location == f"/ideas/{fee.ref}"


def test_the_team_does_not_vote(as_: SignIn, fee: Idea, session: Session) -> None:
    priya = as_("priya")
    assert '<button class="vote"' not in priya.get("/ideas").text
    answer = send(priya, f"/team/ideas/{fee.ref}", f"/ideas/{fee.ref}/vote", act="back")
    assert answer.status_code == 403
    assert count(session, Vote) == 0


def test_proposing_shows_similar_ideas_once_and_then_keeps_the_idea(as_: SignIn, fee: Idea, session: Session) -> None:
    ben = as_("ben")
    words = {"title": "Show me the fee", "text": "Please show the fee before I press the button.", "board": "Payments"}
    asked = send(ben, "/ideas/new", **words, submission_key="K-1")
    assert asked.status_code == 200
    assert fee.title in asked.text
    assert 'name="seen"' in asked.text
    assert "Please show the fee before I press the button." in asked.text, "what was typed is still there"
    assert count(session, Idea) == 1
    for _ in range(2):
        done = send(ben, "/ideas/new", **words, submission_key="K-1", seen="1")
        assert done.status_code == 303
    assert count(session, Idea) == 2, "sent twice, kept once"
    page = ben.get(done.location).text
    assert "Show me the fee" in page
    assert 'data-clear-draft="idea-title idea-text"' in page
    assert ">Ben<" not in page.split("<article")[1], "no name unless the box was ticked"


def test_an_idea_like_no_other_is_kept_at_once(as_: SignIn, fee: Idea, session: Session) -> None:
    done = send(
        as_("ben"), "/ideas/new", title="Dark mode", text="Everything dark, please.", board="Cards", show_name="1"
    )
    assert done.status_code == 303
    assert count(session, Idea) == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Write something here."),
        ({"title": "x" * 121}, "at most 120 fit"),
        ({"text": "short"}, "at least 10"),
        ({"text": "y" * 4001}, "at most 4,000 fit"),
        ({"text": "a NUL \x00 in the middle"}, "cannot be shown"),
        ({"board": "Attic"}, "no such board"),
        ({"status": "shipped"}, "Nothing of this name is taken here"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_is_lost(
    as_: SignIn, fee: Idea, session: Session, wrong: dict[str, str], said: str
) -> None:
    words = {"title": "Dark mode", "text": "Everything dark, please.", "board": "Cards"}
    answer = send(as_("ben"), "/ideas/new", **{**words, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert count(session, Idea) == 1
    kept = words["title"] if "title" not in wrong else words["text"]
    assert kept in answer.text


def test_a_visitor_may_write_and_signs_in_to_send(client: FlaskClient, fee: Idea, session: Session) -> None:
    page = client.get("/ideas/new").text
    assert "/sign-in?next=/ideas/new" in page.replace("%2F", "/")
    assert 'data-draft="idea-text"' in page
    answer = send(client, "/ideas/new", title="Dark mode", text="Everything dark, please.", board="Cards")
    assert answer.status_code == 403
    assert count(session, Idea) == 1


def test_similar_ideas_come_while_typing_with_a_vote_inside(as_: SignIn, fee: Idea) -> None:
    ben = as_("ben")
    piece = send(ben, "/ideas/new", "/ideas/similar", text="the fee should be shown before sending").text
    assert fee.title in piece
    assert f'action="/ideas/{fee.ref}/vote"' in piece
    assert "fee" in piece.split("both say:")[1]
    assert "<html" not in piece
    assert "Nothing like this so far." in send(ben, "/ideas/new", "/ideas/similar", text="zebra crossing").text


def test_an_author_changes_words_in_versions_and_nobody_elses(
    as_: SignIn, fee: Idea, session: Session, cast: Cast, now: datetime
) -> None:
    ideas.vote(session, fee, cast.ben, "nice", now)
    session.commit()
    ada, ben = as_("ada"), as_("ben")
    assert ben.get(f"/ideas/{fee.ref}/edit").status_code == 404
    assert "Change the words" not in ben.get(f"/ideas/{fee.ref}").text
    new = {"title": fee.title, "text": "A range would be enough, such as 0 to 4.", "version": "1"}
    assert send(ada, f"/ideas/{fee.ref}/edit", **new).status_code == 303
    stale = send(ada, f"/ideas/{fee.ref}/edit", **{**new, "text": "From another window."})
    assert stale.status_code == 422
    assert "another window" in stale.text
    page = ben.get(f"/ideas/{fee.ref}").text
    assert "A range would be enough" in page
    assert "Put the number above the button" in page, "earlier words stay readable"
    assert "1 vote was given for an earlier text." in page
    assert "You voted for an earlier text." in page


def test_a_name_is_shown_only_when_asked_for_and_can_be_dropped(as_: SignIn, fee: Idea, session: Session) -> None:
    ben = as_("ben")
    made = send(
        ben, "/ideas/new", title="Dark mode", text="Everything dark, please.", board="Cards", show_name="1"
    ).location
    ref = made.split("/")[2].split("?")[0]
    assert "Ben ·" in ben.get(f"/ideas/{ref}").text
    assert send(as_("ada"), "/ideas/new", f"/ideas/{ref}/drop-name").status_code == 404
    send(ben, f"/ideas/{ref}", f"/ideas/{ref}/drop-name")
    assert "Ben ·" not in ben.get(f"/ideas/{ref}").text


def test_comments_are_kept_once_shown_escaped_and_deleted_by_their_author(
    as_: SignIn, fee: Idea, session: Session
) -> None:
    ada, ben = as_("ada"), as_("ben")
    place = f"/ideas/{fee.ref}"
    for _ in range(2):
        send(ben, place, f"{place}/comments", text="<b>Yes</b> & please", submission_key="K", show_name="1")
    page = ada.get(place).text
    assert "1 comment" in page
    assert "&lt;b&gt;Yes&lt;/b&gt; &amp; please" in page
    assert ">Ben</b>" in page
    session.rollback()
    comment = session.scalars(sa.select(Comment)).one()
    assert send(ada, place, f"{place}/comments/{comment.id}/delete").status_code == 404
    assert send(ben, place, f"{place}/comments/{comment.id}/delete").status_code == 303
    page = ada.get(place).text
    assert "please" not in page.split('id="comments"')[1].split("<form")[0]
    assert "Deleted by its author." in page
    short = send(ben, place, f"{place}/comments", text="x")
    assert short.status_code == 422
    assert "at least 2" in short.text
