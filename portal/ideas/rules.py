"""Rules of ideas that need no database: how words are folded for search, what rises, what of a name is shown."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

HALF_LIFE = timedelta(days=14)
POINTS = {"proposal": 1.0, "vote": 1.0, "comment": 0.5}
TREND_UNIT = 1_000_000
TOKEN_LENGTH = 40
QUERY_TOKENS = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_WITHOUT_MARK = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+")
_SMALL_WORDS = frozenset(
    "a about after all also an and any are as at be because been but by can could do does for from get had has have "
    "how i if in into is it its just like make me more my no not now of on one or our please should so some than "
    "that the their them then there they this to too up us want was we what when where which who why will with "
    "would you your".split()
)


def tokens(text: str) -> list[str]:
    """The words of `text` as the search knows them, each once, in order: lower case, without accents.

    Chinese and Japanese have no spaces, so they become pairs of neighbouring characters and the last character alone.
    A word searched for by its beginning then finds any run of characters, with the same index as every other language.
    """
    found: dict[str, None] = {}
    for word in _letters(text).split():
        for token in _cut(word):
            found.setdefault(token[:TOKEN_LENGTH])
    return list(found)


def folded(*texts: str) -> str:
    """What is stored for the search: the tokens of all texts, separated by spaces."""
    return " ".join(tokens(" ".join(texts)))


def _letters(text: str) -> str:
    """Letters and digits only, folded; combining marks vanish, everything else separates words."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    kept = []
    for char in unicodedata.normalize("NFKD", apart):
        category = unicodedata.category(char)[0]
        if category != "M":
            kept.append(char if category in "LN" else " ")
    return unicodedata.normalize("NFC", "".join(kept)).translate(_WITHOUT_MARK)


def _cut(word: str) -> Iterator[str]:
    place = 0
    for run in _EAST_ASIAN.finditer(word):
        if run.start() > place:
            yield word[place : run.start()]
        yield from (run[0][index : index + 2] for index in range(len(run[0])))
        place = run.end()
    if place < len(word):
        yield word[place:]


def shared_words(first: str, second: str, limit: int = 6) -> list[str]:
    """Words that carry meaning and stand in both texts: the reason why two ideas look alike."""
    other = set(tokens(second))
    return [token for token in tokens(first) if token in other and len(token) > 1 and token not in _SMALL_WORDS][:limit]


def trend_of(events: Iterable[tuple[str, datetime]]) -> int:
    """How an idea rises, from what happened to it: pairs of `proposal`, `vote` or `comment` and when.

    Each event is worth its `POINTS` on its day and half as much every `HALF_LIFE` later. Since all ideas fade alike,
    their order does not depend on when one looks: the score is stored as log2 of the points they would have had in
    1970, in millionths, and no job has to age it.
    """
    weights = [_weight(kind, at) for kind, at in events]
    top = max(weights)
    return round((top + math.log2(math.fsum(2 ** (weight - top) for weight in weights))) * TREND_UNIT)


def trend_with(trend: int, kind: str, at: datetime) -> int:
    """The score after one more event."""
    before, weight = trend / TREND_UNIT, _weight(kind, at)
    high, low = max(before, weight), min(before, weight)
    return round((high + math.log2(1 + 2 ** (low - high))) * TREND_UNIT)


def points_at(trend: int, now: datetime) -> float:
    """What a stored score is worth at `now`, in points: the number shown to people."""
    exponent = trend / TREND_UNIT - (now - EPOCH) / HALF_LIFE
    return float(2 ** min(exponent, 60.0))


def _weight(kind: str, at: datetime) -> float:
    return (at - EPOCH) / HALF_LIFE + math.log2(POINTS[kind])


def public_name(name: str) -> str:
    """What of a customer's name others may see: the given name; of an undivided Chinese name the middle is covered."""
    words = name.split()
    if len(words) != 1:
        return words[0] if words else ""
    word = words[0]
    if _EAST_ASIAN.fullmatch(word) and len(word) > 1:
        return word[0] + "○" + (word[-1] if len(word) > 2 else "")
    return word


def first_is_lower(one: int, other: int) -> tuple[int, int]:
    """The two ids in the one order in which a pair is kept."""
    return (one, other) if one < other else (other, one)
