"""What turns our phrases of blame into something else: a negation, a plain question, a wish, the writer's own doing.

Praise that is turned is heard in :mod:`nlp.sentiment_phrases`; this is the other half, so that ``the wait wasn't long``
is as good as ``not good`` is bad.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from .phrasebook import Match
from .sentiment_words import marks_of
from .words import Sentence

BLAME: Final = frozenset(("failure", "grievance", "outcry"))
WEAK: Final = frozenset(("negator", "wait", "persist"))
"""Lists whose words blame nobody by themselves and more loudly beside others: ``I have not used it yet``."""
WRITER: Final = frozenset("i i'm i've i'd i'll im ive my me mine myself we we're we've us our ours".split())
_DENYING: Final = frozenset(
    "not isn't wasn't aren't weren't doesn't didn't don't haven't hasn't hadn't won't wouldn't never".split()
)
"""What denies what follows at once. ``can't`` and ``couldn't`` do not: who cannot cancel has not been helped."""
_BETWEEN: Final = frozenset(
    "a an any the that too so very really all at ever once been be feel felt seem get single bit exactly particularly "
    "remotely overly even much as to".split()
)
_OPENING_QUESTION: Final = frozenset("is are do does did will would can could may any has have".split())
_HOW_TO: Final = frozenset("do can should could does".split())
_DEMANDING: Final = frozenset(
    "still again yet even ever never always keep keeps actually really finally why nobody nothing so this".split()
)
_FAILING: Final = frozenset("didn't couldn't wouldn't won't can't neither".split())
"""What somebody does not do who should: ``the waiter didn't bring it``."""
_DENYING_OF_OTHERS: Final = frozenset("doesn't don't isn't wasn't aren't weren't hasn't haven't hadn't".split())
_BEFORE_LACKING: Final = frozenset(
    "was were is are had has have got get gets getting with there's still offered offers gave gives given made "
    "received says said showed shows found see almost literally absolutely".split()
)
"""Before ``no`` these say that something was not there: ``there was no waitress``, ``they had no clue``."""
_OTHERS: Final = frozenset("i we he she i'd".split())
_ADDRESSED: Final = frozenset("you u please and but so just or if who to".split())
_HANDLING: Final = re.compile(
    "tell|told|warn|alert|notif|remind|show|help|prevent|stop|protect|avoid|handl|sav|find|found|spot|catch|caught|skip"
    "|less|fewer|never|without|no$|not$|nothing|instead|fix|sort|solv|resol|replac|refund|recover|after|when$|explain"
)
"""Beginnings of words after which a failure is dealt with, and praise may be meant."""
_SUBJECTS: Final = frozenset(("i", "we"))
_OWN_DEEDS: Final = frozenset(
    "work working open opened start started install installed play played download downloaded update updated use used "
    "brought bring offer offered deliver delivered serve served explain explained check checked warn warned notify "
    "try tried watch watched read eat eaten visit visited sign send save charge turn show stay hold".split()
)


def heard_turned(found: Sequence[Match], sentence: Sentence, reached: Sequence[int | None]) -> list[Match]:
    """Phrases of blame that a negator denies ease (``eased``); what the writer did not do is nothing.

    ``reached`` holds for each word the place of the negator that turns it; it may be empty.
    """
    turned = []
    for match in found:
        if match.label in BLAME:
            words = [at for at, word in enumerate(sentence.words) if match.start <= word.start < match.end]
            if _is_own_idleness(words, sentence.keys):
                continue
            denier = _denier(match, words, sentence.keys, reached)
            if denier is not None:
                start = min(match.start, sentence.words[denier].start)
                turned.append(Match("eased", match.phrase, start, match.end))
                continue
        turned.append(match)
    return turned


def _denier(match: Match, words: Sequence[int], keys: Sequence[str], reached: Sequence[int | None]) -> int | None:
    """The place of the negator that denies a phrase of blame, if one does."""
    if not words:
        return None
    if _holds_negator(_named_in(match.phrase)):
        return None
    inside = [at for at in words[1:-1] if keys[at] in _DENYING and keys[at] != "never"]
    if inside:
        return inside[0]
    first = words[0]
    turner = reached[first] if reached else None
    if turner is None or keys[turner] not in _DENYING:
        return None
    return turner if _BETWEEN.issuperset(keys[turner + 1 : first]) else None


