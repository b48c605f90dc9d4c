"""Plays the conversations of the demo company through the doors that pages use."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import conversations, needs, segments
from portal.conversations.models import Conversation, Promise
from portal.demo.calendar import Said, Thread, in_hours
from portal.demo.persons import colleague_for
from portal.demo.timeline import Act, World, is_cast

SETTLED_AFTER = timedelta(days=14)
BROKEN_AFTER = timedelta(days=60)
READ_WITHIN = timedelta(seconds=4)
WORKER = "demo"
# The portal opened to everybody some months ago. What came by other ways before was read in one go, as an import is.
OPENED_DAYS = 100
ORIGINS = {"portal": 82, "email": 9, "branch": 5, "phone": 4}
EARLIER_ORIGINS = {"email": 62, "branch": 22, "phone": 16}
SETTLED_BY_PHONE = (
    "Rung back. Settled on the phone, nothing left to do.",
    "Came by at the branch the next day and it was sorted out there.",
    "Talked it through on the phone. They know where we stand and do not need it in writing.",
    "Passed on to the people who build it. Told them so on the phone, with thanks.",
    "Answered by letter; a copy is in the file.",
)


def acts(threads: Sequence[Thread], now: datetime, rng: random.Random) -> list[Act]:
    """Everything that was said, promised, kept and settled."""
    made: list[Act] = []
    for thread in threads:
        origin = _origin(thread, now, rng)
        made.append(Act(thread.opened_at, partial(_open, thread, origin)))
        made += [Act(turn.at, partial(_turn, thread, place)) for place, turn in enumerate(thread.turns) if place]
        made += _promises(thread, now, rng)
        last = thread.turns[-1]
        settled = last.at + SETTLED_AFTER
        if last.side == "customer" and len(thread.turns) > 1 and thread.turns[-2].side == "team":
            settled = last.at + timedelta(hours=rng.uniform(1, 30))
        if _is_answered(thread) and settled < now and rng.random() < 0.9:
            made.append(Act(settled, partial(_settle, thread.key)))
        elif not _is_answered(thread) and not is_cast(thread.person):
            made += _without_words(thread, now, rng)
    return made


def _origin(thread: Thread, now: datetime, rng: random.Random) -> str:
    if is_cast(thread.person):
        return "portal"
    ways = ORIGINS if now - thread.opened_at < timedelta(days=OPENED_DAYS) else EARLIER_ORIGINS
    return rng.choices(list(ways), list(ways.values()))[0]


def _without_words(thread: Thread, now: datetime, rng: random.Random) -> list[Act]:
    """Most of what was not answered in writing was settled otherwise; some of it never was."""
    if any(turn.due for turn in thread.turns) or rng.random() > 0.93:
        return []
    at = in_hours(thread.turns[-1].at + timedelta(days=rng.uniform(0.5, 7)), rng)
    return [Act(at, partial(_note_and_settle, thread, rng.choice(SETTLED_BY_PHONE)))] if at < now else []


def _is_answered(thread: Thread) -> bool:
    return any(turn.side == "team" for turn in thread.turns) and not any(
        turn.due and not _kept_in_thread(thread.turns, place) for place, turn in enumerate(thread.turns)
    )


def _kept_in_thread(turns: Sequence[Said], place: int) -> bool:
    return any(turn.keeps for turn in turns[place + 1 :])


def _promises(thread: Thread, now: datetime, rng: random.Random) -> list[Act]:
    """How promises ended that no later answer in the conversation kept: most in time, some late, some not at all."""
    made = []
    for place, turn in enumerate(thread.turns):
        if turn.due is None or _kept_in_thread(thread.turns, place) or thread.person.key == "ada":
            continue
        fate = 0.0 if is_cast(thread.person) else rng.random()
        if fate < 0.62:
            at = turn.at + (turn.due - turn.at) * rng.uniform(0.5, 0.98)
        elif fate < 0.8:
            at = turn.due + timedelta(days=rng.uniform(1, 12))
        else:
            at = turn.due + BROKEN_AFTER
        if at < now:
            made.append(Act(at, partial(_end_promise, thread.key, kept=fate < 0.8)))
        if at < now and fate < 0.8 and thread.turns[-1].at < at:
            made.append(Act(at + timedelta(hours=1), partial(_settle, thread.key)))
    return made


def _open(thread: Thread, origin: str, session: Session, world: World, now: datetime) -> None:
    message = conversations.submit(
        session,
        customer=world.customer(session, thread.person.key),
        text=thread.turns[0].text,
        now=now,
        origin=origin,
        submission_key=f"demo:{thread.key}:0",
    )
    world.conversations[thread.key] = message.conversation_id
    _read(thread, session, world, now + READ_WITHIN)


def _turn(thread: Thread, place: int, session: Session, world: World, now: datetime) -> None:
    turn = thread.turns[place]
    conversation = session.get_one(Conversation, world.conversations[thread.key])
    key = f"demo:{thread.key}:{place}"
    if turn.side == "customer":
        customer = world.customer(session, thread.person.key)
        conversations.submit(
            session, customer=customer, text=turn.text, now=now, conversation=conversation, submission_key=key
        )
        _read(thread, session, world, now + READ_WITHIN)
        return
    account = world.account(session, colleague_for(thread.theme))
    if conversation.assigned_to is None:
        conversations.assign(session, conversation, account, now=now)
    if turn.keeps:
        _end_promise(thread.key, session, world, now, kept=True)
    conversations.reply(
        session,
        account,
        conversation,
        text=turn.text,
        now=now,
        internal=turn.side == "note",
        promise_due=turn.due,
        submission_key=key,
    )


def _read(thread: Thread, session: Session, world: World, now: datetime) -> None:
    """Do what the job does some seconds after something was said in the portal; other words wait for the job."""
    if session.get_one(Conversation, world.conversations[thread.key]).origin != "portal":
        return
    claimed = conversations.claim_waiting(session, worker=WORKER, limit=1000, now=now)
    pairs = [(waiting, needs.preview(waiting.text)) for waiting in claimed]
    needs.keep_readings(session, pairs, needs.prints_of(pairs), worker=WORKER, now=now)
    if is_cast(thread.person):  # the others are placed at the end of the day, which is much faster
        segments.place_customer(session, world.customers[thread.person.key], cause="signal", now=now)


def _note_and_settle(thread: Thread, note: str, session: Session, world: World, now: datetime) -> None:
    conversation = session.get_one(Conversation, world.conversations[thread.key])
    account = world.account(session, colleague_for(thread.theme))
    conversations.reply(session, account, conversation, text=note, now=now, internal=True)
    conversations.settle(session, conversation, now=now)


def _end_promise(key: str, session: Session, world: World, now: datetime, *, kept: bool) -> None:
    open_ones = sa.select(Promise.id).where(
        Promise.conversation_id == world.conversations[key], Promise.state == "open"
    )
    for promise_id in session.scalars(open_ones).all():
        conversations.keep_promise(session, promise_id, now=now, kept=kept)


def _settle(key: str, session: Session, world: World, now: datetime) -> None:
    conversations.settle(session, session.get_one(Conversation, world.conversations[key]), now=now)
