"""The background reader, on both databases and for real: what it writes, when it must not, and that it never spins."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from nlp import Reading
from portal import conversations, db, needs
from portal.conversations import Message
from portal.live import LiveEvent
from portal.needs import MessageReading, Signal, Tag
from tests import people

FEE = "The transfer fee is too high and you charged me twice. Nobody answers my messages."
BEFORE = timedelta(days=30)


def say(engine: Engine, now: datetime, text: str = FEE, *, allows: bool = True, **values: object) -> int:
    """Ada says something; gives the message's id."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada = people.customer(session)
        if allows:
            people.says(session, ada, "needs", "granted", now - timedelta(days=1), **values)  # type: ignore[arg-type]
        return conversations.submit(session, customer=ada, text=text, now=now).id


def rows(engine: Engine, statement: sa.Select) -> list:
    with db.reading(engine) as session:
        return list(session.scalars(statement))


def read(engine: Engine, now: datetime, **options: object) -> tuple[int, int]:
    return needs.read_waiting(engine, clock=lambda: now, worker="test", **options)  # type: ignore[arg-type]


def test_words_become_tags_with_evidence_and_a_signal_under_the_consent(engine: Engine, now: datetime) -> None:
    message_id = say(engine, now)
    assert read(engine, now) == (1, 0)
    tags = rows(engine, sa.select(Tag).where(Tag.kind == "need"))
    assert "cost" in {tag.value for tag in tags}
    assert all(tag.spans and 0 <= start < end <= len(FEE) for tag in tags for start, end in tag.spans)
    signals = rows(engine, sa.select(Signal))
    assert {signal.need for signal in signals} <= {tag.value for tag in tags}
    assert signals
    assert all(
        signal.consent_seq == 1 and signal.observed_at == now and signal.message_id == message_id for signal in signals
    )


def test_reading_again_changes_nothing(engine: Engine, now: datetime) -> None:
    say(engine, now)
    read(engine, now)
    before = len(rows(engine, sa.select(Tag))), len(rows(engine, sa.select(Signal)))
    assert read(engine, now) == (0, 0)
    assert (len(rows(engine, sa.select(Tag))), len(rows(engine, sa.select(Signal)))) == before


def test_without_consent_there_is_a_tag_and_no_signal(engine: Engine, now: datetime) -> None:
    say(engine, now, allows=False)
    read(engine, now)
    assert rows(engine, sa.select(Tag).where(Tag.kind == "need"))
    assert not rows(engine, sa.select(Signal))


@pytest.mark.parametrize("earlier", [True, False])
def test_words_from_before_the_consent_count_only_when_that_was_allowed(
    engine: Engine, now: datetime, earlier: bool
) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada = people.customer(session)
        people.says(session, ada, "needs", "granted", now, earlier_words=earlier)
        conversations.submit(session, customer=ada, text=FEE, now=now, written_at=now - BEFORE)
    read(engine, now)
    assert bool(rows(engine, sa.select(Signal))) is earlier


def test_an_unsure_need_waits_for_a_person_and_makes_no_signal(engine: Engine, now: datetime) -> None:
    say(engine, now)
    read(engine, now)
    unsure = {tag.id for tag in rows(engine, sa.select(Tag)) if (tag.confidence or 0) < needs.SIGNAL_THRESHOLD}
    assert unsure.isdisjoint(signal.tag_id for signal in rows(engine, sa.select(Signal)))


def test_a_language_without_a_model_is_not_read_and_never_neutral(engine: Engine, now: datetime) -> None:
    say(engine, now, "Vorrei sapere perché avete addebitato due volte la commissione sul mio bonifico di ieri sera.")
    assert read(engine, now) == (1, 0)
    (reading,) = rows(engine, sa.select(MessageReading))
    assert (reading.readable, reading.sentiment, reading.language) == (False, None, "it")
    assert not rows(engine, sa.select(Tag).where(Tag.kind.in_(("need", "sentiment"))))
    said = rows(engine, sa.select(Message).where(Message.author == "portal"))[0].text
    assert "Italian" in said


def test_the_portal_says_once_per_conversation_what_it_understood(engine: Engine, now: datetime) -> None:
    message_id = say(engine, now)
    read(engine, now)
    with db.writing(engine) as session:
        message = session.get_one(Message, message_id)
        ada = session.get_one(people.Customer, message.conversation.customer_id)
        conversations.submit(
            session, customer=ada, text="And the app is slow too.", now=now, conversation=message.conversation
        )
    read(engine, now)
    said = rows(engine, sa.select(Message).where(Message.author == "portal"))
    assert len(said) == 1
    assert "cost" in said[0].text
    assert "message-read" in {event.kind for event in rows(engine, sa.select(LiveEvent))}