@lru_cache(None)
def _named_in(phrase: str) -> frozenset[str]:
    """The words that a phrase names."""
    return frozenset(re.split(r"[ |?]+", phrase))


@lru_cache(None)
def _holds_negator(named: frozenset[str]) -> bool:
    return any("negator" in marks_of(key) for key in named if key.isalpha() or "'" in key)


def _is_own_idleness(words: Sequence[int], keys: Sequence[str]) -> bool:
    """``I have not opened it``, ``we do not work on Mondays``: no fault of anybody."""
    if not words or not words[0] or keys[words[-1]] not in _OWN_DEEDS:
        return False
    return keys[words[0]] in _DENYING and keys[words[0] - 1] in _SUBJECTS


def framed(found: Sequence[Match], sentence: Sentence) -> list[Match]:
    """Praise by its form before a failure in the same clause: ``Love how it logs me out``."""
    frames = [match for match in found if match.label == "frame"]
    if not frames:
        return frames
    harms = [match for match in found if match.label in ("harm", "failure")]
    ironic = []
    for frame in frames:
        for harm in harms:
            if harm.start >= frame.end - 1 and not _is_parted(sentence, frame.end, harm.start):
                ironic.append(Match("sarcasm", frame.phrase, frame.start, harm.end))
                break
    return ironic


def _is_parted(sentence: Sentence, start: int, end: int) -> bool:
    """Whether another clause, or something that helps or warns, stands between two places."""
    between = [word.key for word in sentence.words if start <= word.start < end]
    return any(part.start > start and part.start <= end for part in sentence.clauses) or any(
        key.endswith("n't") or _HANDLING.match(key) for key in between
    )


def of_the_writer(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """The phrases without those that stand in the retelling of a story; it goes on to the end of its sentence."""
    told = next((match for match in matches if match.label == "retold"), None)
    if told is None:
        return matches
    return (*(match for match in matches if match.end <= told.start), told._replace(end=sys.maxsize))


def only_asks(sentence: Sentence) -> bool:
    """Whether a question leaves open what it names: ``Are there any hidden fees?`` ``How do I report a fault?``"""
    keys = sentence.keys
    if len(keys) < 3 or not _DEMANDING.isdisjoint(keys):
        return False
    if keys[0] == "how" and keys[1] in _HOW_TO and keys[2] in _SUBJECTS:
        return WRITER.isdisjoint(keys[3:])
    return keys[0] in _OPENING_QUESTION and WRITER.isdisjoint(keys)


def wish_in(sentence: Sentence, wished: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The clauses in which something is wished for."""
    return [
        (part.start, part.end)
        for part in sentence.clauses
        if any(part.start < end and start < part.end for start, end in wished)
    ]


def fails(keys: Sequence[str]) -> bool:
    """Whether somebody else does not do something, or the writer could not: no plain *not* or *without*."""
    return not _FAILING.isdisjoint(keys) and any(
        key == "couldn't" or (key in _FAILING and (not at or keys[at - 1] not in _OTHERS))
        for at, key in enumerate(keys)
    )


def denies(keys: Sequence[str]) -> bool:
    """Whether something else does not do, or is not, what is named: ``it doesn't fit``; no order: ``don't go``."""
    return not _DENYING_OF_OTHERS.isdisjoint(keys) and any(
        at and key in _DENYING_OF_OTHERS and keys[at - 1] not in WRITER and keys[at - 1] not in _ADDRESSED
        for at, key in enumerate(keys)
    )


def lacks(keys: Sequence[str]) -> bool:
    """Whether something was not there: ``there was no waitress``, ``no oyster at all``."""
    return ("no" in keys or "zero" in keys) and any(
        key in ("no", "zero")
        and at + 1 < len(keys)
        and ((at and keys[at - 1] in _BEFORE_LACKING) or keys[at + 2 : at + 4] == ["at", "all"])
        for at, key in enumerate(keys)
    )


def is_kept_waiting(lists: Iterable[frozenset[str]]) -> bool:
    """Whether words of these lists tell of waiting and of more: ``finally, after an hour``, ``hours without water``."""
    weak = [names & WEAK for names in lists]
    return any("wait" in one for one in weak) and any(one and "wait" not in one for one in weak)
