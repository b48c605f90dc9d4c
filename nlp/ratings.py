"""Ratings as people write them, in any language: ``9/10``, ``4 out of 5``, ``one star``, ``★★☆☆☆``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

_NUMBERS: Final = {
    word: float(number) for number, word in enumerate("zero one two three four five six seven eight nine ten".split())
} | {"no": 0.0}
_WORDS: Final = "|".join(_NUMBERS)
_SCALES: Final = {"5": 5.0, "10": 10.0, "100": 100.0, "five": 5.0, "ten": 10.0, "hundred": 100.0}
_COUNTED: Final = (
    "of|times?|people|persons?|customers?|users?|clients?|calls?|orders?|nights?|days?|weeks?|months?|years?|hours?"
    r"|minutes?|cup|tsp|tbsp|inch|mile|questions?|attempts?|apps?|flights?|rooms?|\d"
)
_OF_SCALE: Final = re.compile(
    rf"(?<![\w/.,$€£-])(?P<told>[-\u2212]?\d{{1,3}}(?:[.,]\d)?|(?:{_WORDS})\b)"
    rf"(?:\s?/\s?|\s+out\s+of\s+(?:a\s+)?)(?P<scale>100|10|5|five|ten|hundred)(?![\w/%]|[.,]\d|\s+(?:{_COUNTED})\b)",
    re.IGNORECASE,
)
_OF_STARS: Final = re.compile(
    rf"(?<![\w/.,$€£-])(?P<told>\d(?:[.,]\d)?|(?:half\s+a|a\s+single|{_WORDS})\b)(?:\s?/\s?5)?[\s-]*stars?\b"
    r"(?![\s-]+(?:hotels?|resorts?|restaurants?|property|properties|place|rated|rating|general|chef|alliance|wars)\b)",
    re.IGNORECASE,
)
_OF_SIGNS: Final = re.compile("(?:[\u2605\u2b50\U0001f31f]\ufe0f?\\s?)+\u2606*|\u2606{2,}")
_FULL: Final = re.compile("[\u2605\u2b50\U0001f31f]")
_DATED: Final = re.compile(
    r"\b(?:on|since|by|from|until|till|before|after|between|dated|the|of|at|for|to|and|page|step|gate|level)\s+\Z",
    re.IGNORECASE,
)
"""Before what looks like a rating these make it a date, a page, a part: ``I flew on 5/10``."""
_TAKEN_BACK: Final = re.compile(
    r"(?:\bnot?\b|\bnever\b|n't\b|\bcannot\b|\bused to\b|\bfar from\b|\binstead of\b|\bexpected\b|\bhardly\b)"
    r"[^.!?,;]{0,25}\Z",
    re.IGNORECASE,
)
"""Before a good mark these say that it is not given: ``I can't give it 5 stars``, ``this used to be a 10/10``."""
_BETWEEN: Final = 0.25
_LEAST: Final = 0.5
"""Whoever gives a mark that is not in the middle means it: 7 of 10 is praise."""


class Rating(NamedTuple):
    """Where a rating stands, and what it says: -1 (worst), 0 (in the middle) to 1 (best)."""

    start: int
    end: int
    value: float


def ratings_in(text: str, keys: Sequence[str]) -> list[Rating]:
    """The ratings in a text of these words, in order."""
    found = list[Rating]()
    if "/" in text or "out" in keys:
        found += _of_scale(text)
    if "stars" in keys or "star" in keys:
        taken = [(one.start, one.end) for one in found]
        stars = _of_stars(text)
        found += [one for one in stars if not any(one.start < end and start < one.end for start, end in taken)]
    if not text.isascii():
        found += _of_signs(text)
    return sorted(found)


def _of_scale(text: str) -> Iterator[Rating]:
    for match in _OF_SCALE.finditer(text):
        scale, told = _SCALES[match["scale"].lower()], _number(match["told"])
        if told > 1.5 * scale or (scale == 5.0 and told > scale) or _DATED.search(text, 0, match.start()):
            continue
        yield _given(text, match, _value(told, scale))


def _of_stars(text: str) -> Iterator[Rating]:
    for match in _OF_STARS.finditer(text):
        told = match["told"].lower().split()[-1]
        number = 1.0 if told == "single" else 0.5 if told == "a" else _number(told)
        if number <= 5.0:
            yield _given(text, match, _value(number, 5.0))


def _of_signs(text: str) -> Iterator[Rating]:
    """Rows of stars; a single one is a rating only where nothing else stands."""
    for match in _OF_SIGNS.finditer(text):
        row = match.group().strip()
        full = len(_FULL.findall(row))
        if len(row.replace("\ufe0f", "")) > 1 or row == text.strip():
            yield Rating(match.start(), match.start() + len(row), _value(float(min(full, 5)), 5.0))


def _given(text: str, match: re.Match[str], value: float) -> Rating:
    """The rating, or the opposite of a good one that is not given."""
    if value > 0 and _TAKEN_BACK.search(text, max(0, match.start() - 40), match.start()):
        value = -_LEAST
    return Rating(match.start(), match.end(), value)


def _number(told: str) -> float:
    word = told.lower()
    return _NUMBERS[word] if word in _NUMBERS else float(word.replace("\u2212", "-").replace(",", "."))


def _value(told: float, scale: float) -> float:
    lowest = 1.0 if scale < 100.0 else 0.0
    middle = (scale + lowest) / 2
    value = max(-1.0, min(1.0, (told - middle) / (scale - middle)))
    if abs(value) <= _BETWEEN:
        return 0.0
    return (1.0 if value > 0 else -1.0) * (_LEAST + (1.0 - _LEAST) * abs(value))
