"""What an act may say and what it means for its cell. Values in, values out.

A cell is purpose × channel × topic; `*` stands for every one. What the cells together allow is in `permissions`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Protocol
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
DENYING = frozenset({"refused", "withdrawn", "revoked", "suppressed"})
ENDS = {
    "objection_lifted": ("objected",), "resumed": ("paused",), "expired": ("granted",),
    "invalidated": ("granted", "denied"),
}  # fmt: skip
"""Acts that end something, and what. What is found invalid counts as if it had never been said: absence, not a yes."""
GRADES = ("A", "B", "C")
"""How well a yes is proved: A receipt or recording, B time with source and wording, C a mere flag, which denies."""
ELSEWHERE = frozenset({"import", "phone", "branch", "letter"})
"""Ways by which a yes comes that was not said in the portal: it has no receipt of ours, so its grade must be known."""
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
    :param grade: one of `GRADES`, for what came in from elsewhere; None for what somebody did here themselves, which
        has its receipt, see `grade_of`. A yes of grade C is kept, but allows nothing.
    :param again: what a yes covers that another entry says already, see `writing.repeated`: exactly that, with the
        words and the end it has, or none.
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
    grade: str | None = None
    again: Mapping[str, Any] | None = None

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
    grade: str | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether its time is not over."""
        return self.valid_until is None or now < self.valid_until


@dataclass(frozen=True)
class Again(Cell):
    """What an entry brings that repeats another one: it does not go on with what stood, but stands as that one did."""


def brought(
    seq: int, entry_id: int, recorded_at: datetime, version: int | None, until: datetime | None, grade: str | None,
    scope: Mapping[str, Any],
) -> Cell:  # fmt: skip
    """The particulars an entry brings to its cell; the state follows from `after`.

    :param scope: of the entry; in that of one that repeats another it stands since when that one's yes stood.
    """
    said = scope.get("since")
    since = datetime.fromisoformat(said) if said else recorded_at
    kind = Again if said else Cell
    return kind("open", seq, entry_id, since, version, bool(scope.get("earlier_words")), until, grade)


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
    if entry.grade is not None and entry.grade not in GRADES:
        raise Invalid("The grade of a proof is A, B or C.", code="bad-grade")
    if entry.actor_type == "team" and entry.action in AFFIRMATIVE and not (entry.evidence or "").strip():
        raise NotAllowed("Say what proves that the customer agreed.", code="needs-evidence")


def grade_of(entry: NewEntry, *, words: bool) -> str | None:
    """How well an act is proved; None for what has our own receipt, and for what is no yes.

    A yes from elsewhere whose grade nobody said is B with evidence and the words it was given to, else C: never A.

    One that was said on a day when there were no words is C, whatever proves it: nobody knows to what.

    :param words: whether it is known to which words it was said.
    """
    dated = entry.occurred_at is not None and entry.again is None
    if dated and not words and entry.action in AFFIRMATIVE and entry.method in ELSEWHERE:
        return "C"
    if entry.grade is not None or entry.action not in AFFIRMATIVE or entry.method not in ELSEWHERE:
        return entry.grade
    return "B" if words and (entry.evidence or "").strip() else "C"


class Said(Protocol):
    """What of an entry tells how well it is proved."""

    grade: Any
    actor_type: Any
    method: Any
    notice_sha256: Any


def proof_of(entry: Said) -> str:
    """The grade of a yes as it was written down, also from before grades were kept; what nothing shows is C.

    Without a grade only an own act on our form to words of which the ledger has the hash is proved: it has its receipt.
    """
    if entry.grade is not None:
        return str(entry.grade)
    own = entry.actor_type == "customer" and entry.method == "web_form" and entry.notice_sha256 is not None
    return "A" if own else "C"


def after(cell: Cell | None, action: str, changed: Cell, *, occurred_at: datetime) -> Cell | None:
    """Where a cell stands after an act.

    :param cell: where it stood; None when nothing was ever said.
    :param changed: seq, entry, time, words of the act; its state is filled in here.
    :param occurred_at: when the act was said.
    """
    now_state = cell.state if cell else None
    if action in AFFIRMATIVE and changed.grade != "C":
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
    return cell or _with(changed, "open")  # requested, deferred, imported or given without proof, merged


def _ends(cell: Cell | None, action: str, occurred_at: datetime) -> bool:
    """Whether an act ends what a cell says: what was said before a restriction does not end it."""
    if cell is None or cell.state not in ENDS[action]:
        return False
    return action in ("expired", "invalidated") or occurred_at >= cell.since


def _continued(cell: Cell | None, changed: Cell) -> Cell:
    """A yes to the same words while the last one is in force goes on since then, and keeps what it covered."""
    if isinstance(changed, Again) or cell is None or cell.state != "granted" or not cell.in_force(changed.since):
        return changed
    if cell.notice_version != changed.notice_version:
        return changed
    grade = None if None in (cell.grade, changed.grade) else min(cell.grade or "A", changed.grade or "A")
    earlier_words = cell.earlier_words or changed.earlier_words
    return replace(changed, since=cell.since, earlier_words=earlier_words, grade=grade)


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
        changed.grade if granted or state == "open" else None,
    )


def parts(text: str) -> list[str]:
    """The parts of a list in one line, separated by semicolons: what data is used, who gets it."""
    return [part.strip() for part in text.split(";") if part.strip()]


def added(before: str, after: str) -> list[str]:
    """The parts that a list has now and had not before, whatever their letters' case."""
    known = {part.casefold() for part in parts(before)}
    return [part for part in parts(after) if part.casefold() not in known]


def start_of_day(day: date, zone: str) -> datetime:
    """The instant a day begins in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def plain(value: Any) -> Any:
    """A value as it enters the chain: instants as UTC text with microseconds, everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value
