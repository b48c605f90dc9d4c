"""Saying something with and without an account, and coming back with the code."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import accounts, clock, conversations, ideas
from portal.conversations import Conversation, Message
from portal.db import begin_writing
from portal.needs import Review, Signal, Tag
from tests.cast import Cast, csrf_token

from .conftest import FEE, Say, SignIn, anew

KEY = "K-2222222222"


def send(client: FlaskClient, page: str, to: str | None = None, **data: str):
    token = csrf_token(client.get(page))
    return client.post(to or page, data={"csrf_token": token, **data})


def test_somebody_without_an_account_says_something_and_reads_on_with_the_code(
    client: FlaskClient, session: Session
) -> None:
    answer = send(client, "/say", text=FEE, may_reply="yes", submission_key=KEY, website="")
    assert answer.status_code == 303
    receipt = client.get(answer.location)
    code = re.search(r'id="code">([^<]+)<', receipt.text)
    assert code
    assert 'data-clear-draft="say"' in receipt.text
    thread = client.get(f"/r/{code[1].lower()}")
    assert FEE in thread.text
    send(client, f"/r/{code[1]}", text="And one more thing.", submission_key="K-3333333333")
    assert "And one more thing." in client.get(f"/r/{code[1]}").text
    assert session.scalar(sa.select(sa.func.count()).select_from(Conversation)) == 1


def test_a_double_click_says_it_once(client: FlaskClient, session: Session) -> None:
    places = {send(client, "/say", text=FEE, may_reply="no", submission_key=KEY).location for _ in range(3)}
    assert len(places) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something first"),
        ("  \n ", "Write something first"),
        ("a\x00b", "NUL"),
        ("x" * 5_001, "5,000 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_reason_and_the_words_stay(
    client: FlaskClient, text: str, words: str
) -> None:
    answer = send(client, "/say", text=text, may_reply="yes", submission_key=KEY)
    assert answer.status_code == 422
    assert words in answer.text


def test_may_we_reply_is_never_chosen_for_somebody(client: FlaskClient) -> None:
    assert " checked" not in client.get("/say").text
    answer = send(client, "/say", text=FEE, submission_key=KEY)
    assert answer.status_code == 422
    assert FEE in answer.text


def test_a_program_that_fills_the_hidden_field_is_refused(client: FlaskClient, session: Session) -> None:
    assert send(client, "/say", text=FEE, may_reply="yes", submission_key=KEY, website="spam").status_code == 422
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


def test_the_margin_says_how_a_draft_reads_and_keeps_nothing(client: FlaskClient, session: Session) -> None:
    token = csrf_token(client.get("/say"))
    data = {"csrf_token": token, "text": FEE}
    piece = client.post("/say/preview", data=data, headers={"X-Fragment": "1"})
    assert piece.status_code == 200
    assert "<html" not in piece.text
    assert "cost" in piece.text
    whole = client.post("/say/preview", data={**data, "may_reply": "yes", "submission_key": KEY})
    assert FEE in whole.text
    assert "cost" in whole.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00" * 50,
        "x" * 100_000,
        "我想取消自动转账，但是找不到在哪里可以取消",
        "<script>alert(1)</script> fee too high",
    ],
)
def test_a_draft_of_any_kind_can_be_previewed(client: FlaskClient, text: str) -> None:
    token = csrf_token(client.get("/say"))
    piece = client.post("/say/preview", data={"csrf_token": token, "text": text}, headers={"X-Fragment": "1"})
    assert piece.status_code == 200
    assert "<script" not in piece.text


def test_a_card_number_in_a_draft_is_pointed_out_and_not_repeated(client: FlaskClient) -> None:
    token = csrf_token(client.get("/say"))
    text = "My card 4111 1111 1111 1111 was charged a hidden fee twice."
    piece = client.post("/say/preview", data={"csrf_token": token, "text": text}, headers={"X-Fragment": "1"})
    assert "4111" not in piece.text
    assert "leave it out if you can" in piece.text


def test_a_customers_conversation_is_listed_and_read_with_its_margin(as_: SignIn, say: Say) -> None:
    thread = say()
    ada = as_("ada")
    listed = ada.get("/me/conversations")
    assert thread.title in listed.text
    shown = ada.get(f"/me/conversations/{thread.ref}")
    assert re.search(r'<mark data-note="1">[^<]*fee', shown.text)
    assert "Not right?" in shown.text
    assert "automatically" in shown.text
    assert "Because you allow it" in shown.text


def test_the_list_says_what_to_do_when_it_is_empty_and_pages_when_it_is_long(as_: SignIn, say: Say) -> None:
    ben = as_("ben")
    assert "You have not told us anything yet" in ben.get("/me/conversations").text
    for number in range(21):
        say("ben", f"Thing number {number} about the fee.")
    first = ben.get("/me/conversations")
    more = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert more
    rest = ben.get(more[1].replace("&amp;", "&"))
    assert len(re.findall(r"Thing number \d+", first.text + rest.text)) == 21
    assert "No conversation is in this state" in ben.get("/me/conversations?state=closed").text


def test_nobody_reads_writes_or_corrects_in_anothers_conversation(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag = session.scalars(sa.select(Tag).where(Tag.kind == "need")).first()
    assert tag is not None
    ben = as_("ben")
    assert ben.get(f"/me/conversations/{thread.ref}").status_code == 404
    token = csrf_token(ben.get("/me/conversations"))
    for path in ("", f"/tags/{tag.id}", "/settled"):
        data = {"csrf_token": token, "text": "mine now", "submission_key": KEY, "verdict": "reject"}
        assert ben.post(f"/me/conversations/{thread.ref}{path}", data=data).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Review)) == 0


def test_a_tag_of_another_conversation_cannot_be_touched_through_ones_own(
    as_: SignIn, say: Say, session: Session
) -> None:
    say()
    own = say("ben", "The app is slow and crashes all the time.")
    tag = session.scalars(
        sa.select(Tag).join(Message, Message.id == Tag.message_id).where(Message.conversation_id != own.id)
    ).first()
    assert tag is not None
    answer = send(
        as_("ben"), f"/me/conversations/{own.ref}", f"/me/conversations/{own.ref}/tags/{tag.id}", verdict="reject"
    )
    assert answer.status_code == 404


def test_a_correction_shows_at_once_and_ends_the_signal(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    tag = session.scalars(sa.select(Tag).where(Tag.kind == "need", Tag.value == "cost")).one()
    before = session.scalars(sa.select(Signal).where(Signal.tag_id == tag.id)).one()
    assert before.ended_at is None
    ada, page = as_("ada"), f"/me/conversations/{thread.ref}"
    send(ada, page, f"{page}/tags/{tag.id}", verdict="correct", corrected_to="choice", corrected_state="wished")
    assert "you said so" in ada.get(page).text
    anew(session)
    assert before.ended_cause == "correction"
    new = session.scalars(sa.select(Tag).where(Tag.value == "choice")).one()
    assert (new.source, new.need_state, new.spans) == ("human", "wished", tag.spans)
    standing = session.scalars(sa.select(Signal).where(Signal.tag_id == new.id)).one()
    assert (standing.ended_at, standing.strength) == (None, 1000)


def test_whoever_holds_the_code_corrects_as_well_but_never_in_a_customers_conversation(
    client: FlaskClient, say: Say, session: Session
) -> None:
    anonymous, adas = say(None), say("ada", "Why is the exchange rate so bad and the fee so high?")
    tag = session.scalars(
        sa.select(Tag)
        .join(Message, Message.id == Tag.message_id)
        .where(Message.conversation_id == anonymous.id, Tag.kind == "need")
    ).first()
    assert tag is not None
    page = f"/r/{anonymous.receipt_code}"
    assert send(client, page, f"{page}/tags/{tag.id}", verdict="reject").status_code == 303
    anew(session)
    assert tag.ended_at is not None
    assert client.get(f"/r/{adas.receipt_code}").location.endswith(f"/me/conversations/{adas.ref}")
    token = csrf_token(client.get(page))
    answer = client.post(f"/r/{adas.receipt_code}", data={"csrf_token": token, "text": "hello", "submission_key": KEY})
    assert answer.status_code == 404


def test_a_wrong_code_is_told_and_gives_nothing_away(client: FlaskClient) -> None:
    assert client.get("/r/M-2222-2222-2222-2222").status_code == 404
    found = client.get("/r?code=M-2222")
    assert found.status_code == 422
    assert "letter by letter" in found.text


def test_a_thread_shows_answers_and_promises_and_hides_notes(
    as_: SignIn, say: Say, session: Session, cast: Cast
) -> None:
    thread = say()
    now = clock.utc_now()
    begin_writing(session)
    priya = accounts.account_by_email(session, "priya@example.org")
    mine = session.get_one(Conversation, thread.id)
    assert priya is not None
    conversations.reply(session, priya, mine, text="SECRET to the team", now=now, internal=True)
    conversations.reply(
        session,
        priya,
        mine,
        text="We look into it.",
        now=now,
        promise_due=now + timedelta(days=2),
        promise_text="an answer about the fee",
    )
    session.commit()
    shown = as_("ada").get(f"/me/conversations/{thread.ref}").text
    assert "SECRET" not in shown
    assert "an answer about the fee" in shown
    assert "Waiting for us" in shown


def test_settled_can_be_opened_again_by_a_button_or_by_writing(as_: SignIn, say: Say, session: Session) -> None:
    thread = say()
    ada, page = as_("ada"), f"/me/conversations/{thread.ref}"
    send(ada, page, f"{page}/settled")
    assert "Writing opens it again" in ada.get(page).text
    send(ada, page, page, text="Still wrong.", submission_key=KEY)
    anew(session)
    assert session.get_one(Conversation, thread.id).state == "waiting_team"


def test_a_message_in_another_language_is_said_to_be_unread(as_: SignIn, say: Say) -> None:
    thread = say("ada", "Vorrei sapere perché avete addebitato due volte la commissione sul mio bonifico di ieri.")
    shown = as_("ada").get(f"/me/conversations/{thread.ref}").text
    assert "Not read: Italian" in shown


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> fee", "{{7*7}} ${7*7} fee", "\u202efee", '"><img src=x onerror=alert(1)> fee']
)
def test_hostile_words_are_shown_as_words(as_: SignIn, say: Say, text: str) -> None:
    thread = say("ada", text)
    shown = as_("ada").get(f"/me/conversations/{thread.ref}")
    assert shown.status_code == 200
    assert "<script>alert" not in shown.text
    assert (
        "49"
        not in re.sub(
            r"[0-9]{4,}|M-\w+|T-\w+|K-\w+|data-\w+=\"[^\"]*\"|value=\"[^\"]*\"|v=\w+|datetime=\"[^\"]*\"",
            "",
            shown.text,
        )
        or "7*7" in shown.text
    )


def test_the_margin_of_a_draft_names_ideas_that_are_like_it(client: FlaskClient, session: Session, cast: Cast) -> None:
    begin_writing(session)
    ideas.add_board(session, "Payments")
    ideas.propose(
        session,
        cast.ada,
        title="Show the transfer fee before I press send",
        text="Put the fee above the button.",
        board="Payments",
        now=clock.utc_now(),
    )
    session.commit()
    token = csrf_token(client.get("/say"))
    data = {"csrf_token": token, "text": "Please show the transfer fee before I press send."}
    piece = client.post("/say/preview", data=data, headers={"X-Fragment": "1"})
    assert "Show the transfer fee before I press send</a>" in piece.text
