"""Which texts people should look at next: mostly doubtful ones, some at random, some where missing would be worst.

Only the random part may be used for measuring: the others were chosen for being hard.
"""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

SHARES: Final = {"uncertain": 0.6, "random": 0.2, "watch": 0.2}
"""How the queue is made up; ``watch`` holds safety flags and texts of which the reader was not sure."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that could be asked about. ``confidence`` is that of the least sure claim, ``None`` without any claim.

    ``group`` is that of its near-duplicates (see :func:`nlp.learning.near_duplicate_groups`), ``None`` when alone.
    """

    key: str
    confidence: float | None
    safety: bool = False
    abstained: bool = False
    group: Hashable = None


@dataclass(frozen=True, slots=True)
class Picked:
    """A text to ask about and the part it was chosen for: ``random`` (for measuring), ``uncertain`` or ``watch``."""

    key: str
    part: str


def choose(candidates: Sequence[Candidate], size: int, *, seed: int) -> list[Picked]:
    """At most ``size`` texts, each group of near-duplicates once; the same candidates and seed give the same queue.

    The random part is drawn first, from all, so that it stays a fair sample. A part that cannot be filled is filled
    up with uncertain texts.
    """
    if size <= 0:
        return []
    order = sorted(candidates, key=lambda one: one.key)
    random.Random(seed).shuffle(order)  # noqa: S311  (a fair draw, not a secret)
    taken: set[Hashable] = set()
    at_random = _take(order, round(size * SHARES["random"]) or 1, taken)
    watched = sorted(
        (one for one in order if one.safety or one.abstained), key=lambda one: (not one.safety, _doubt(one))
    )
    watch = _take(watched, min(round(size * SHARES["watch"]), size - len(at_random)), taken)
    doubtful = sorted(order, key=_doubt)
    uncertain = _take(doubtful, size - len(at_random) - len(watch), taken)
    parts = {"random": at_random, "watch": watch, "uncertain": uncertain}
    return [Picked(one.key, part) for part, chosen in parts.items() for one in chosen]


def _take(order: Sequence[Candidate], count: int, taken: set[Hashable]) -> list[Candidate]:
    chosen: list[Candidate] = []
    for one in order:
        if len(chosen) >= count:
            break
        kept = ("key", one.key) if one.group is None else ("group", one.group)
        if kept not in taken and ("key", one.key) not in taken:
            taken.update((kept, ("key", one.key)))
            chosen.append(one)
    return chosen


def _doubt(one: Candidate) -> float:
    """How sure the reader was; nothing claimed is as doubtful as can be."""
    return -1.0 if one.confidence is None else one.confidence
