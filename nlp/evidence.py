"""Which words a claim is shown to rest on: few short phrases that its writer would accept as the reason."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Final

from .vectors import is_stop
from .words import Sentence, Word

Place = tuple[int, int]
"""Where something stands in the cleaned text: start inclusive, end exclusive."""
MOST: Final = 2
"""Phrases shown at most from one sentence."""
_NEAR: Final = 3
"""Words that may lie between two places of one phrase."""
_ROUNDS: Final = 3
_START: Final = attrgetter("start")
_ARTICLES: Final = frozenset("a an the my our your his her their this that these those no".split())


def joined(sentence: Sentence, clauses: Sequence[Sentence], places: Iterable[Place]) -> list[Place]:
    """Places that are near each other in one clause become one phrase, which begins with its article."""
    phrases: list[Place] = []
    for start, end in sorted(set(places)):
        if phrases and (start < phrases[-1][1] or _are_near(sentence, clauses, phrases[-1], (start, end))):
            phrases[-1] = (phrases[-1][0], max(end, phrases[-1][1]))
        else:
            phrases.append((start, end))
    return [_with_article(sentence, phrase) for phrase in phrases]


def _are_near(sentence: Sentence, clauses: Sequence[Sentence], first: Place, second: Place) -> bool:
    if not any(part.start <= first[0] and second[1] <= part.end for part in clauses):
        return False
    following = bisect_left(sentence.words, first[1], key=_START) + _NEAR
    return following >= len(sentence.words) or sentence.words[following].end > second[0]


def _with_article(sentence: Sentence, phrase: Place) -> Place:
    first = phrase[0]
    key, start, end = "", first, first
    for word in sentence.words:
        if word[1] >= first:
            return (start, phrase[1]) if word[1] == first == end + 1 and key in _ARTICLES else phrase
        key, start, end = word
    return phrase


def says_something(sentence: Sentence, phrase: Place) -> bool:
    """Whether a phrase holds a word that is more than grammar."""
    first, last = phrase
    for key, start, _ in sentence.words:
        if start >= last:
            break
        if start >= first and not is_stop(key):
            return True
    return False


def fewest(
    sentence: Sentence,
    clauses: Sequence[Sentence],
    strong: Sequence[Place],
    every: Iterable[Place],
    falls: Callable[[Sequence[Place]], bool],
) -> list[Place]:
    """As few phrases as carry a claim, so that without their words it ``falls``; at most :data:`MOST`.

    ``strong`` are the places to show first, the most telling ones in front; ``every`` holds all places it rests on.
    Only when the strong ones are not all of it are the others shown as well.
    """
    phrases = [phrase for phrase in joined(sentence, clauses, strong) if says_something(sentence, phrase)]
    phrases.sort(key=lambda phrase: _rank(phrase, strong))
    for count in range(1, min(MOST, len(phrases)) + 1):
        if falls(phrases[:count]):
            return sorted(phrases[:count])
    whole = joined(sentence, clauses, [*phrases, *every])
    while len(whole) > MOST:
        at = min(range(len(whole) - 1), key=lambda index: whole[index + 1][0] - whole[index][1])
        whole[at : at + 2] = [(whole[at][0], whole[at + 1][1])]
    return whole if falls(whole) else [(sentence.start, sentence.end)]


def _rank(phrase: Place, strong: Sequence[Place]) -> int:
    return min(index for index, (start, end) in enumerate(strong) if phrase[0] <= start and end <= phrase[1])


def resting_on(
    sentence: Sentence, places: Sequence[Place], left_of: Callable[[Sequence[Word]], Sequence[Place]]
) -> list[Place]:
    """Places without which nothing is left of a claim: what ``left_of`` still finds in the other words is added.

    Places that touch or overlap become one; after a few rounds the whole sentence is shown.
    """
    shown = merged(places)
    for _ in range(_ROUNDS):
        left = outside(sentence.words, shown)
        more = left_of(left) if left else []
        if not more:
            return shown
        shown = merged([*shown, *more])
    return [(sentence.start, sentence.end)]


def outside(words: Sequence[Word], places: Iterable[Place]) -> list[Word]:
    """The words that begin in none of these places."""
    left = list(words)
    for start, end in places:
        left = [word for word in left if not start <= word[1] < end]
    return left


def merged(places: Iterable[Place]) -> list[Place]:
    """Places in order; those that overlap or stand side by side are one."""
    whole: list[Place] = []
    for start, end in sorted(set(places)):
        if whole and start <= whole[-1][1] + 1:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
