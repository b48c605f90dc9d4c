"""What the cells of a customer together allow. Values in, values out.

Restrictions combine by AND: a more special cell can only take away from what its purpose allows, never add to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.consent.parts import CHANNEL, Part
from portal.consent.rules import ANY, PAUSE, STOP, Cell, Key

OWED = ("contract", "legal_obligation")
"""Grounds on which nothing is asked; where our interest is the ground, a stop is an objection and holds."""


@dataclass(frozen=True)
class PurposeFacts:
    """What of a purpose matters for a permission.

    :param void_below: the first notice version that still counts.
    :param parts: channels and topics that came later or were retired.
    :param narrower: versions of the words that name less than those in force, where that was read.
    :param carries: classes of messages that may go under it; None where that was not read.
    :param owed: by contract or by law, and not asked for: a stop to everything we ask for does not reach it.
    """

    key: str
    asks: bool
    paused_by_pause: bool = False
    retired: bool = False
    void_below: int = 0
    parts: tuple[Part, ...] = ()
    narrower: tuple[int, ...] = ()
    carries: tuple[str, ...] | None = None
    owed: bool = False


@dataclass(frozen=True)
class Permission:
    """The answer to "may we?", with why.

    :param reason: `granted` or `contract` when allowed; else the weightiest of `restrictions`.
    :param restrictions: every reason against it: `no-such-purpose`, `retired`, `stopped`, `objected`, `denied`,
        `not-asked`, `unproven` (somebody else says so, without proof), `expired`, `void` (the words changed so much
        that the old yes is over), `channel-off`, `topic-off`, `out-of-scope` (their yes does not cover this use),
        `paused`. `paused` comes last: it is the reason only when nothing else stands in the way.
    :param paused_until: when the pause ends; None when there is none, or it has no end.
    :param state: what the cell of the purpose says: `granted`, `denied`, `objected`, `expired` or `never`.
    :param carries: classes of messages that may go under the purpose, whatever is allowed; None where that is unknown.
    """

    allowed: bool
    state: str
    reason: str
    entry_id: int | None = None
    seq: int = 0
    since: datetime | None = None
    notice_version: int | None = None
    earlier_words: bool = False
    grade: str | None = None
    restrictions: tuple[str, ...] = field(default=())
    carries: tuple[str, ...] | None = None
    paused_until: datetime | None = None

    def __bool__(self) -> bool:
        return self.allowed


def permission(
    purpose: PurposeFacts | None,
    cells: Mapping[Key, Cell],
    *,
    now: datetime,
    channel: str = ANY,
    topic: str = ANY,
) -> Permission:
    """What the cells of one customer allow for one purpose, by this channel and on this topic, at `now`."""
    if purpose is None:
        return Permission(False, "never", "no-such-purpose", restrictions=("no-such-purpose",))
    cell = cells.get((purpose.key, ANY, ANY))
    purpose = about(purpose, now, channel=channel, topic=topic)
    against = ["retired"] if purpose.retired else []
    if not purpose.owed and any(_shut(cells.get(key)) for key in {STOP, (ANY, channel, ANY)}):
        against.append("stopped")
    against += _against_purpose(purpose, cell, now) or _unasked(purpose, cells, now)
    against += _against_specials(purpose, cells, now, channel, topic)
    pause = cells.get(PAUSE)
    if purpose.paused_by_pause and pause and pause.state == "paused" and pause.in_force(now):
        against.append("paused")
    state = "never" if cell is None or cell.state == "open" else cell.state
    if cell and cell.state == "granted" and not cell.in_force(now):
        state = "expired"
    return Permission(
        allowed=not against,
        state=state,
        reason=against[0] if against else ("granted" if purpose.asks else "contract"),
        entry_id=cell.entry_id if cell else None,
        seq=cell.seq if cell else 0,
        since=cell.since if cell else None,
        notice_version=cell.notice_version if cell else None,
        earlier_words=bool(cell and cell.earlier_words),
        grade=cell.grade if cell else None,
        restrictions=tuple(against),
        carries=purpose.carries,
        paused_until=pause.valid_until if pause and "paused" in against else None,
    )


def is_owed(asks: bool, lawful_basis: str) -> bool:
    """Whether a purpose asks for nothing, since a contract or the law wants it."""
    return not asks and lawful_basis in OWED


def about(purpose: PurposeFacts, now: datetime, *, channel: str = ANY, topic: str = ANY) -> PurposeFacts:
    """The same facts for one channel and topic: its parts are those that this is about and that had come by then."""
    if not purpose.parts:
        return purpose
    parts = [part for part in purpose.parts if part.is_of(channel, topic)]
    here = tuple(part for part in parts if part.added_at is not None and part.added_at <= now)
    return replace(purpose, retired=purpose.retired or any(part.gone(now) for part in parts), parts=here)


def without(answer: Permission, reason: str) -> Permission:
    """The same answer with one more reason against it."""
    before = [one for one in answer.restrictions if one != "paused"]
    against = (*before, reason, *(one for one in answer.restrictions if one == "paused"))
    return replace(answer, allowed=False, reason=against[0], restrictions=against)


def _shut(cell: Cell | None) -> bool:
    return cell is not None and cell.state in ("denied", "objected")


def _against_purpose(purpose: PurposeFacts, cell: Cell | None, now: datetime) -> list[str]:
    if cell and cell.state == "objected":
        return ["objected"]
    if cell and cell.state == "denied":
        return ["denied"]
    if not purpose.asks:
        return []
    if cell is None or cell.state != "granted":
        return ["unproven" if cell and cell.grade == "C" else "not-asked"]
    if not cell.in_force(now):
        return ["expired"]
    return ["void"] if (cell.notice_version or 0) < purpose.void_below else []


def _unasked(purpose: PurposeFacts, cells: Mapping[Key, Cell], now: datetime) -> list[str]:
    """A yes does not cover a channel or topic that came after it; a yes to that very one, or a newer one, does."""
    for part in purpose.parts if purpose.asks else ():
        special = (purpose.key, part.key, ANY) if part.kind == CHANNEL else (purpose.key, ANY, part.key)
        since = [
            cell.since
            for cell in (cells.get((purpose.key, ANY, ANY)), cells.get(special))
            if cell is not None and cell.state == "granted" and cell.in_force(now)
        ]
        if not any(part.added_at is not None and part.added_at <= each for each in since):
            return ["not-asked"]
    return []


def _against_specials(
    purpose: PurposeFacts, cells: Mapping[Key, Cell], now: datetime, channel: str, topic: str
) -> list[str]:
    specials = {
        (purpose.key, channel, topic): "topic-off",
        (purpose.key, channel, ANY): "channel-off",
        (purpose.key, ANY, topic): "topic-off",
    }
    specials.pop((purpose.key, ANY, ANY), None)
    against = []
    for key, code in specials.items():
        special = cells.get(key)
        ended = special is not None and special.state == "granted" and not special.in_force(now)
        if _shut(special) or ended:
            against.append(code)
    return sorted(set(against))
