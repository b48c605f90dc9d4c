"""Plays the ideas of the demo company: who proposed them, who backed them, what was said and answered."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal import ideas
from portal.demo.persons import Person, written
from portal.demo.timeline import Act, World, is_cast
from portal.ideas.models import Idea

# Who cares for what a board is about.
THEMES = {
    "Payments": ("travel", "fees", "business"),
    "App": ("app", "support"),
    "Cards": ("cards", "security"),
    "Savings": ("savings", "family"),
    "Branches": ("branch", "family"),
}
ANSWERED_BY = {
    "Savings": "marek@example.org",
    "Branches": "leila@example.org",
    "App": "tom@example.org",
    "Cards": "tom@example.org",
}
# What the cast backs: title, how much they need it, how many days ago.
CAST_VOTES = {
    "ada": (
        ("Show the fee before I press send", "critical", 8.6),
        ("Tell me when the money has arrived abroad", "important", 61.2),
        ("The app in Italian and Chinese", "nice", 61.1),
    ),
    "ben": (("Block one shop without freezing the whole card", "important", 70.3),),
    "cleo": (
        ("Split a bill and send everyone their share", "critical", 2.1),
        ("Show the fee before I press send", "important", 3.4),
    ),
}
TOLD_HERE = timedelta(days=45)
SEEN_BY = 0.42
TEAM_MARK = "team: "


def boards() -> list[str]:
    """The boards ideas stand on, in order of how many there are."""
    names = [str(idea["board"]) for idea in written("ideas")["idea"]]
    return sorted(set(names), key=lambda name: (-names.count(name), name))


def acts(people: Sequence[Person], now: datetime, rng: random.Random) -> list[Act]:
    """Everything that happened to all ideas."""
    made: list[Act] = []
    for number, idea in enumerate(written("ideas")["idea"], 1):
        made += _life(f"idea-{number:02}", idea, people, now, rng)
    return made


def _life(key: str, idea: dict[str, Any], people: Sequence[Person], now: datetime, rng: random.Random) -> list[Act]:
    begun = now - timedelta(days=idea["days_ago"] - rng.random() * 0.8)
    there = [person for person in people if person.since < begun.date()]
    there = [person for person in there if person.language == "en" and not is_cast(person)]
    author = rng.choices(there, [_care(person, idea) for person in there])[0]
    ended = _decided(idea, begun) or now
    made = [Act(begun, partial(_propose, key, idea, author, rng.random() < 0.8))]
    for person in people:
        since = max(begun, datetime.combine(person.since, begun.timetz()) + timedelta(days=1))
        age = (ended - since) / timedelta(days=1)
        chance = idea["appeal"] * SEEN_BY * min(1.0, 0.45 + age / 250) * _care(person, idea) ** 0.5
        if person is not author and not is_cast(person) and age > 0 and rng.random() < chance:
            at = since + (ended - since) * rng.random() ** 2
            strength = rng.choices(("nice", "important", "critical"), (3, 5, 2))[0]
            made.append(Act(at, partial(_vote, key, person, strength)))
    made += [
        Act(now - timedelta(days=days), partial(_vote, key, person, strength))
        for person in people
        for title, strength, days in CAST_VOTES.get(person.key, ())
        if title == idea["title"]
    ]
    made += _said(key, idea, there, begun, ended, rng)
    for number, answer in enumerate(idea["answers"]):
        at = begun + timedelta(days=answer["days_after"], hours=rng.random() * 5)
        made.append(
            Act(
                min(at, now - timedelta(hours=3)),
                partial(_answer, key, idea["board"], number, answer, at < now - TOLD_HERE),
            )
        )
    return made


def _care(person: Person, idea: dict[str, Any]) -> float:
    return 2.2 if set(person.themes) & set(THEMES[idea["board"]]) else 1.0


def _decided(idea: dict[str, Any], begun: datetime) -> datetime | None:
    """When it was shipped or declined, which ends voting."""
    for answer in idea["answers"]:
        if answer["status"] in ("shipped", "declined"):
            return begun + timedelta(days=answer["days_after"])
    return None


def _said(
    key: str, idea: dict[str, Any], there: Sequence[Person], begun: datetime, ended: datetime, rng: random.Random
) -> list[Act]:
    """The comments in the order written, spread over the life of the idea."""
    days = sorted(rng.random() ** 1.4 for _ in idea["comments"])
    speakers = rng.sample(there, min(len(there), len(idea["comments"])))
    made = []
    for number, (text, part) in enumerate(zip(idea["comments"], days, strict=True)):
        at = begun + (ended - begun) * min(part, 0.99) + timedelta(minutes=number + 1)
        speaker = speakers[number % len(speakers)]
        made.append(Act(at, partial(_comment, key, number, idea["board"], text, speaker)))
    return made


def _propose(
    key: str, idea: dict[str, Any], author: Person, show_name: bool, session: Session, world: World, now: datetime
) -> None:
    made = ideas.propose(
        session,
        world.customer(session, author.key),
        title=idea["title"],
        text=idea["text"],
        board=idea["board"],
        now=now,
        show_name=show_name,
        submission_key=f"demo:{key}",
    )
    world.ideas[key] = made.id


def _vote(key: str, person: Person, strength: str, session: Session, world: World, now: datetime) -> None:
    idea = session.get_one(Idea, world.ideas[key])
    ideas.vote(session, idea, world.customer(session, person.key), strength, now)


def _comment(
    key: str, number: int, board: str, text: str, speaker: Person, session: Session, world: World, now: datetime
) -> None:
    idea, submission_key = session.get_one(Idea, world.ideas[key]), f"demo:{key}:{number}"
    if text.startswith(TEAM_MARK):
        account = world.account(session, ANSWERED_BY.get(board, "priya@example.org"))
        ideas.comment(
            session, idea, text=text.removeprefix(TEAM_MARK), now=now, account=account, submission_key=submission_key
        )
    else:
        customer = world.customer(session, speaker.key)
        ideas.comment(session, idea, text=text, now=now, customer=customer, submission_key=submission_key)


def _answer(
    key: str, board: str, number: int, given: dict[str, Any], told: bool, session: Session, world: World, now: datetime
) -> None:
    answer = ideas.answer(
        session,
        session.get_one(Idea, world.ideas[key]),
        status=given["status"],
        text=given["text"],
        now=now,
        account=world.account(session, ANSWERED_BY.get(board, "priya@example.org")),
        submission_key=f"demo:{key}:{number}",
    )
    if told:  # by letter, before the portal told everybody itself
        answer.told_at = now
