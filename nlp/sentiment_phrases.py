"""Our phrases of feeling in one sentence, after what stands around them has been heard: negation, wishes, sarcasm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from .lexicon import load_phrases
from .negation import CONTRAST, reached_by_negation
from .phrasebook import Match, PhraseBook
from .sentiment_turns import BLAME, framed, heard_turned, only_asks, wish_in
from .sentiment_words import TINTS, given_names, valence_of
from .suggestions import ENOUGH, suggestion_in
from .voices import word_valence
from .words import Sentence, Word

Place = tuple[int, int]
_PRAISE: Final = frozenset(("success", "delight"))
_RELIEF: Final = frozenset(("relief", "eased"))
_FELT: Final = _PRAISE | BLAME | _RELIEF
_UNMOVED: Final = BLAME | {"sarcasm", "harm"}
"""Phrases that leave each other as they are."""
_MENDED: Final = re.compile(
    r"(?:fix|sort|solv|resol|help|clear|patien|deal|handl|explain|refund|tak|rescu|quick|prompt|kind|tact|swift|fast|so$)"
)
"""Beginnings of words that say, after thanks, that what was bad has been mended."""
_SCARE: Final = re.compile(
    r"\b(?:your|this|that|so|called|such|call)\s+(?:\w+\s+)?\"(?P<of>[^\"]{3,40})\""
    r"|\"(?P<said>[^\"]{3,40})\",?\s+(?:it|they|you|the ad|the sign)\s+(?:say|said|claim|promis|boast)"
    r"|\b(?:say|says|said|claim|claims|claimed|promise|promises|promised|repeating|boasts)\s+\"(?P<told>[^\"]{3,60})\"",
    re.IGNORECASE,
)
_OPENERS: Final = frozenset(
    "great fantastic lovely brilliant wonderful wow congratulations congrats nice one job work well done thanks "
    "thank you bravo perfect excellent cool awesome good just oh superb marvellous amazing charming splendid "
    "way to go again so".split()
)
_ASKING: Final = frozenset(
    "is are do does did will can could which where when any anyone would should has have".split()
)
_DEEDS: Final = frozenset(
    "said says told tells sent sends asked asks is was has had did does called calls wrote writes from helped at in "
    "and gave answered explained promised came went made took works worked".split()
)
_ADDRESSING: Final = frozenset("hi hello hey please so and but ok dear good morning evening afternoon".split())
_POLITE: Final = frozenset(
    "thanks thank you thx ty cheers many a lot so much again guys all in advance very kindly kind regards best "
    "please".split()
)
OPENING: Final = 5


@cache
def phrases() -> PhraseBook:
    """The phrases that dictionaries of feeling miss, ready for use."""
    return PhraseBook.of(load_phrases("sentiment"))


class Line:
    """A sentence with what its words are by themselves, looked up once.

    ``loud`` are the places and tints of the words that are anything, ``names`` all lists that hold one of them;
    ``asks``: it only asks; ``is_open``: what it names is left open, too; ``wished`` are the clauses that wish for
    something; ``reached`` holds for each word the place of the negator that turns it, and is empty when nothing is
    turned.
    """

    __slots__ = ("asks", "is_open", "keys", "loud", "names", "reached", "sentence", "tints", "wished", "words")

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.words = words = sentence.words
        self.keys = sentence.keys
        self.tints = list(map(TINTS.__getitem__, self.keys))
        self.loud = [(at, tint) for at, tint in enumerate(self.tints) if tint is not None]
        self.names = frozenset[str]().union(*[tint.names for _, tint in self.loud])
        self.asks = asks_plainly(sentence)
        self.is_open = self.asks and only_asks(sentence)
        suggestion = suggestion_in(sentence)
        self.wished = wish_in(sentence, suggestion.wished) if suggestion.points >= ENOUGH else []
        self.reached = reached_by_negation(words) if any(tint.may_turn for _, tint in self.loud) else ()


def phrases_in(line: Line) -> tuple[Match, ...]:
    """Our phrases in a sentence; praise under a negation blames, and what is relieved or wished is left out."""
    found = _with_wishes(_asserted(phrases().find_in(line.sentence), line), line)
    labels = {match[0] for match in found}
    if "sarcasm" in labels and _is_mended(line.words):
        found = [match for match in found if match.label != "sarcasm"]
        labels.discard("sarcasm")
    ironies = _ironies(line, found)
    if labels <= _UNMOVED:
        return (*found, *ironies)
    found = _heard_together(found)
    relieved = [match for match in found if match.label in _RELIEF]
    wished = [match for match in found if match.label == "request"]
    is_ironic = bool(ironies) or line.asks or "sarcasm" in labels
    blamed = [match for match in found if match.label in BLAME]
    kept = []
    for match in found:
        if match.label in _PRAISE:
            if not is_ironic and not _overlaps(match, wished) and not _is_within(match, blamed):
                kept.append(_turned(match, line) if line.reached else match)
        elif match.label not in BLAME or not _overlaps(match, relieved):
            kept.append(match)
    return (*kept, *ironies)


def _heard_together(found: Sequence[Match]) -> list[Match]:
    """``I would like to thank`` is thanks and no wish; ``I wish I had never`` is blame, and nothing in it is praise."""
    commended = [match for match in found if match.label == "commend"]
    blamed = [match for match in found if match.label in BLAME]
    hollow = [match for match in found if match.label in ("hollow", "lukewarm")]
    together = []
    for match in found:
        if match.label in _FELT and _is_within(match, hollow):
            continue
        if match.label == "commend":
            together.append(match._replace(label="success"))
        elif match.label != "request":
            together.append(match)
        elif not _overlaps(match, commended):
            together.append(match._replace(label="hollow") if _overlaps(match, blamed) else match)
    return together


def _asserted(found: Sequence[Match], line: Line) -> Sequence[Match]:
    """The phrases with what a negation or a plain question leaves of blame; an outcry is no plain question."""
    if not found:
        return found
    found = heard_turned(found, line.sentence, line.reached)
    line.is_open = line.is_open and all(match.label != "outcry" for match in found)
    return [match for match in found if match.label not in ("failure", "grievance")] if line.is_open else found


def _with_wishes(found: Sequence[Match], line: Line) -> Sequence[Match]:
    """Where something is wished for, mere grievance is what is wished away: ``please bring back the old icons``."""
    if not line.wished:
        return found
    wishes = [Match("request", "a wish", start, end) for start, end in line.wished]
    return [*(match for match in found if match.label != "grievance" or not _overlaps(match, wishes)), *wishes]


def _overlaps(match: Match, others: Sequence[Match]) -> bool:
    return any(match.start < other.end and other.start < match.end for other in others)


def _is_within(match: Match, others: Sequence[Match]) -> bool:
    return any(other.start <= match.start and match.end <= other.end for other in others)


def _turned(match: Match, line: Line) -> Match:
    """Praise whose first word a negator before it reaches is blame: ``not really good service``."""
    for word, turner in zip(line.words, line.reached, strict=True):
        if word.start == match.start:
            if turner is None:
                return match
            return Match("grievance", match.phrase, line.words[turner].start, match.end)
    return match


def _is_mended(words: Sequence[Word]) -> bool:
    return any(_MENDED.match(word.key) for word in words)


def _ironies(line: Line, found: Sequence[Match]) -> list[Match]:
    """Praise that is not meant."""
    ironies, sentence = list[Match](), line.sentence
    if "thanks" in line.names:
        ironies += _poisoned_thanks(line)
    if '"' in sentence.text:
        ironies += _scare_quotes(sentence)
    if line.keys and line.keys[0] in _OPENERS:
        ironies += _poisoned_opening(sentence, found)
    return ironies + framed(found, sentence) if found else ironies


def _poisoned_thanks(line: Line) -> Iterator[Match]:
    """``Thanks for ruining my week``: thanks for something bad that nobody has mended."""
    for at, tint in line.loud:
        if "thanks" not in tint.names:
            continue
        following = line.keys[at + 1 : at + 4]
        if "for" in following:
            after = line.words[at + 2 + following.index("for") :]
            if any(valence_of(one.key) < 0 for one in after[:2]) and not _is_mended(after):
                yield Match(
                    "sarcasm",
                    "thanks for",
                    line.words[at].start,
                    after[min(3, len(after) - 1)].end,
                )


def _scare_quotes(sentence: Sentence) -> Iterator[Match]:
    """``your "help"``: a good word in quotation marks is not meant."""
    for quoted in _SCARE.finditer(sentence.text):
        name = quoted.lastgroup or "of"
        start, end = (
            sentence.start + quoted.start(name),
            sentence.start + quoted.end(name),
        )
        if any(word_valence(word.key) > 0 for word in sentence.words if start <= word.start < end):
            yield Match("sarcasm", "in quotation marks", start, end)


def _poisoned_opening(sentence: Sentence, found: Sequence[Match]) -> Iterator[Match]:
    """``Lovely, mould in the shower``: a short cry of praise before nothing but blame."""
    cut = min(
        (at for at in (sentence.text.find(mark) for mark in ",!:") if at > 0),
        default=-1,
    )
    if cut < 0:
        return
    opening = [word for word in sentence.words if word.start < sentence.start + cut]
    rest = sentence.words[len(opening) :]
    if not rest or not is_hollow_opening([word.key for word in opening]) or rest[0].key in CONTRAST:
        return
    kinds = {match.label for match in found if match.start >= rest[0].start}
    values = [valence_of(word.key) for word in rest]
    is_blamed = not BLAME.isdisjoint(kinds) or any(value < 0 for value in values)
    if is_blamed and _PRAISE.isdisjoint(kinds) and _RELIEF.isdisjoint(kinds) and not any(value > 0 for value in values):
        yield Match("sarcasm", "a cry of praise", opening[0].start, rest[-1].end)


def is_name(sentence: Sentence, at: int) -> bool:
    """Whether the word at ``at`` is somebody's name: ``Joy said``, ``I spoke to Grace``."""
    word = sentence.words[at]
    if word.key not in given_names():
        return False
    written = sentence.text[word.start - sentence.start : word.end - sentence.start]
    if not written.istitle() or sentence.text.istitle():
        return False
    return at > 0 or (len(sentence.words) > 1 and sentence.words[1].key in _DEEDS)


def asks_plainly(sentence: Sentence) -> bool:
    """Whether it only asks: ``Is the train on time?`` holds no praise. ``How great is that!`` does."""
    if "!" in sentence.text or not (sentence.is_question or not sentence.text.endswith(".")):
        return False
    return _first_key(sentence) in _ASKING


def _first_key(sentence: Sentence) -> str:
    """The first word after whom it is addressed to: ``@bank hi, is ...``."""
    for word in sentence.words:
        at = word.start - sentence.start
        if sentence.text[at - 1 : at] != "@" and word.key not in _ADDRESSING:
            return word.key
    return ""


def is_politeness(keys: Sequence[str]) -> bool:
    """Whether a sentence is bare thanks, as they end any letter: ``Thanks a lot.``"""
    return 0 < len(keys) <= OPENING and _POLITE.issuperset(keys)


def is_hollow_opening(keys: Sequence[str]) -> bool:
    """Whether a sentence is no more than a short cry of praise: ``Fantastic.`` ``Nice one,``"""
    return 0 < len(keys) <= OPENING and _OPENERS.issuperset(keys)
