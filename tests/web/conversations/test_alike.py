"""Who else said this: messages that are alike, across conversations."""

from sqlalchemy.orm import Session

from portal.conversations import Conversation
from tests.cast import csrf_token

from .conftest import FEE, Say, SignIn, first_message

AGAIN = "Why is there a transfer fee, and why is the fee so high?"


def test_priya_sees_who_else_said_it_and_says_that_one_is_about_something_else(
    as_: SignIn, say: Say, session: Session
) -> None:
    fee, again = say("ada", FEE), say("ben", AGAIN)
    priya = as_("priya")
    thread = priya.get(f"/team/conversations/{fee.ref}").text
    assert address(session, fee) in thread
    shown = priya.get(address(session, fee))
    assert again.ref in shown.text
    assert "% alike, an estimate" in shown.text
    other = first_message(session, again).ref
    sent = priya.post(address(session, fee), data={"csrf_token": csrf_token(shown), "other": other})
    assert sent.status_code == 303
    assert again.ref not in priya.get(address(session, fee)).text
    assert fee.ref not in priya.get(address(session, again)).text.replace(f"/team/conversations/{again.ref}", "")


def test_a_message_that_nobody_repeated_says_so(as_: SignIn, say: Say, session: Session) -> None:
    assert "Nobody else said anything like it" in as_("priya").get(address(session, say())).text


def test_a_message_of_another_conversation_is_not_found(as_: SignIn, say: Say, session: Session) -> None:
    fee, again = say("ada", FEE), say("ben", AGAIN)
    wrong = f"/team/conversations/{fee.ref}/messages/{first_message(session, again).ref}/alike"
    assert as_("priya").get(wrong).status_code == 404


def address(session: Session, thread: Conversation) -> str:
    return f"/team/conversations/{thread.ref}/messages/{first_message(session, thread).ref}/alike"
