"""Counting what was observed: days, weeks, parts of the company, intervals, trends, limits. Values in, values out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from statistics import median
from typing import NamedTuple

FEWEST = 20
"""Fewer people than this are not shown: one of them could be recognised."""
DAY = timedelta(days=1)
SHARED = ("denials",)
"""Indicators whose parts are shares of everything that was observed, under the part with no name."""


class Observation(NamedTuple):
    """One thing that counts for one indicator, at the moment from which nothing later can change it.

    `good` is 1 or 0: whether it is among what is counted. `value` is a duration in the indicator's unit, if it has one.
    """

    indicator: str
    part: str
    at: datetime
    good: int
    customer_id: int | None
    channel: str = ""
    campaign: str = ""
    value: float | None = None


class Key(NamedTuple):
    """Which figure: over what, ending on which day, of which indicator, for which part of the company."""

    period: str
    day: date
    indicator: str
    part: str
    scope: str
    scope_key: str


@dataclass
class Tally:
    """A figure while it is being counted."""

    good: int = 0
    of: int = 0
    values: list[float] = field(default_factory=list)
    people: set[int | None] = field(default_factory=set)

    def add(self, one: Observation) -> None:
        """Count one more."""
        self.good += one.good
        self.of += 1
        self.people.add(one.customer_id)
        if one.value is not None:
            self.values.append(one.value)

    @property
    def value(self) -> float | None:
        """The median of what has a duration."""
        return round(median(self.values), 3) if self.values else None


def week_of(day: date) -> date:
    """The Sunday a week ends on."""
    return day + timedelta(days=6 - day.weekday())


def ends(period: str, day: date) -> datetime:
    """The instant after the last of a period, in UTC."""
    return datetime.combine(day, time(), UTC) + DAY


def periods(first: date, today: date, *, days: int, weeks: int) -> list[tuple[str, date]]:
    """The whole days and whole weeks before `today` that are kept, oldest first."""
    start = max(first, today - days * DAY)
    found = [("day", start + number * DAY) for number in range((today - start).days)]
    sunday = week_of(max(first, today - 7 * weeks * DAY))
    while sunday < today:
        found.append(("week", sunday))
        sunday += 7 * DAY
    return sorted(found, key=lambda one: (one[1], one[0]))


def tally(
    observed: Iterable[Observation],
    wanted: set[tuple[str, date]],
    segments_of: Callable[[int | None, datetime], Iterable[str]],
) -> dict[Key, Tally]:
    """What was observed, counted for each wanted period and each part of the company."""
    found: dict[Key, Tally] = defaultdict(Tally)
    for one in observed:
        day = one.at.date()
        scopes = [("company", ""), *(("segment", key) for key in segments_of(one.customer_id, one.at))]
        scopes += [("campaign", one.campaign)] if one.campaign else []
        scopes += [("channel", one.channel)] if one.channel else []
        for period in (("day", day), ("week", week_of(day))):
            if period in wanted:
                for scope in scopes:
                    found[Key(*period, one.indicator, one.part, *scope)].add(one)
    return with_shared(found)


def with_shared(found: Mapping[Key, Tally]) -> dict[Key, Tally]:
    """Parts that are shares of everything get everything as what they are a share of."""
    done = dict(found)
    for key, counted in found.items():
        if key.indicator in SHARED and key.part:
            everything = found[key._replace(part="")]
            done[key] = Tally(counted.good, everything.of, counted.values, everything.people)
    return done


def wilson(good: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The interval in which a share lies with 95 %, after Wilson; everything when nothing was observed."""
    if of == 0:
        return 0.0, 1.0
    share, square = good / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    spread = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - spread), min(1.0, middle + spread)


def trend(shares: Sequence[tuple[int, int]]) -> str:
    """Whether the newest share lies beyond what those before it were together: `up`, `down`, `steady` or `unknown`."""
    if len(shares) < 2:
        return "unknown"
    before = [sum(one[place] for one in shares[:-1][-8:]) for place in (0, 1)]
    good, of = shares[-1]
    if not of or not before[1]:
        return "unknown"
    low, high = wilson(good, of)
    usual = before[0] / before[1]
    return "up" if low > usual else "down" if high < usual else "steady"


class Limit(NamedTuple):
    """From when an indicator is an alarm: `most` when it may not be above, `least` when not below. A share."""

    kind: str
    share: float


LIMITS: dict[tuple[str, str], Limit] = {
    ("after_withdrawal", ""): Limit("most", 0.0),
    ("opt_out", ""): Limit("most", 0.005),
    ("spam", ""): Limit("most", 0.001),
    ("bounces", ""): Limit("most", 0.02),
    ("complaints", "15bd"): Limit("least", 0.80),
    ("complaints", "8w"): Limit("least", 0.95),
    ("promises", ""): Limit("least", 0.80),
    ("answered", ""): Limit("least", 0.80),
    ("closed_loop", ""): Limit("least", 0.80),
    ("rights", ""): Limit("most", 0.0),
    ("to_ledger", ""): Limit("least", 0.99),
    ("to_last", ""): Limit("least", 0.99),
    ("evidence", "C"): Limit("most", 0.05),
}


def limits_from(text: str) -> dict[tuple[str, str], Limit]:
    """The limits with those of a setting put over them, such as `answered=90, spam=0.2`, in percent.

    :raises ValueError: naming what is not understood.
    """
    found = dict(LIMITS)
    for part in (one.strip() for one in text.split(",")):
        if not part:
            continue
        name, _equals, percent = part.partition("=")
        keys = [key for key in LIMITS if key[0] == name.strip()]
        try:
            share = float(percent) / 100
        except ValueError:
            share = -1.0
        if not keys or not 0 <= share <= 1:
            raise ValueError(f"{part} is no limit; use a name of {', '.join(sorted({key[0] for key in LIMITS}))}")
        for key in keys:
            found[key] = Limit(LIMITS[key].kind, share)
    return found


def is_alarm(limit: Limit, good: int, of: int, people: int) -> bool:
    """Whether a figure is beyond its limit, surely (by its interval) unless nothing at all is allowed."""
    if limit == Limit("most", 0.0):
        return good > 0
    if people < FEWEST or not of:
        return False
    low, high = wilson(good, of)
    return low > limit.share if limit.kind == "most" else high < limit.share


def alarming_since(limit: Limit, weeks: Sequence[tuple[date, int, int, int]]) -> date | None:
    """Since which week a figure has been beyond its limit without a break, None when the newest is not.

    :param weeks: Sunday, good, of and people of each week, the oldest first.
    """
    since = None
    for day, good, of, people in reversed(weeks):
        if not is_alarm(limit, good, of, people):
            break
        since = day
    return since
