"""What customers say, on both databases: one effect per form, one author each, states that say whose turn it is."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import conversations
from portal.accounts.models import Account
from portal.conversations import Conversation, InboxFilter, Message
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import people

WORDS = "You charged me twice for one transfer. Nobody answers."


def test_the_same_form_sent_twice_has_one_effect(writing: Session, now: datetime) -> None:
    ada = people.customer(writing)
    first = conversations.submit(writing, customer=ada, text=WORDS, now=now, submission_key="k1")
    again = conversations.submit(writing, customer=ada, text=WORDS, now=now, submission_key="k1")
    assert first.id == again.id
    assert writing.scalar(sa.select(sa.func.count()).select_from(Conversation)) == 1
    assert first.conversation.title == "You charged me twice for one transfer"
    assert (first.reading, first.conversation.state) == ("waiting", "waiting_team")


def test_a_key_of_somebody_else_gives_nothing_away(writing: Session, now: datetime) -> None:
    conversations.submit(writing, customer=people.customer(writing), text=WORDS, now=now, submission_key="k1")
    with pytest.raises(Conflict):
        conversations.submit(writing, customer=people.customer(writing, "Ben"), text="x", now=now, submission_key="k1")


def test_an_external_id_opens_one_conversation(writing: Session, now: datetime) -> None:
    first = conversations.submit(writing, customer=None, text=WORDS, now=now, origin="api", external_id="e-1")
    again = conversations.submit(writing, customer=None, text="other", now=now, origin="api", external_id="e-1")
    assert first.id == again.id


def test_somebody_unknown_finds_the_conversation_by_its_code_however_typed(writing: Session, now: datetime) -> None:
    said = conversations.submit(writing, customer=None, text=WORDS, now=now)
    code = said.conversation.receipt_code
    found = conversations.conversation_by_receipt(writing, f" {code.lower().replace('-', ' ')} ")
    assert found.id == said.conversation_id
    with pytest.raises(NotFound):
        conversations.conversation_by_receipt(writing, "M-2222-2222-2222-2222")


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\x00b", "text-nul"), ("a\ud800", "text-surrogate"), (" \n\t", "text-empty"), ("x" * 5_001, "text-too-long")],
)
def test_a_text_that_cannot_be_kept_is_refused_with_a_reason(
    writing: Session, now: datetime, text: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        conversations.submit(writing, customer=None, text=text, now=now)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "text", ["\u202eevil\u202c", "z̷̢̛a̸̡l̵g̶o̷", "👩‍👩‍👧‍👦" * 20, "x" * 5_000, "{{7*7}}<script>alert(1)</script>"]
)
def test_odd_texts_are_kept_as_typed(writing: Session, now: datetime, text: str) -> None:
    said = conversations.submit(writing, customer=None, text=text, now=now)
    writing.expire(said)
    assert said.text == text


def test_nobody_reaches_anothers_conversation(writing: Session, now: datetime) -> None:
    ben = people.customer(writing, "Ben")
    said = conversations.submit(writing, customer=people.customer(writing), text=WORDS, now=now)
    with pytest.raises(NotFound):
        conversations.conversation_for(writing, said.conversation.ref, ben.id)


def test_a_note_of_the_team_never_reaches_the_customer(writing: Session, now: datetime, priya: Account) -> None:
    said = conversations.submit(writing, customer=people.customer(writing), text=WORDS, now=now)
    conversations.reply(writing, priya, said.conversation, text="He rang twice", now=now, internal=True)
    assert [one.text for one in conversations.thread(writing, said.conversation_id, internal=False)] == [WORDS]
    assert len(conversations.thread(writing, said.conversation_id, internal=True)) == 2
    assert said.conversation.state == "waiting_team"


def test_the_state_says_whose_turn_it_is(writing: Session, now: datetime, priya: Account) -> None:
    ada = people.customer(writing)
    thread = conversations.submit(writing, customer=ada, text=WORDS, now=now).conversation
    conversations.reply(writing, priya, thread, text="It is back.", now=now)
    assert thread.state == "answered"
    conversations.submit(writing, customer=ada, text="Thanks, but no.", now=now, conversation=thread)
    assert thread.state == "waiting_team"
    conversations.reply(writing, priya, thread, text="Which day was it?", now=now)
    assert thread.state == "waiting_customer"
    conversations.settle(writing, thread, now=now)
    assert thread.state == "closed"
    conversations.reopen(writing, thread, now=now)
    assert thread.state == "waiting_team"


def test_a_promise_keeps_the_turn_with_us_and_is_kept_late_or_broken(
    writing: Session, now: datetime, priya: Account
) -> None:
    ada = people.customer(writing)
    thread = conversations.submit(writing, customer=ada, text=WORDS, now=now).conversation
    for text in ("I will tell you.", "And this."):
        conversations.reply(writing, priya, thread, text=text, now=now, promise_due=now + timedelta(days=2))
    first, second = conversations.owed(writing, ada.id)
    assert thread.state == "waiting_team"
    assert conversations.keep_promise(writing, first.id, now=now + timedelta(days=1)).state == "kept"
    with pytest.raises(Conflict):
        conversations.keep_promise(writing, first.id, now=now)
    assert conversations.keep_promise(writing, second.id, now=now + timedelta(days=3)).state == "late"
    assert conversations.owed(writing, ada.id) == []


def test_who_asked_not_to_be_answered_is_not(writing: Session, now: datetime, priya: Account) -> None:
    thread = conversations.submit(writing, customer=None, text=WORDS, now=now, may_reply=False).conversation
    assert thread.state == "open"
    with pytest.raises(NotAllowed):
        conversations.reply(writing, priya, thread, text="But still", now=now)
    assert conversations.reply(writing, priya, thread, text="Hm", now=now, internal=True).internal


def test_an_answer_sent_twice_is_one_answer(writing: Session, now: datetime, priya: Account) -> None:
    thread = conversations.submit(writing, customer=None, text=WORDS, now=now).conversation
    for _ in range(2):
        conversations.reply(
            writing, priya, thread, text="Done.", now=now, submission_key="a1", promise_due=now + timedelta(days=1)
        )
    assert len(conversations.thread(writing, thread.id, internal=False)) == 2
    assert len(conversations.promises_of(writing, thread.id)) == 1


def test_the_queue_pages_without_gaps_or_repeats_the_urgent_first(writing: Session, now: datetime) -> None:
    for number in range(9):
        said = conversations.submit(writing, customer=None, text=f"word {number}", now=now)
        said.conversation.urgency = number % 3
        said.conversation.distress = number == 4
    writing.flush()
    seen: list[Conversation] = []
    cursor = None
    while page := conversations.inbox(writing, InboxFilter(), cursor, limit=2):
        seen += [row.conversation for row in page]
        cursor = page[-1].place
    assert len({one.id for one in seen}) == len(seen) == 9
    assert seen[0].distress
    assert [one.urgency for one in seen[1:]] == sorted((one.urgency for one in seen[1:]), reverse=True)
    assert conversations.inbox_count(writing, InboxFilter()) == 9
    assert conversations.inbox_count(writing, InboxFilter(state="closed")) == 0


def test_a_customers_conversations_page_by_the_newest_word(writing: Session, now: datetime) -> None:
    ada = people.customer(writing)
    for number in range(3):
        conversations.submit(writing, customer=ada, text=f"word {number}", now=now + timedelta(hours=number))
    first = conversations.conversations_of(writing, ada.id, limit=2)
    rest = conversations.conversations_of(writing, ada.id, before=(first[-1].last_at, first[-1].id))
    assert [one.title for one in (*first, *rest)] == ["word 2", "word 1", "word 0"]


def test_words_of_customers_are_read_and_words_of_the_team_are_not(
    writing: Session, now: datetime, priya: Account
) -> None:
    thread = conversations.submit(writing, customer=None, text=WORDS, now=now).conversation
    conversations.reply(writing, priya, thread, text="Done.", now=now)
    readings = dict(writing.execute(sa.select(Message.author, Message.reading)).all())
    assert readings == {"customer": "waiting", "team": "none"}
