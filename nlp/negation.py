"""How far a negation reaches: which words of a sentence it turns into their opposite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .sentiment_words import marks_of
from .words import Word

CONTRAST: Final = frozenset({"but", "however", "although", "though", "yet", "except", "unfortunately"})
_REACH: Final = 3
_FAR: Final = 7
"""Words that a negator reaches: ``not very good``; farther in ``I don't think``, ``nobody at the desk was kind``."""
_FAR_TURNERS: Final = frozenset("nobody none neither noone".split())
_THINKING: Final = frozenset("think believe feel say consider find thought".split())
_TURNING_PAIRS: Final = frozenset({("far", "from"), ("anything", "but"), ("less", "than"), ("not", "exactly")})
_EMPTY_NO: Final = frozenset("cap joke lie doubt kidding crumbs matter wonder question".split())
"""After ``no`` these say something of their own: ``no cap best delivery ever``."""
_TELLING: Final = frozenset("describe express explain say".split())
_SUCH: Final = frozenset("so such only just as".split())
"""After a negator these strengthen what follows: ``never such bad service``, ``not only cheap``."""


def reached_by_negation(words: Sequence[Word]) -> list[int | None]:
    """For each word the place of the negator that turns it, if there is one."""
    reached: list[int | None] = []
    turner, until = 0, -1
    for at, word in enumerate(words):
        if (word.key in CONTRAST and at - turner > 1) or (at <= until and word.key in _SUCH):
            until = -1
        reached.append(turner if at <= until else None)
        names = marks_of(word.key)
        if at and (words[at - 1].key, word.key) in _TURNING_PAIRS:
            turner, until = at - 1, at + _REACH
        elif "negator" in names and "fault" not in names and not _says_nothing(words, at):
            turner, until = at, at + _reach(words, at)
    return reached


def _says_nothing(words: Sequence[Word], at: int) -> bool:
    if at and words[at - 1].key in ("words", "word") and at + 1 < len(words) and words[at + 1].key in _TELLING:
        return True  # Words cannot describe how much.
    return words[at].key == "no" and at + 1 < len(words) and words[at + 1].key in _EMPTY_NO


def _reach(words: Sequence[Word], at: int) -> int:
    following = words[at + 1].key if at + 1 < len(words) else ""
    is_far = words[at].key in _FAR_TURNERS or following in _THINKING or (words[at].key == "no" and following == "one")
    return _FAR if is_far else _REACH
