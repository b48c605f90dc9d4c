"""Plays the conversations of the demo company through the doors that pages use."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import conversations
from portal.conversations.models import Conversation, Promise
from portal.demo.calendar import Said, Thread
from portal.demo.persons import colleague_for
from portal.demo.timeline import Act, World, is_cast

SETTLED_AFTER = timedelta(days=14)
BROKEN_AFTER = timedelta(days=60)
ORIGINS = {"portal": 72, "email": 14, "branch": 8, "phone": 6}


def acts(threads: Sequence[Thread], now: datetime, rng: random.Random) -> list[Act]:
    """Everything that was said, promised, kept and settled."""
    made: list[Act] = []
    for thread in threads:
        origin = "portal" if is_cast(thread.person) else rng.choices(list(ORIGINS), list(ORIGINS.values()))[0]
        made.append(Act(thread.opened_at, partial(_open, thread, origin)))
        made += [Act(turn.at, partial(_turn, thread, place)) for place, turn in enumerate(thread.turns) if place]
        made += _promises(thread, now, rng)
        last = thread.turns[-1]
        settled = last.at + SETTLED_AFTER
        if last.side == "customer" and len(thread.turns) > 1 and thread.turns[-2].side == "team":
            settled = last.at + timedelta(hours=rng.uniform(1, 30))
        if _is_answered(thread) and settled < now and rng.random() < 0.9:
            made.append(Act(settled, partial(_settle, thread.key)))
    return made


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
        if turn.due is None or _kept_in_thread(thread.turns, place) or is_cast(thread.person):
            continue
        fate = rng.random()
        if fate < 0.62:
            at = turn.at + (turn.due - turn.at) * rng.uniform(0.5, 0.98)
        elif fate < 0.8:
            at = turn.due + timedelta(days=rng.uniform(1, 12))
        else:
            at = turn.due + BROKEN_AFTER
        if at < now:
            made.append(Act(at, partial(_end_promise, thread.key, kept=fate < 0.8)))
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


def _turn(thread: Thread, place: int, session: Session, world: World, now: datetime) -> None:
    turn = thread.turns[place]
    conversation = session.get_one(Conversation, world.conversations[thread.key])
    key = f"demo:{thread.key}:{place}"
    if turn.side == "customer":
        customer = world.customer(session, thread.person.key)
        conversations.submit(
            session, customer=customer, text=turn.text, now=now, conversation=conversation, submission_key=key
        )
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


def _end_promise(key: str, session: Session, world: World, now: datetime, *, kept: bool) -> None:
    open_ones = sa.select(Promise.id).where(
        Promise.conversation_id == world.conversations[key], Promise.state == "open"
    )
    for promise_id in session.scalars(open_ones).all():
        conversations.keep_promise(session, promise_id, now=now, kept=kept)


def _settle(key: str, session: Session, world: World, now: datetime) -> None:
    conversations.settle(session, session.get_one(Conversation, world.conversations[key]), now=now)
