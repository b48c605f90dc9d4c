"""Who had which conversation, and when each turn of it was said. Pure: the same seed gives the same calendar."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.demo.persons import Person
from portal.demo.talks import Talk

OLDEST_DAYS = 715
# How much of what is said about a theme is of late: fees have just changed, and a wave of swindlers has just begun.
OF_LATE = {"fees": 9.0, "security": 4.0, "app": 4.0, "support": 4.0, "privacy": 3.0, "savings": 3.0}
BRANCH_ZONE = ZoneInfo("Europe/London")
OPENS, CLOSES = time(8, 30), time(17, 45)
NOT_LATER_THAN = timedelta(minutes=40)


@dataclass(frozen=True)
class Said:
    """One turn with the instant it was said. `due` is set when it carries a promise; `keeps` when it keeps one."""

    at: datetime
    side: str
    text: str
    due: datetime | None = None
    keeps: bool = False


@dataclass(frozen=True)
class Thread:
    """One conversation as it happened."""

    key: str
    theme: str
    person: Person
    turns: tuple[Said, ...]

    @property
    def opened_at(self) -> datetime:
        """When its first words were written."""
        return self.turns[0].at


def assign(talks: Sequence[Talk], people: Sequence[Person], rng: random.Random) -> dict[str, list[Talk]]:
    """Give every talk to one person: the cast theirs, the others to somebody with that theme.

    People write very differently often, so some get many and some none.
    """
    by_theme: dict[str, list[tuple[Person, float]]] = {}
    for person in people:
        if person.key.startswith("p"):
            for place, theme in enumerate(person.themes):
                by_theme.setdefault(theme, []).append((person, person.weight / (1 + 1.5 * place)))
    owned: dict[str, list[Talk]] = {person.key: [] for person in people}
    for talk in talks:
        if talk.person is not None:
            owned[talk.person].append(talk)
        elif talk.theme in by_theme:
            candidates = by_theme[talk.theme]
            weights = [weight / (2 + len(owned[person.key])) for person, weight in candidates]
            chosen = rng.choices([person for person, _ in candidates], weights)[0]
            owned[chosen.key].append(talk)
    return owned


def threads(talks: Sequence[Talk], people: Sequence[Person], now: datetime, rng: random.Random) -> list[Thread]:
    """Every conversation with its dates, oldest first."""
    owned = assign(talks, people, rng)
    made: list[Thread] = []
    for person in people:
        mine = owned[person.key]
        days = _days(person, len(mine), now, rng)
        for talk, age in zip(mine, days, strict=True):
            made.append(_thread(talk, person, talk.days_ago if talk.days_ago is not None else age, now, rng))
    return sorted(made, key=lambda thread: (thread.opened_at, thread.key))


def _days(person: Person, count: int, now: datetime, rng: random.Random) -> list[int]:
    """How many days ago each of `count` conversations was opened: people write in spells, and more of late."""
    longest = min(OLDEST_DAYS, max(2, (now.date() - person.since).days - 1))
    days: list[int] = []
    of_late = max(OF_LATE.get(theme, 2.2) for theme in person.themes)
    while len(days) < count:
        spell = rng.randint(3, 7)
        around = longest * rng.random() ** of_late
        for _ in range(min(spell, count - len(days))):
            days.append(round(min(max(1, around + rng.triangular(-30, 30, 0)), longest)))
    return days


def _thread(talk: Talk, person: Person, days_ago: int, now: datetime, rng: random.Random) -> Thread:
    opened = _opening(person, days_ago, now, rng)
    quick = talk.person is not None
    turns: list[Said] = []
    at, due = opened, None
    for place, turn in enumerate(talk.turns):
        keeps = False
        if place:
            before = talk.turns[place - 1].side
            if turn.side == "team" and due is not None:
                at, keeps, due = _keeping(at, due, rng), True, None
            else:
                at += _pause(before, turn.side, quick, rng)
                at = at if quick or turn.side == "customer" else in_hours(at, rng)
        promised = at + timedelta(days=turn.promise_days) if turn.promise_days is not None else None
        due = promised or due
        turns.append(Said(at, turn.side, turn.text, promised, keeps))
    return Thread(talk.key, talk.theme, person, _squeezed(turns, now))


def _opening(person: Person, days_ago: int, now: datetime, rng: random.Random) -> datetime:
    """An hour at which people write, on that day where the person lives."""
    zone = ZoneInfo(person.time_zone)
    hour = min(max(rng.gauss(15, 4), 6.5), 23)
    day = (now - timedelta(days=days_ago)).astimezone(zone).date()
    at = datetime.combine(day, time(int(hour), rng.randrange(60), rng.randrange(60)), zone)
    if person.key == "ada":
        at = at.replace(hour=9)
    return min(at.astimezone(now.tzinfo), now - timedelta(hours=4))


def _pause(before: str, side: str, quick: bool, rng: random.Random) -> timedelta:
    """How long until the next turn: a chaser waits for days, an answer takes hours to days, thanks come soon."""
    if side == "note":
        return timedelta(hours=rng.uniform(0.3, 4))
    if side == "team":
        return timedelta(hours=rng.uniform(0.7, 2.5) if quick else min(rng.lognormvariate(2.6, 1.0), 190))
    if before == "customer":
        return timedelta(days=rng.uniform(2.5, 8))
    return timedelta(hours=min(rng.lognormvariate(1.6, 1.1), 80))


def _keeping(at: datetime, due: datetime, rng: random.Random) -> datetime:
    """When the promised answer came: mostly in time, sometimes some days late."""
    if rng.random() < 0.8:
        return in_hours(at + (max(due, at) - at) * rng.uniform(0.35, 0.9), rng)
    return in_hours(max(due, at) + timedelta(days=rng.uniform(1, 6)), rng)


def in_hours(at: datetime, rng: random.Random) -> datetime:
    """The same instant, or the next in which somebody at the bank is at work."""
    local = at.astimezone(BRANCH_ZONE)
    if local.time() > CLOSES:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, BRANCH_ZONE)
    elif local.time() < OPENS:
        local = datetime.combine(local.date(), OPENS, BRANCH_ZONE)
    moved = local.time() == OPENS
    while local.weekday() >= 5:
        local = datetime.combine(local.date() + timedelta(days=1), OPENS, BRANCH_ZONE)
        moved = True
    if moved:
        local += timedelta(minutes=rng.uniform(2, 300))
    return max(at, local.astimezone(at.tzinfo))


def _squeezed(turns: list[Said], now: datetime) -> tuple[Said, ...]:
    """A conversation that would reach into the future is drawn together, so that its last turn is some minutes old."""
    opened, last, limit = turns[0].at, turns[-1].at, now - NOT_LATER_THAN
    if last <= limit:
        return tuple(turns)
    factor = (limit - opened) / (last - opened)
    drawn = []
    for turn in turns:
        at = opened + (turn.at - opened) * factor
        due = turn.due and at + (turn.due - turn.at)
        drawn.append(Said(at, turn.side, turn.text, due, turn.keeps))
    return tuple(drawn)
