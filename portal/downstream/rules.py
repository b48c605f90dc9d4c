"""What systems are told of, when they are told again, and when they may not send. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

CONSENT, DECISION, TEST = "consent.changed", "decision.made", "test"
SEGMENT_ENTERED, SEGMENT_LEFT = "segment.entered", "segment.left"
EVENTS = (CONSENT, DECISION, SEGMENT_ENTERED, SEGMENT_LEFT)
"""What a system can choose to be told of; `test` comes when somebody asks for it."""
RESTRICTING = frozenset({
    "refused", "withdrawn", "expired", "revoked", "invalidated", "objected", "paused", "suppressed",
})  # fmt: skip
"""Acts that take something away from what a customer allowed."""
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)  # fmt: skip
MOST_ATTEMPTS = len(WAITS) + 1
LEASE = timedelta(minutes=2)
BOTH_SECRETS = timedelta(days=1)
"""How long the secret before a new one signs too."""


@dataclass(frozen=True)
class Standing:
    """How far a system has come.

    :param behind: how many changes it has not acknowledged. :param since: when the oldest of them was recorded.
    :param restricts: whether one of them takes away what a customer allowed; in `fence`, of the customer in question.
    """

    behind: int = 0
    since: datetime | None = None
    restricts: bool = False


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after the `attempts`-th failure; None when it was the last."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def fence(whole: Standing, own: Standing, now: datetime, *, minutes: int) -> str | None:
    """Why a system that sends may not: `behind-withdrawal`, `behind`, or None when it may.

    :param whole: how it stands with all changes. :param own: with those of the customer it wants to contact.
    :param minutes: how old its oldest unacknowledged change may be.
    """
    if own.restricts:
        return "behind-withdrawal"
    if whole.since is not None and now - whole.since > timedelta(minutes=minutes):
        return "behind"
    return None


def wants(purposes: Sequence[Any], events: Sequence[Any], event: str, purpose: str | None) -> bool:
    """Whether a system is told: it chose the event, and the purpose is one of its own or none in particular."""
    if event not in events:
        return False
    return not purposes or purpose in (None, "*", *purposes)
