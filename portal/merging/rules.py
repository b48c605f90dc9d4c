"""What two customers who are one person allow together. Values in, values out.

Each side brings, per cell, its live acts. Merging lays them together, so it is commutative, associative and
idempotent. A live no on either side wins, unless the same verified person said yes later with proof at least as strong;
an objection is never lifted by a merge, and neither is what closes a way or a topic. Absence says nothing. So whatever
both together allow was allowed by one of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ANY = "*"
Key = tuple[str, str, str]
STRENGTH = {"C": 1, "B": 2, "A": 3, "": 4}
"""How strong the proof of an act is, by its grade; what somebody did here themselves has none and is strongest."""
KINDS = ("yes", "no", "objection", "pause")


@dataclass(frozen=True, order=True)
class Act:
    """One live act on a cell.

    :param at: when a yes was said, when anything else was recorded.
    :param strength: of its proof, as in `STRENGTH`.
    :param person: who said it: equal only for customers known to be one verified person; empty for nobody known.
    :param entry: the ledger entry it comes from, whichever customer's that is.
    :param until: when it runs out.
    """

    at: datetime
    kind: str
    strength: int
    person: str
    entry: int
    until: datetime | None = None


Acts = frozenset[Act]
Ledger = Mapping[Key, Acts]


def merged(one: Ledger, other: Ledger) -> dict[Key, Acts]:
    """The acts of both, cell by cell."""
    return {key: one.get(key, frozenset()) | other.get(key, frozenset()) for key in {*one, *other}}


def beats(yes: Act, no: Act) -> bool:
    """Whether a yes outweighs a no: the same verified person, later, with proof at least as strong."""
    same = yes.person == no.person and bool(yes.person)
    return no.kind == "no" and same and yes.at > no.at and yes.strength >= no.strength


def decisive(key: Key, acts: Iterable[Act]) -> Act | None:
    """The act by which a cell stands; None when nothing was said.

    In a cell that closes a way, a topic or everything, every restriction stands.
    """
    against = [act for act in acts if act.kind != "yes"]
    ayes = [act for act in acts if act.kind == "yes"]
    special = key[1:] != (ANY, ANY) or key[0] == ANY
    if special and against:
        ayes = []
    winners = [yes for yes in ayes if all(beats(yes, no) for no in against)]
    if winners:
        return max(winners, key=lambda act: (act.at, act.strength, act.entry))
    return max(against, key=_weight, default=None)


def _weight(act: Act) -> tuple[bool, bool, datetime, int]:
    """An objection outweighs a no; of pauses, and of the rest, the one that lasts longest or came last stands."""
    return act.kind == "objection", act.until is None, act.until or act.at, act.entry


def allows(ledger: Ledger, purpose: str, channel: str, topic: str, *, now: datetime) -> bool:
    """Whether these acts allow a purpose that is asked for, by a channel, on a topic."""
    main = decisive((purpose, ANY, ANY), ledger.get((purpose, ANY, ANY), frozenset()))
    if main is None or main.kind != "yes" or not _in_force(main, now):
        return False
    restricting = {
        (ANY, ANY, ANY), (ANY, channel, ANY), (purpose, channel, ANY), (purpose, ANY, topic), (purpose, channel, topic),
        (ANY, ANY, "pause"),
    } - {(purpose, ANY, ANY)}  # fmt: skip
    standing = [decisive(key, ledger.get(key, frozenset())) for key in restricting]
    return not any(act and act.kind != "yes" and _in_force(act, now) for act in standing)


def _in_force(act: Act, now: datetime) -> bool:
    return act.until is None or act.until > now


def acts_to(wanted: str, state: str | None) -> tuple[str, ...]:
    """The ledger acts that bring a cell from `state` to what the decisive act wants.

    :param wanted: one of `KINDS`.
    """
    if wanted == "yes":
        return () if state == "granted" else (("objection_lifted",) if state == "objected" else ()) + ("granted",)
    if wanted == "objection":
        return () if state == "objected" else ("objected",)
    if wanted == "pause":
        return ("paused",)
    if state in ("denied", "objected"):
        return ()
    return ("withdrawn",) if state == "granted" else ("refused",)


def renamed(acts: Iterable[Act], names: Mapping[str, str]) -> Acts:
    """The acts with people called as `names` says, for those known to be the same."""
    return frozenset(
        Act(act.at, act.kind, act.strength, names.get(act.person, act.person), act.entry, act.until) for act in acts
    )


def kept(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Acts as a merge keeps them."""
    return [
        {
            "at": act.at.isoformat(), "kind": act.kind, "strength": act.strength, "person": act.person,
            "entry": act.entry, "until": act.until.isoformat() if act.until else None,
        }
        for act in sorted(acts, key=lambda act: act.entry)
    ]  # fmt: skip


def again(rows: Iterable[Mapping[str, Any]]) -> Acts:
    """Acts as they were kept."""
    return frozenset(
        Act(
            datetime.fromisoformat(row["at"]), row["kind"], row["strength"], row["person"], row["entry"],
            datetime.fromisoformat(row["until"]) if row["until"] else None,
        )
        for row in rows
    )  # fmt: skip
