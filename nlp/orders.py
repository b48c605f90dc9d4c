"""Orders (imperatives) by place and form: a base form at the head of a clause, followed by what follows an order.

An order suggests something when it is meant for whoever makes a thing, or for its next customers; not when the writer
wants it done for themselves ("cancel my card"), and hardly when it is a verdict on the whole ("avoid this place").
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from .lexicon import load
from .words import Word

_CAUTIOUS: Final = 0.5
_HARDLY: Final = 0.3
_LATER: Final = 0.4
"""What an order loses that comes after a statement: a bare verb may only go on telling there."""
_BRIEF: Final = 3
_NEAR: Final = 6
_SHOWN: Final = 4
"""Words shown of an order."""


@cache
def word_sets() -> dict[str, frozenset[str]]:
    """The sets of words in the section ``words`` of ``lexicon/suggestions.toml``, by name."""
    return {name: frozenset(words.split()) for name, words in load("suggestions")["words"].items()}


def order_in(part: Sequence[Word], goes_on: bool) -> tuple[float, int, int] | None:
    """The points, start and end of the order at the head of a part of a sentence, if there is one.

    ``goes_on`` says that a statement came before it in the same sentence.
    """
    if not may_order(part[0].key):
        return None
    keys = [word.key for word in part]
    refused = len(keys) > 1 and keys[0] in ("don't", "never", "not")
    at = int(refused or (len(keys) > 1 and keys[0].endswith("ly")))
    sets = word_sets()
    if len(keys) < at + 2 or (keys[at] not in sets["change"] and keys[at] not in sets["advice"]):
        return None
    verb, rest = keys[at], keys[at + 1 :]
    if not _is_verb(verb, rest) or (refused and verb in sets["unordered"]):
        return None
    points = _CAUTIOUS if refused and verb in ("buy", "waste") else _points(verb, rest)
    last = part[min(len(part), at + _SHOWN) - 1]
    return round(points - _LATER * goes_on, 2), part[0].start, last.end


def may_order(key: str) -> bool:
    """Whether an order may begin with this word."""
    sets = word_sets()
    return key in ("don't", "never", "not") or key.endswith("ly") or key in sets["change"] or key in sets["advice"]


def _is_verb(verb: str, rest: Sequence[str]) -> bool:
    """Whether the word is a verb here, by what follows: names of things are followed by a verb of their own."""
    sets = word_sets()
    if rest[0] in sets["finite"] or rest[0] in ("of", "and", "or", "as"):
        return False
    if verb not in sets["thing"]:
        return True
    if rest[0] not in sets["object"] and not rest[0].endswith(("ly", "s", "ing")):
        return False
    for key in rest[:_NEAR]:
        if key in sets["joint"]:
            return True
        if key in sets["finite"]:
            return False
    return True


def _points(verb: str, rest: Sequence[str]) -> float:
    """How much an order says of a suggestion: little when it is for the writer alone, or a verdict on the whole."""
    sets = word_sets()
    near = set(rest[:_NEAR])
    if (verb == "let" and not _lets_do(rest)) or (verb == "keep" and _keeps_on(rest[0])):
        return 0.0
    if verb in sets["warning"] and (set(rest[:3]) & sets["verdict"] or len(rest) == 1):
        return _CAUTIOUS
    if len(rest) == 1 and rest[0] in ("it", "me", "this", "that", "them"):
        return _HARDLY
    if len(rest) <= _BRIEF and near & sets["device"]:
        return _HARDLY  # Said to whoever is in the room: ``lower the volume``.
    shared = verb in sets["sharing"] and (rest[0] in ("me", "us") or near & sets["granted"])
    if near & sets["personal"] and not shared:
        return _HARDLY
    return _CAUTIOUS if verb in sets["errand"] and rest[0] not in sets["public"] else 1.0


def _keeps_on(key: str) -> bool:
    """Whether *keep* cheers (*keep it up*) or tells what goes on (*keep getting errors*)."""
    return key in ("up", "it", "calm") or key.endswith("ing")


def _lets_do(rest: Sequence[str]) -> bool:
    """Whether *let me* or *let us* asks for something to be made possible: it also opens much talk."""
    sets = word_sets()
    after = rest[1] if len(rest) > 1 else ""
    return after in sets["doing"] if rest[0] == "me" else rest[0] != "us" or after not in sets["telling"]