def test_nothing_is_said_to_who_asked_not_to_be_answered_nor_to_imports(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        conversations.submit(session, customer=None, text=FEE, now=now, may_reply=False)
        conversations.submit(session, customer=None, text=FEE, now=now, origin="import")
    assert read(engine, now) == (2, 0)
    assert not rows(engine, sa.select(Message).where(Message.author == "portal"))


def test_distress_puts_the_conversation_on_top(engine: Engine, now: datetime) -> None:
    message_id = say(engine, now, "I lost my job and I cannot afford food for my children this week.")
    read(engine, now)
    with db.reading(engine) as session:
        conversation = session.get_one(Message, message_id).conversation
        assert conversation.distress
        assert conversation.urgency > 0


def test_of_turns_read_in_one_go_the_most_urgent_orders_the_inbox_and_the_last_feeling_lists_it(
    engine: Engine, now: datetime
) -> None:
    with db.writing(engine) as session:
        ada = people.customer(session)
        first = conversations.submit(session, customer=ada, text="I lost my job and cannot afford food.", now=now)
        talk = first.conversation
        for text in ("Your staff are rude and useless.", "The new app is lovely, thank you so much."):
            conversations.submit(session, customer=ada, text=text, now=now, conversation=talk)
    assert read(engine, now) == (3, 0)
    with db.reading(engine) as session:
        talk = session.get_one(conversations.Conversation, talk.id)
        highest = max(rows(engine, sa.select(MessageReading.urgency)))
        assert (talk.distress, talk.urgency, talk.sentiment) == (True, highest, "positive")


def test_personal_data_is_masked_in_what_is_kept_for_others(engine: Engine, now: datetime) -> None:
    message_id = say(
        engine, now, "My card 4111 1111 1111 1111 was charged twice, write to me at ada@example.org please."
    )
    read(engine, now)
    with db.reading(engine) as session:
        masked = session.get_one(Message, message_id).masked_text or ""
        reading = session.get_one(MessageReading, message_id)
    assert "4111" not in masked
    assert "ada@example.org" not in masked
    assert {kind for _, _, kind in reading.pii} == {"card", "email"}


def poison(text: str) -> Reading:
    if "poison" in text:
        raise ZeroDivisionError("the words must not be kept in the error")
    return needs.preview(text)


def test_a_message_that_throws_is_tried_five_times_and_does_not_hold_up_others(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        bad = conversations.submit(session, customer=None, text="poison", now=now).id
        conversations.submit(session, customer=None, text=FEE, now=now)
    assert read(engine, now, read=poison) == (1, 1)
    assert read(engine, now, read=poison) == (0, 0)
    later = now
    for _ in range(5):
        later += timedelta(hours=1)
        read(engine, later, read=poison)
    (message,) = rows(engine, sa.select(Message).where(Message.id == bad))
    assert (message.reading, message.attempts, message.last_error) == ("failed", 5, "ZeroDivisionError")
    assert read(engine, later + timedelta(days=1), read=poison) == (0, 0)


def test_a_claim_whose_worker_died_is_taken_again_after_two_minutes(engine: Engine, now: datetime) -> None:
    say(engine, now)
    with db.writing(engine) as session:
        assert len(conversations.claim_waiting(session, worker="dies", limit=10, now=now)) == 1
    assert read(engine, now + timedelta(seconds=119)) == (0, 0)
    assert read(engine, now + timedelta(seconds=121)) == (1, 0)


def test_a_message_whose_workers_always_die_is_given_up(engine: Engine, now: datetime) -> None:
    say(engine, now)
    at = now
    for _ in range(6):
        with db.writing(engine) as session:
            conversations.claim_waiting(session, worker="dies", limit=10, now=at)
        at += timedelta(minutes=3)
    assert rows(engine, sa.select(Message.reading).where(Message.author == "customer")) == ["failed"]


def test_a_worker_that_was_too_slow_writes_nothing_over_the_one_who_took_its_place(
    engine: Engine, now: datetime
) -> None:
    say(engine, now)

    def slow(text: str) -> Reading:
        assert read(engine, now + timedelta(minutes=5)) == (1, 0)
        return needs.preview(text)

    assert read(engine, now, read=slow) == (0, 0)
    tags = rows(engine, sa.select(Tag))
    assert len({(tag.kind, tag.value) for tag in tags}) == len(tags)
    assert len(rows(engine, sa.select(MessageReading))) == 1


def test_several_workers_read_each_message_once(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        for number in range(40):
            conversations.submit(session, customer=None, text=f"{FEE} Case {number}.", now=now)
    start, done = Barrier(3), []

    def work(name: str) -> None:
        start.wait()
        done.append(needs.read_waiting(engine, clock=lambda: now, worker=name, limit=5))

    threads = [Thread(target=work, args=(f"w{number}",)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(count for count, _ in done) == 40
    assert sum(failed for _, failed in done) == 0
    assert len(rows(engine, sa.select(MessageReading))) == 40


def test_new_words_are_read_before_what_an_import_brought(engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        old = conversations.submit(session, customer=None, text=FEE, now=now, origin="import")
        old.read_after = now
        new = conversations.submit(session, customer=None, text=FEE, now=now)
    with db.writing(engine) as session:
        claimed = conversations.claim_waiting(session, worker="w", limit=1, now=now)
    assert [one.id for one in claimed] == [new.id]
