"""A text without some of its words: what every explanation rests on that is tried out and not written beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

Place = tuple[int, int]


def left_out(text: str, places: Sequence[Place]) -> str:
    """The text without what stands at these places, start inclusive, end exclusive; they may overlap."""
    pieces, at = [], 0
    for start, end in sorted(places):
        pieces.append(text[at:start])
        at = max(at, end)
    return "".join([*pieces, text[at:]])


def fewest_first(places: Sequence[Place], most: int) -> list[tuple[Place, ...]]:
    """What to leave out, at most so many times: each place alone, two at a time, and in any case all of them."""
    fewer = [group for size in (1, 2) if size < len(places) for group in combinations(places, size)]
    return [*fewer[: most - 1], tuple(places)] if places else []
