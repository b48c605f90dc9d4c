"""What a purpose asks, and in which words, as a row of a file may name it."""

from datetime import datetime
from typing import NamedTuple

from portal.consent import ANY, Purpose, PurposeFacts


class Words(NamedTuple):
    """Some published words: which, and since when."""

    id: int
    version: int
    language: str
    effective_at: datetime | None


def of_another(known: Purpose, facts: PurposeFacts, channel: str, topic: str, gives: bool) -> str:
    """Why a purpose has no such channel or topic. A no to one that was retired is kept: it may come again."""
    for kind, key, listed in (("channel", channel, known.channels), ("topic", topic, known.topics)):
        if key in (ANY, *listed):
            continue
        if not any(part.kind == kind and part.key == key for part in facts.parts):
            return f"no-such-{kind}"
        if gives:
            return "retired"
    return ""
