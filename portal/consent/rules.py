"""What an entry means for a cell, and what the cells together allow. Values in, values out.

A cell is purpose × channel × topic; `*` stands for every one. Restrictions combine by AND: a more special cell can only
take away from what its purpose allows, never add to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from portal.errors import Invalid, NotAllowed
from portal.sentences import Sentence

ANY = "*"
NOT_PAUSED = ("reply", "needs")
"""Purposes a pause leaves alone: answering somebody, and reading, which contacts nobody."""
Key = tuple[str, str, str]
STOP: Key = (ANY, ANY, ANY)
"""The cell of a stop to everything; lifting it brings back what the other cells say."""
PAUSE: Key = (ANY, ANY, "pause")
"""A pause has a cell of its own, so that lifting a stop does not end a pause, nor the other way round."""

AFFIRMATIVE = frozenset({"granted", "reaffirmed"})
DENYING = frozenset({"refused", "withdrawn", "revoked", "invalidated", "suppressed"})
ENDS = {"objection_lifted": "objected", "resumed": "paused", "expired": "granted"}
"""Acts that end something, and what."""
TRUSTED_WITH_THE_PAST = frozenset({"import", "phone", "branch", "letter", "rule"})


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """One act to be written to the ledger.

    :param action: one of `models.ACTIONS`.
    :param expected_seq: ledger position the person saw; a newer entry makes the act a Conflict. None: not asked.
    :param notice_id: the words shown; if left out, an affirmative act takes the words in force.
    :param occurred_at: when it was said, if not `now`; the past only by a method trusted with it.
    :param valid_until: end of a grant or pause; if left out, a grant lasts as long as its purpose says.
    :param earlier_words: for `needs`: whether words from before this grant may be used too.
    :param evidence: what proves it (a note, a recording's name); needed when the team grants.
    """

    purpose: str
    action: str
    channel: str = ANY
    topic: str = ANY
    expected_seq: int | None = None
    notice_id: int | None = None
    language: str = "en"
    occurred_at: datetime | None = None
    valid_until: datetime | None = None
    earlier_words: bool = False
    actor_type: str = "customer"
    actor: str = ""
    method: str = "web_form"
    evidence: str | None = None
    event_id: str | None = None
    source_system: str = "portal"
    authority: str = "self"

    @property
    def key(self) -> Key:
        """The cell it is about."""
        return PAUSE if self.action in ("paused", "resumed") else (self.purpose, self.channel, self.topic)


@dataclass(frozen=True)
class Cell:
    """Where one cell stands: `granted`, `denied`, `objected`, `paused` or `open` (asked or ended, nothing in force)."""

    state: str
    seq: int
    entry_id: int
    since: datetime
    notice_version: int | None = None
    earlier_words: bool = False
    valid_until: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether its time is not over."""
        return self.valid_until is None or now < self.valid_until


@dataclass(frozen=True)
class PurposeFacts:
    """What of a purpose matters for a permission; `void_below` is the first notice version that still counts."""

    key: str
    asks: bool
    paused_by_pause: bool = False
    retired: bool = False
    void_below: int = 0


@dataclass(frozen=True)
class Permission:
    """The answer to "may we?", with why.

    :param reason: `granted` or `contract` when allowed; else the weightiest of `restrictions`.
    :param restrictions: every reason against it: `no-such-purpose`, `retired`, `stopped`, `objected`, `denied`,
        `not-asked`, `expired`, `void` (the words changed so much that the old yes is over), `channel-off`,
        `topic-off`, `paused`. `paused` comes last: it is the reason only when nothing else stands in the way.
    :param state: what the cell of the purpose says: `granted`, `denied`, `objected`, `expired` or `never`.
    """

    allowed: bool
    state: str
    reason: str
    entry_id: int | None = None
    seq: int = 0
    since: datetime | None = None
    notice_version: int | None = None
    earlier_words: bool = False
    restrictions: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return self.allowed


def check(entry: NewEntry, *, actions: Iterable[str], now: datetime) -> None:
    """Refuse an entry that nobody may write.

    :raises Invalid: unknown action, a time in the future or an untrusted past, a pause of one purpose.
    :raises NotAllowed: code `needs-evidence`, when the team would grant without proof.
    """
    if entry.action not in actions:
        raise Invalid(Sentence("There is no consent action “%(action)s”.", action=entry.action), code="bad-action")
    if entry.action in ("paused", "resumed") and entry.purpose != ANY:
        raise Invalid("A pause covers everything; a single purpose is withdrawn instead.", code="bad-pause")
    if entry.purpose == ANY and entry.action in AFFIRMATIVE:
        raise Invalid("Consent is given to one purpose at a time.", code="no-blanket-consent")
    when = entry.occurred_at
    if when is not None and when > now:
        raise Invalid("This lies in the future.", code="in-the-future")
    if when is not None and when < now and entry.method not in TRUSTED_WITH_THE_PAST:
        raise Invalid("Only an import, a call, a branch or a letter can be about the past.", code="in-the-past")
    if entry.actor_type == "team" and entry.action in AFFIRMATIVE and not (entry.evidence or "").strip():
        raise NotAllowed("Say what proves that the customer agreed.", code="needs-evidence")


def after(cell: Cell | None, action: str, changed: Cell, *, occurred_at: datetime) -> Cell | None:
    """Where a cell stands after an act.

    :param cell: where it stood; None when nothing was ever said.
    :param changed: seq, entry, time, words of the act; its state is filled in here.
    :param occurred_at: when the act was said.
    """
    now_state = cell.state if cell else None
    if action in AFFIRMATIVE:
        if now_state == "objected":
            return cell  # an objection is lifted by its own act only
        if cell and now_state == "denied" and occurred_at < cell.since:
            return cell  # a yes from before a no does not undo it
        return _with(_continued(cell, changed), "granted")
    if action in DENYING:
        return cell if now_state == "objected" else _with(changed, "denied")
    if action == "objected":
        return _with(changed, "objected")
    if action == "paused":
        return _with(changed, "paused")
    if action in ENDS:
        return _with(changed, "open") if _ends(cell, action, occurred_at) else cell
    return cell or _with(changed, "open")  # requested, deferred, imported without proof, merged


def _ends(cell: Cell | None, action: str, occurred_at: datetime) -> bool:
    """Whether an act ends what a cell says: what was said before a restriction does not end it."""
    if cell is None or cell.state != ENDS[action]:
        return False
    return action == "expired" or occurred_at >= cell.since


def _continued(cell: Cell | None, changed: Cell) -> Cell:
    """A yes to the same words while the last one is in force goes on since then, and keeps what it covered."""
    if cell is None or cell.state != "granted" or not cell.in_force(changed.since):
        return changed
    if cell.notice_version != changed.notice_version:
        return changed
    return replace(changed, since=cell.since, earlier_words=cell.earlier_words or changed.earlier_words)


def _with(changed: Cell, state: str) -> Cell:
    granted = state == "granted"
    return Cell(
        state,
        changed.seq,
        changed.entry_id,
        changed.since,
        changed.notice_version,
        changed.earlier_words and granted,
        changed.valid_until if granted or state == "paused" else None,
    )


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
    against = ["retired"] if purpose.retired else []
    if any(_shut(cells.get(key)) for key in {STOP, (ANY, channel, ANY)}):
        against.append("stopped")
    against += _against_purpose(purpose, cell, now)
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
        restrictions=tuple(against),
    )


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
        return ["not-asked"]
    if not cell.in_force(now):
        return ["expired"]
    return ["void"] if (cell.notice_version or 0) < purpose.void_below else []


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


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of the month `months` later, or the month's last day."""
    total = moment.month - 1 + months
    year, month = moment.year + total // 12, total % 12 + 1
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month)


def start_of_day(day: date, zone: str) -> datetime:
    """The instant a day begins in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def plain(value: Any) -> Any:
    """A value as it enters the chain: instants as UTC text with microseconds, everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value
