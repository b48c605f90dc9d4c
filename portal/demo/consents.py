"""What each customer of the demo company answered when asked, and when. Pure: the same seed gives the same answers."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.demo.persons import Person

ASKED_SINCE_DAYS = 710
WAYS_OFF = ("sms", "phone", "post", "push")
TOPICS = ("savings", "cards", "loans", "travel")
# What becomes of a customer's consent to `needs`, in parts of a hundred; those who write often say yes more often.
COURSES = {
    "given": 46,
    "withdrawn": 9,
    "given again": 5,
    "objected": 2,
    "refused": 18,
    "never asked": 16,
    "imported": 4,
}
COURSES_OF_WRITERS = {
    **COURSES,
    "given": 78,
    "withdrawn": 7,
    "given again": 4,
    "refused": 5,
    "never asked": 3,
    "imported": 1,
}
OFTEN = 1.0


@dataclass(frozen=True)
class Choice:
    """One answer about one cell: give, refuse, withdraw, object, or imported (a flag without proof)."""

    purpose: str
    answer: str
    channel: str = "*"
    topic: str = "*"


@dataclass(frozen=True)
class Visit:
    """What a customer answered in one go.

    `earlier_words`: words from before may be used too. `pause_days`, when not 0: a pause of so many days instead.
    """

    at: datetime
    person: Person
    choices: tuple[Choice, ...] = ()
    method: str = "web_form"
    earlier_words: bool = False
    pause_days: int = 0


def visits(
    people: Sequence[Person], first_words: Mapping[str, datetime], now: datetime, rng: random.Random
) -> list[Visit]:
    """All answers of all customers, oldest first.

    :param first_words: when each person wrote for the first time, for those who did; they were asked about then.
    """
    made: list[Visit] = []
    for person in people:
        if person.key in CAST_VISITS:
            made += CAST_VISITS[person.key](person, now)
            continue
        earliest = now - timedelta(days=min(ASKED_SINCE_DAYS, (now.date() - person.since).days - 1))
        around = first_words.get(person.key, now - (now - earliest) * rng.random())
        asked = max(earliest, around - timedelta(days=rng.triangular(0, 90, 5)))
        made += _course(person, asked, now, rng)
    return sorted((visit for visit in made if visit.at < now), key=lambda visit: (visit.at, visit.person.key))


def _course(person: Person, asked: datetime, now: datetime, rng: random.Random) -> list[Visit]:
    courses = COURSES_OF_WRITERS if person.weight >= OFTEN else COURSES
    course = rng.choices(list(courses), list(courses.values()))[0]
    others = _other_purposes(rng)
    if course == "never asked":
        return [Visit(asked, person, others[:1])]
    if course == "imported":
        return [Visit(asked, person, (Choice("needs", "imported"), Choice("marketing", "imported")), "import")]
    if course == "refused":
        return [Visit(asked, person, (Choice("needs", "refuse"), *others))]
    made = [Visit(asked, person, (Choice("needs", "give"), *others), earlier_words=rng.random() < 0.5)]
    left = now - asked
    if course == "objected":
        made.append(Visit(asked + left * rng.uniform(0.3, 0.9), person, (Choice("needs", "object"),)))
    elif course in ("withdrawn", "given again"):
        stopped = asked + left * rng.uniform(0.4, 0.85)
        made.append(
            Visit(stopped, person, (Choice("needs", "withdraw"),), rng.choice(("web_form", "web_form", "phone")))
        )
        if course == "given again":
            again = stopped + (now - stopped) * rng.uniform(0.2, 0.8)
            made.append(Visit(again, person, (Choice("needs", "give"),), earlier_words=rng.random() < 0.4))
    return made + _later(person, asked, others, now, rng)


def _other_purposes(rng: random.Random) -> tuple[Choice, ...]:
    """Answers about everything but `needs`; somebody who gives may still turn ways and topics off."""
    choices = [Choice("reply", "give" if rng.random() < 0.93 else "refuse")]
    if rng.random() < 0.75:
        choices.append(Choice("research", "give" if rng.random() < 0.65 else "refuse"))
    if rng.random() < 0.85:
        yes = rng.random() < 0.5
        choices.append(Choice("marketing", "give" if yes else "refuse"))
        if yes:
            choices += [Choice("marketing", "refuse", way) for way in WAYS_OFF if rng.random() < 0.55]
            choices += [Choice("marketing", "refuse", topic=topic) for topic in TOPICS if rng.random() < 0.35]
    if rng.random() < 0.4:
        choices.append(Choice("partners", "give" if rng.random() < 0.2 else "refuse"))
    return tuple(choices)


def _later(person: Person, asked: datetime, others: Sequence[Choice], now: datetime, rng: random.Random) -> list[Visit]:
    """What some change afterwards about offers: they stop them, object to them, or ask for a pause."""
    at = asked + (now - asked) * rng.uniform(0.2, 0.95)
    if Choice("marketing", "give") in others and rng.random() < 0.22:
        last = rng.choice(
            (Choice("marketing", "withdraw"), Choice("marketing", "withdraw"), Choice("marketing", "object"))
        )
        return [Visit(at, person, (last,), rng.choice(("web_form", "web_form", "phone", "branch")))]
    if rng.random() < 0.04:
        return [Visit(now - timedelta(days=rng.uniform(2, 18)), person, pause_days=rng.choice((21, 30, 60)))]
    return []


def at_home(person: Person, now: datetime, days_ago: int, at: time) -> datetime:
    """That day, at that time where the person lives."""
    zone = ZoneInfo(person.time_zone)
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, at, zone).astimezone(now.tzinfo)


def _ada(person: Person, now: datetime) -> list[Visit]:
    """Ada said yes to needs, answers and questions, and no to offers."""
    begun = (
        Choice("reply", "give"),
        Choice("research", "give"),
        Choice("marketing", "refuse"),
        Choice("partners", "refuse"),
    )
    return [
        Visit(at_home(person, now, 305, time(8, 14)), person, begun),
        Visit(at_home(person, now, 265, time(21, 6)), person, (Choice("needs", "give"),), earlier_words=True),
    ]


def _ben(person: Person, now: datetime) -> list[Visit]:
    """Ben said yes to needs and took it back, then stopped offers too."""
    begun = (
        Choice("reply", "give"),
        Choice("needs", "give"),
        Choice("marketing", "give"),
        Choice("research", "refuse"),
    )
    off = (Choice("marketing", "refuse", "post"), Choice("marketing", "refuse", "phone"), Choice("partners", "refuse"))
    return [
        Visit(at_home(person, now, 240, time(20, 31)), person, (*begun, *off)),
        Visit(at_home(person, now, 20, time(19, 42)), person, (Choice("needs", "withdraw"),)),
        Visit(at_home(person, now, 8, time(22, 15)), person, (Choice("marketing", "withdraw"),)),
    ]


def _cleo(person: Person, now: datetime) -> list[Visit]:
    """Cleo is new and allows most things, also news about travel, but nobody shall ring her."""
    yes = tuple(Choice(purpose, "give") for purpose in ("reply", "needs", "research", "marketing"))
    off = (
        Choice("marketing", "refuse", "phone"),
        Choice("marketing", "refuse", "post"),
        Choice("marketing", "refuse", topic="loans"),
    )
    return [Visit(at_home(person, now, 11, time(10, 3)), person, (*yes, *off))]


CAST_VISITS = {"ada": _ada, "ben": _ben, "cleo": _cleo}
