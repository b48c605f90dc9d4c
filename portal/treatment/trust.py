"""The trust index of one person, 0 to 1: how we have treated them. Values in, values out.

It measures the company's conduct, never the person's: it begins at 0.70, and each thing we did or left undone adds or
takes away its weight, which halves with time. Whoever lets us be late, or breaks a promise to themselves, lowers ours.
It may make us quieter and nothing else: never a price, a credit or a service. Who may ask for it is a test.
Numbers are thousandths, so that every machine adds them up alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

BASE = 700
MOST_GOOD = 300
"""What good conduct adds up to at most, so that many small things never outweigh a serious one."""
ANSWER_DAYS = 5
COMPLAINT_DAYS = 15
"""Business days within which words that want an answer, and a complaint, are answered in time."""
LASTING = 0
"""The half-life of what has not ended: it weighs in full for as long as it lasts."""


@dataclass(frozen=True)
class Kind:
    """What one kind of conduct weighs, in thousandths, and after how many days half as much."""

    weight: int
    half_life: int


KINDS: dict[str, Kind] = {
    "complaint_in_time": Kind(60, 180),
    "complaint_late": Kind(-120, 180),
    "complaint_unanswered": Kind(-160, LASTING),
    "answer_given": Kind(30, 120),
    "answer_late": Kind(-40, 120),
    "answer_owed": Kind(-60, LASTING),
    "promise_kept": Kind(60, 180),
    "promise_late": Kind(-80, 180),
    "promise_broken": Kind(-200, 365),
    "promise_overdue": Kind(-150, LASTING),
    "made_good": Kind(50, 180),
    "contact_after_no": Kind(-400, 365),
    "over_budget": Kind(-80, 90),
    "spam_reported": Kind(-100, 180),
    "correction_honoured": Kind(20, 180),
    "rights_in_time": Kind(60, 365),
    "rights_late": Kind(-150, 365),
    "rights_overdue": Kind(-200, LASTING),
}


@dataclass(frozen=True)
class Conduct:
    """One thing we did or left undone. `ref` names the conversation, decision or request it is about."""

    kind: str
    at: datetime
    ref: str = ""


@dataclass(frozen=True)
class Component:
    """One part of an index: what it is, and what it is worth now, in thousandths."""

    conduct: Conduct
    worth: int

    def as_json(self) -> dict[str, Any]:
        """As it is stored, with the weight and the half-life it was measured by."""
        kind = KINDS[self.conduct.kind]
        return {
            "kind": self.conduct.kind,
            "at": self.conduct.at.isoformat(),
            "ref": self.conduct.ref,
            "weight": kind.weight,
            "half_life": kind.half_life,
            "worth": self.worth,
        }


@dataclass(frozen=True)
class Index:
    """The index of one person, in thousandths, with its parts, the newest first."""

    value: int
    components: tuple[Component, ...]


def worth(conduct: Conduct, now: datetime) -> int:
    """What something is worth at `now`, in thousandths: its weight, halved once for each half-life gone by."""
    kind = KINDS[conduct.kind]
    if kind.half_life == LASTING:
        return kind.weight
    days = max((now - conduct.at) / timedelta(days=1), 0.0)
    return round(kind.weight * float(0.5 ** (days / kind.half_life)))


def index(conducts: Iterable[Conduct], now: datetime) -> Index:
    """The index that follows from what happened until `now`; what is worth nothing any more is left out."""
    known = sorted((one for one in conducts if one.at <= now), key=lambda one: (one.at, one.kind, one.ref))
    parts = [Component(one, worth(one, now)) for one in reversed(known)]
    parts = [part for part in parts if part.worth]
    good = sum(part.worth for part in parts if part.worth > 0)
    bad = sum(part.worth for part in parts if part.worth < 0)
    return Index(max(0, min(1000, BASE + min(good, MOST_GOOD) + bad)), tuple(parts))


def business_days_later(moment: datetime, days: int) -> datetime:
    """The same hour so many business days later; a Saturday or Sunday begins with the Monday after it."""
    weekday = moment.weekday()
    if weekday >= 5:
        moment, weekday = moment + timedelta(days=7 - weekday), 0
    weeks, rest = divmod(days, 5)
    return moment + timedelta(days=7 * weeks + rest + (2 if weekday + rest >= 5 else 0))


def answered(opened_at: datetime, answered_at: datetime | None, now: datetime, *, complaint: bool, ref: str) -> Conduct:
    """How we answered words that wanted an answer; kind is empty while there is still time."""
    due = business_days_later(opened_at, COMPLAINT_DAYS if complaint else ANSWER_DAYS)
    if answered_at is not None:
        in_time = answered_at <= due
        kinds = ("complaint_in_time", "complaint_late") if complaint else ("answer_given", "answer_late")
        return Conduct(kinds[0] if in_time else kinds[1], answered_at, ref)
    if now <= due:
        return Conduct("", due, ref)
    return Conduct("complaint_unanswered" if complaint else "answer_owed", due, ref)


def promised(state: str, due_at: datetime, settled_at: datetime | None, now: datetime, ref: str) -> Conduct:
    """How we kept a promise; kind is empty while there is still time."""
    if state == "open":
        return Conduct("promise_overdue" if due_at < now else "", due_at, ref)
    return Conduct(f"promise_{state}", settled_at or due_at, ref)


def served(due_at: datetime, settled_at: datetime | None, now: datetime, *, held: bool, ref: str) -> Conduct:
    """How we served a right; kind is empty while there is still time, or while the law forbids it (`held`)."""
    if settled_at is not None:
        return Conduct("rights_in_time" if settled_at <= due_at else "rights_late", settled_at, ref)
    return Conduct("rights_overdue" if due_at < now and not held else "", due_at, ref)


def over_budget(contacts: Iterable[tuple[datetime, str]], most: int | None, since: datetime | None) -> list[Conduct]:
    """The contacts above what somebody set as their most in seven days; what came before they set it does not count."""
    if most is None:
        return []
    moments = sorted(contacts)
    found = []
    for at, ref in moments:
        week = sum(at - timedelta(days=7) < other <= at for other, _ref in moments)
        if week > most and (since is None or at >= since):
            found.append(Conduct("over_budget", at, ref))
    return found


def floors_after(before: Iterable[str], value: float, policy: Mapping[str, Any]) -> tuple[str, ...]:
    """Which floors hold once the index is known: each from when it falls below, until it rises clear of it."""
    held = set(before)
    for floor, least in (
        ("cross_sell", policy.get("trust_cross_sell", 0.40)),
        ("offers", policy.get("trust_offers", 0.25)),
    ):
        if value < least:
            held.add(floor)
        elif value >= least + policy.get("trust_lift", 0.10) - 1e-9:
            held.discard(floor)
    return tuple(sorted(held))
