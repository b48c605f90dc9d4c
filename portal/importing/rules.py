"""What a row of a file means for the cell it names. Values in, values out.

An import may add restrictions and never lifts one: what is allowed after it was allowed before, or rests on a yes that
is proved (grade A or B) and newer than every no to that cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

STATES = ("waiting", "staged", "unusable", "discarded", "applying", "applied", "undoing", "undone")
AT_WORK = ("waiting", "applying", "undoing")
"""States in which a job has something to do."""
OUTCOMES = ("allow", "deny", "noted", "unknown", "same", "refused")
"""Newly allowed, newly denied, kept without changing what is allowed, a mere flag, nothing new, refused."""
GRADES = ("A", "B", "C")
RESTRICTING = ("refused", "withdrawn", "objected")
ANSWERS = {
    "yes": "granted", "no": "withdrawn", "granted": "granted", "refused": "refused", "withdrawn": "withdrawn",
    "objected": "objected",
}  # fmt: skip
"""What a file may say, and the act it stands for."""


@dataclass(frozen=True)
class Claim:
    """What a row says: an act, when it was said, and how well that is proved."""

    act: str
    at: datetime | None
    grade: str


@dataclass(frozen=True)
class Stand:
    """What is known of the cell and its customer before a row counts.

    :param state: `granted`, `denied`, `objected`, `paused`, `open`, or None when nothing was ever said.
    :param in_force: whether a yes has not run out.
    :param newest_no: when the last no to this cell was recorded, lifted since or not.
    :param erased_before: whether the address or number is one of somebody who was erased.
    """

    state: str | None
    in_force: bool = True
    newest_no: datetime | None = None
    erased_before: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a row does to its cell: `action` is the act for the ledger, None when there is nothing to write."""

    outcome: str
    reason: str = ""
    action: str | None = None


def grade_of(stated: str | None, *, at: datetime | None, source: str, wording: str, evidence: str) -> str:
    """How well a row is proved; what a file says of itself counts only where it is lower.

    A: a receipt or recording, with its day. B: day, source and wording. C: a flag only.
    """
    proved = "A" if evidence and at else "B" if at and source and wording else "C"
    return max(stated or "A", proved)


def judge(claim: Claim, stand: Stand, *, now: datetime) -> Verdict:
    """What a row does to its cell; `allow` and `deny` are said of the cell, what follows from it comes later."""
    if claim.at is not None and claim.at > now:
        return Verdict("refused", "in-the-future")
    if claim.act in RESTRICTING:
        return _no(claim, stand)
    against = _against(claim, stand)
    if against:
        return Verdict("refused", against)
    if stand.state == "granted" and stand.in_force:
        return Verdict("same", "already-yes")
    if claim.grade == "C":
        return Verdict("unknown", "flag-only", "imported") if stand.state is None else Verdict("same", "flag-only")
    return Verdict("allow", "", "granted")


def _no(claim: Claim, stand: Stand) -> Verdict:
    """A no always counts, however old and however badly proved, unless the cell says no already."""
    if stand.state == "objected" or (stand.state == "denied" and claim.act != "objected"):
        return Verdict("same", "already-no")
    if claim.act == "objected":
        return Verdict("deny", "", "objected")
    return Verdict("deny", "", "withdrawn" if stand.state == "granted" else "refused")


def _against(claim: Claim, stand: Stand) -> str:
    """Why a yes cannot count; empty when it can."""
    if stand.erased_before:
        return "erased-before"
    if stand.state == "objected":
        return "objected"
    if stand.state == "denied" and claim.grade == "C":
        return "no-is-newer"
    if stand.newest_no is not None and (claim.at is None or claim.at <= stand.newest_no):
        return "no-is-newer"
    return ""


def event_id(file_sha256: str, generation: int, line: int) -> str:
    """The name of a row's act in the ledger: the same row of the same file gives the same.

    It is what `uuid5` gives, which takes five times as long.

    :param generation: how often that file was undone before; after an undo it may be brought in again.
    """
    said = _OURS.bytes + f"{file_sha256}:{generation}:{line}".encode()
    name = bytearray(sha1(said, usedforsecurity=False).digest()[:16])
    name[6], name[8] = name[6] & 0x0F | 0x50, name[8] & 0x3F | 0x80
    text = name.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


_OURS: UUID = uuid5(NAMESPACE_URL, "urn:candour:consent-import")


def way_back(before: Mapping[str, Any] | None, state: str) -> tuple[str, ...]:
    """The acts that bring a cell back to what it was before a batch.

    :param before: the cell before the first entry of the batch; None when nothing had ever been said.
    :param state: what the batch made of it.
    """
    was = before["state"] if before else None
    if was == state:
        return ("granted",) if was == "granted" else ()  # one that had run out, or an older one
    if state == "granted":
        return {"denied": ("withdrawn",), "objected": ("objected",)}.get(was or "", ("invalidated",))
    if state == "objected":
        return ("objection_lifted", *{"granted": ("granted",), "denied": ("withdrawn",)}.get(was or "", ()))
    if state == "denied":
        if was == "granted":
            return ("invalidated", "granted")  # a yes said before this no does not end it
        return ("objected",) if was == "objected" else ("invalidated",)
    return ()
