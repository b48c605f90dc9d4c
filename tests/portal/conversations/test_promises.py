"""A promise that was not kept is apologised for in words that its customer reads, and stays what it was."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from portal import conversations
from portal.accounts.models import Account
from portal.conversations import Promise, Speaker
from portal.errors import Conflict, Invalid, NotFound
from tests import people

DAY = timedelta(days=1)
SORRY = "I said Monday and it is Thursday. I am sorry; you will have it today."


@pytest.fixture
def promise(writing: Session, now: datetime, priya: Account) -> Promise:
    """Something promised to Ada for the day after now."""
    thread = conversations.submit(writing, customer=people.customer(writing), text="Where is it?", now=now).conversation
    conversations.reply(writing, priya, thread, text="You will have it.", now=now, promise_due=now + DAY)
    return conversations.promises_of(writing, thread.id)[0]


def test_an_apology_is_an_answer_its_customer_reads(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    said = conversations.apologise(writing, priya, promise.id, text=SORRY, now=now + 3 * DAY)
    read = conversations.thread(writing, promise.conversation_id, internal=False)
    assert (read[-1].id, read[-1].text, read[-1].author_name) == (said.id, SORRY, "Priya")
    assert (promise.apology_id, promise.apologised_at, promise.state) == (said.id, now + 3 * DAY, "open")
    assert said.conversation.state == "waiting_team"  # sorry is not done


def test_after_an_apology_it_is_kept_late_all_the_same(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    conversations.apologise(writing, priya, promise.id, text=SORRY, now=now + 3 * DAY)
    assert conversations.keep_promise(writing, promise.id, now=now + 4 * DAY).state == "late"


def test_what_will_not_be_kept_is_apologised_for_before_its_day(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    conversations.keep_promise(writing, promise.id, now=now, kept=False)
    said = conversations.apologise(writing, priya, promise.id, text=SORRY, now=now)
    assert (promise.state, said.conversation.state) == ("broken", "answered")


def test_there_is_nothing_to_apologise_for_before_its_day_or_when_it_was_kept(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    with pytest.raises(Conflict) as early:
        conversations.apologise(writing, priya, promise.id, text=SORRY, now=now)
    conversations.keep_promise(writing, promise.id, now=now)
    with pytest.raises(Conflict) as kept:
        conversations.apologise(writing, priya, promise.id, text=SORRY, now=now + 3 * DAY)
    assert (early.value.code, kept.value.code) == ("not-missed", "not-missed")
    with pytest.raises(NotFound):
        conversations.apologise(writing, priya, promise.id + 1, text=SORRY, now=now)
    assert len(conversations.thread(writing, promise.conversation_id, internal=True)) == 2


def test_an_apology_sent_twice_is_one_and_nobody_apologises_after_it(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    later = now + 3 * DAY
    first, again = (
        conversations.apologise(writing, priya, promise.id, text=SORRY, now=later, submission_key="k1") for _ in "12"
    )
    assert first.id == again.id
    with pytest.raises(Conflict) as second:
        conversations.apologise(writing, priya, promise.id, text="Me too.", now=later, submission_key="k2")
    assert second.value.code == "already-apologised"
    with pytest.raises(Conflict):
        conversations.apologise(writing, priya, promise.id, text="Me too.", now=later)


def test_an_apology_needs_words(writing: Session, now: datetime, priya: Account, promise: Promise) -> None:
    with pytest.raises(Invalid):
        conversations.apologise(writing, priya, promise.id, text=" ", now=now + 3 * DAY)
    assert promise.apology_id is None


def test_an_apology_that_was_about_something_else_is_taken_off_the_promise(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    with pytest.raises(Conflict):
        conversations.take_apology_back(writing, promise.id)
    conversations.apologise(writing, priya, promise.id, text=SORRY, now=now + 3 * DAY)
    conversations.take_apology_back(writing, promise.id)
    assert (promise.apology_id, promise.apologised_at) == (None, None)
    assert conversations.thread(writing, promise.conversation_id, internal=False)[-1].text == SORRY
    with pytest.raises(NotFound):
        conversations.take_apology_back(writing, promise.id + 1)


def test_somebody_who_speaks_through_another_system_apologises_by_name(
    writing: Session, now: datetime, promise: Promise
) -> None:
    said = conversations.apologise(writing, Speaker(None, "Dee"), promise.id, text=SORRY, now=now + 3 * DAY)
    assert (said.author, said.author_id, said.author_name) == ("team", None, "Dee")


def test_the_lists_of_promises_say_which_wait_for_an_apology(
    writing: Session, now: datetime, priya: Account, promise: Promise
) -> None:
    thread = writing.get_one(conversations.Conversation, promise.conversation_id)
    conversations.reply(writing, priya, thread, text="And that.", now=now, promise_due=now + 9 * DAY)
    later = now + 3 * DAY

    def listed(which: str) -> list[int]:
        return [row.promise.id for row in conversations.promises_page(writing, which, later)]

    ahead = promise.id + 1
    assert (listed("missed"), listed("apologised"), listed("ahead")) == ([promise.id], [], [ahead])
    conversations.apologise(writing, priya, promise.id, text=SORRY, now=later)
    assert (listed("missed"), listed("apologised"), listed("all")) == ([], [promise.id], [promise.id, ahead])
    first = conversations.promises_page(writing, "all", later, limit=1)[0]
    assert first.customer is not None
    assert first.apology is not None
    after = (first.promise.due_at, first.promise.id)
    assert [row.promise.id for row in conversations.promises_page(writing, "all", later, after=after)] == [ahead]
