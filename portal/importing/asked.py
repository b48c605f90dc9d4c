"""What a purpose asks, and in which words, as a row of a file may name it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from portal.consent import ANY, Notice, Purpose, PurposeFacts


class Words(NamedTuple):
    """Some published words: which, and since when."""

    id: int
    version: int
    language: str
    effective_at: datetime | None


class Wordings:
    """The words a yes was given to, by what the row says of them and by its day.

    :param published: the published words of each purpose, the newest version first.
    """

    def __init__(self, published: Mapping[str, Sequence[Notice]]) -> None:
        self._words = {
            purpose: [Words(one.id, one.version, one.language, one.effective_at) for one in words]
            for purpose, words in published.items()
        }
        self._by_day: dict[tuple[str, int | None, str], tuple[list[datetime], list[Words]]] = {}

    def of(self, purpose: str, wording: str, language: str, at: datetime | None) -> Words | None:
        """The version that is named, such as `v2`, else the newest in force that day; None without either."""
        named = wording.lower().removeprefix("v")
        version = int(named) if named.isascii() and named.isdigit() else None
        words = self._words.get(purpose, [])
        if at is None or (version is not None and all(one.version != version for one in words)):
            return None
        asked = (purpose, version, language)
        if asked not in self._by_day:
            self._by_day[asked] = _by_day([one for one in words if version in (None, one.version)], language)
        days, found = self._by_day[asked]
        place = bisect_right(days, at)
        return found[place - 1] if place else None


def _by_day(words: Sequence[Words], language: str) -> tuple[list[datetime], list[Words]]:
    """The days on which something came into force, and from each on which of these words counts."""
    days = sorted({one.effective_at for one in words if one.effective_at is not None})
    found = []
    for day in days:
        then = [one for one in words if one.effective_at is not None and one.effective_at <= day]
        newest = [one for one in then if one.version == then[0].version]
        found.append(min(newest, key=lambda one: (one.language != language, one.language != "en", one.id)))
    return days, found


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
