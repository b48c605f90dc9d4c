"""Wishes without a verb: a thing is named and nothing is said of it. ``Dark mode please``, ``+1 for tags``.

Nothing but their build tells them: short, without anybody who does anything, and either with *please* behind them or
ending in what a program, a house or a service has more or fewer of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .evidence import Place
from .lexicon import load
from .sentiment_words import marks_of
from .words import Sentence

_NOD: Final = re.compile(r"\s*(?:\+\s?1|👍)\s+(?:for|on|to)\s+\w", re.IGNORECASE)
_PLEASE: Final = frozenset(("please", "pls", "plz"))
_OF_FEELING: Final = frozenset(("good", "bad", "fault", "negator", "fair"))
_LONGEST: Final = 7
_LONGEST_NAME: Final = 4


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in load("suggestions")["bare"].items()}


def bare_wish(sentence: Sentence) -> Place | None:
    """The place of a wish that a sentence is as a whole, if it is one."""
    keys, words = sentence.keys, sentence.words
    if len(keys) < 2 or len(keys) > _LONGEST + 1:
        return None
    if ("+" in sentence.text or not sentence.text.isascii()) and _NOD.match(sentence.text) is not None:
        return sentence.start, sentence.end
    lists = _lists()
    is_asked = keys[-1] in _PLEASE
    named = keys[:-1] if is_asked else keys
    names_a_feature = _names_a_feature(named)
    if not (is_asked or names_a_feature) or sentence.is_question or not lists["never"].isdisjoint(named):
        return None
    if names_a_feature or (len(named) > 1 and lists["own"].isdisjoint(named)):
        return words[0].start, words[-1].end
    return None


def _names_a_feature(keys: list[str]) -> bool:
    """``Multi-language support``, ``Integration with ...``: what is had at its head, and no word of feeling."""
    lists = _lists()
    if len(keys) < 2:
        return False
    opening = lists["opening"]
    is_built_so = (
        (keys[0] in opening and keys[1] in ("for", "of", "with", "in", "to"))
        or (keys[0] in lists["many"] and keys[1] in opening)
        or (len(keys) <= _LONGEST_NAME and keys[-1] in lists["feature"] and lists["plain"].isdisjoint(keys))
    )
    return is_built_so and all(_OF_FEELING.isdisjoint(marks_of(key)) for key in keys)
