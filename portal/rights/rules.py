"""The clocks of requests. Values in, values out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

KINDS = ("access", "erase", "object", "restrict", "correct", "complaint")
STATES = ("open", "taken", "held", "done", "refused", "taken_back")
OPEN = ("open", "taken", "held")
WAYS = ("portal", "phone", "branch", "letter", "email")
COVERS = ("words", "contacts", "entitlements", "identity")
"""What a legal hold may keep: what was said, what we sent and decided, what was owed and used, who somebody is."""

ANSWER = timedelta(days=30)
"""By when a request is to be settled."""
ACKNOWLEDGE = timedelta(days=30)
"""By when a privacy complaint is to be taken up; it is to be settled within as long again."""
SECOND_THOUGHTS = timedelta(days=7)
"""How long erasing can be taken back after it was asked for."""
NEAR = timedelta(days=7)
"""How long before its day a request counts as nearly late."""


def clocks(kind: str, asked_at: datetime) -> dict[str, datetime | None]:
    """The days of a request of this kind: `acknowledge_by`, `due_at`, `acts_at`."""
    complaint = kind == "complaint"
    return {
        "acknowledge_by": asked_at + ACKNOWLEDGE if complaint else None,
        "due_at": asked_at + ANSWER + (ACKNOWLEDGE if complaint else timedelta()),
        "acts_at": asked_at + SECOND_THOUGHTS if kind == "erase" else None,
    }


def next_day(
    state: str, due_at: datetime, acknowledge_by: datetime | None, acknowledged_at: datetime | None
) -> datetime | None:
    """The day that comes next; None when the request is settled."""
    if state not in OPEN:
        return None
    return acknowledge_by if acknowledge_by is not None and acknowledged_at is None else due_at


def alarm(day: datetime | None, now: datetime, *, held: bool = False) -> str:
    """`late`, `near` or empty: how a request stands with its next day. A legal hold stops the clock."""
    if day is None or held:
        return ""
    return "late" if now > day else "near" if now > day - NEAR else ""


def held_parts(holds: Iterable[tuple[Iterable[str], datetime, datetime | None]], now: datetime) -> dict[str, datetime]:
    """What holds keep at `now`, each with the last day of its holds.

    :param holds: what each covers, until when, and when it was lifted.
    """
    found: dict[str, datetime] = {}
    for covers, until, lifted_at in holds:
        if until > now and lifted_at is None:
            for part in covers:
                found[part] = max(until, found.get(part, until))
    return found
