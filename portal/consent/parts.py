"""Channels and topics of a purpose through time: which there were, and since when. Values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CHANNEL, TOPIC = "channel", "topic"
KINDS = (CHANNEL, TOPIC)
NAMES = {
    CHANNEL: {
        "in_app": "In the portal",
        "email": "E-mail",
        "sms": "Text message",
        "phone": "Phone",
        "post": "Letter",
        "push": "Notification",
    },
    TOPIC: {"savings": "Savings", "cards": "Cards", "loans": "Loans", "travel": "Travel"},
}
"""The words of those that come with the portal, until an administrator writes others."""


@dataclass(frozen=True)
class Part:
    """A channel or topic that came to its purpose later, or was retired.

    :param added_at: when it came; None when it was there from the start.
    :param retired_at: from when on it allows nothing.
    """

    kind: str
    key: str
    added_at: datetime | None = None
    retired_at: datetime | None = None

    def is_of(self, channel: str, topic: str) -> bool:
        """Whether a contact by this channel on this topic is about it."""
        return self.key == (channel if self.kind == CHANNEL else topic)

    def there(self, at: datetime) -> bool:
        """Whether it had come and was not retired at an instant."""
        return (self.added_at is None or self.added_at <= at) and not self.gone(at)

    def gone(self, at: datetime) -> bool:
        """Whether it was retired by then."""
        return self.retired_at is not None and self.retired_at <= at


def parts_of(dates: Mapping[str, Any] | None) -> tuple[Part, ...]:
    """The parts as they are stored with their purpose: dates by kind and key."""
    found = []
    for name, (added, retired) in sorted((dates or {}).items()):
        kind, _space, key = name.partition(" ")
        found.append(Part(kind, key, _instant(added), _instant(retired)))
    return tuple(found)


def stored(parts: Sequence[Part]) -> dict[str, Any]:
    """The other way round."""
    return {
        f"{part.kind} {part.key}": [when and when.isoformat() for when in (part.added_at, part.retired_at)]
        for part in parts
    }


def there_at(kind: str, listed: Sequence[str], parts: Sequence[Part], at: datetime) -> list[str]:
    """Which channels or topics a purpose had at an instant.

    :param listed: those it has now.
    """
    dated = {part.key: part for part in parts if part.kind == kind}
    keys = [*listed, *(key for key in dated if key not in listed)]
    return [key for key in keys if key not in dated or dated[key].there(at)]


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
