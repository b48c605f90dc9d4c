"""Which ways a gateway serves, how long a message may be, and how it moves on. Values in, values out."""

from dataclasses import dataclass
from datetime import timedelta

KINDS = {"sms": "number", "phone": "number", "post": "address", "push": "device"}
"""Which kind of contact point each way needs: a number serves calls and text messages alike."""
WAYS = tuple(KINDS)
STATES = ("waiting", "leased", "handed_over", "delivered", "failed", "bounced", "opted_out", "stopped")
"""`stopped`: it was not allowed any more when a gateway asked for it, so it never left."""
LONGEST_LEASE = timedelta(minutes=10)
"""No message is given out for longer: a lease that lasts longer was written by a clock that was wrong."""
OUTCOMES = ("handed_over", "delivered", "failed", "bounced", "opted_out")
"""What a gateway can say of a message it was given."""
_GIVEN = ("waiting", "leased", "stopped")
"""Where a message may stand by the time a gateway that was given it tells of it: late, it may wait again, or be stopped
for whoever asks next. What did leave is written down all the same."""
_BEFORE = {
    "handed_over": _GIVEN,
    "delivered": (*_GIVEN, "handed_over"),
    "failed": (*_GIVEN, "handed_over"),
    "bounced": (*_GIVEN, "handed_over", "delivered"),
    "opted_out": (*_GIVEN, "handed_over", "delivered"),
}
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€\f")
"""Characters of the GSM alphabet that take the room of two (3GPP TS 23.038)."""
MOST_PARTS = 3
LONGEST = {"push": 240, "phone": 2_000}
LONGEST_TITLE = {"push": 65}


@dataclass(frozen=True)
class Parts:
    """How long a text message is: `units` of its alphabet, and how many `parts` are paid for and sent."""

    plain: bool
    units: int
    parts: int


def parts_of(text: str) -> Parts:
    """A text message as networks count it.

    In the GSM alphabet one part holds 160 characters, or 153 where there are several; any other character makes the
    whole message UTF-16, with 70 and 67. A character of two halves is never cut in two, nor is an escaped one.
    """
    plain = all(letter in GSM or letter in GSM_TWICE for letter in text)
    sizes = [2 if (letter in GSM_TWICE if plain else ord(letter) > 0xFFFF) else 1 for letter in text]
    alone, each = (160, 153) if plain else (70, 67)
    units = sum(sizes)
    if units <= alone:
        return Parts(plain, units, 1 if units else 0)
    parts, room = 1, each
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return Parts(plain, units, parts)


def limits_of(channel: str, subject: str, text: str) -> str:
    """What is too long for a way: `sms`, `title` or `text`; empty when it fits."""
    if channel == "sms":
        return "sms" if parts_of(text).parts > MOST_PARTS else ""
    if len(subject) > LONGEST_TITLE.get(channel, len(subject)):
        return "title"
    return "text" if len(text) > LONGEST.get(channel, len(text)) else ""


def moves(state: str, outcome: str) -> bool:
    """Whether a message in this state moves on when a gateway says this of it."""
    return state in _BEFORE[outcome]
