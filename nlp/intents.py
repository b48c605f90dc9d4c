"""Stage 6: what the writer wants, sentence by sentence; rules, because rules travel between domains."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from .evidence import Place, resting_on, says_something
from .intake import Intake
from .lexicon import load_phrases
from .phrasebook import Match, PhraseBook
from .reading import INTENTS, IntentClaim, SafetyFlag
from .sentiment import Felt
from .sentiment_turns import only_asks
from .standing import leaning
from .suggestions import ENOUGH, Suggestion, suggestion_in, weigh
from .words import Sentence, Word

_ONE_HIT: Final = 0.6
_MORE_HITS: Final = 0.8
_SHORT: Final = 12
"""A question of so many words is shown whole."""
_CLEARLY: Final = 0.6
"""From here a sentence is clear enough to complain or praise without a phrase of ours."""
_PRAISES: Final = 0.9
"""From here a wish may praise as well."""
_NOT: Final = "not_"
_HEAD, _TAIL = 6, 2
"""Words shown of the beginning and the end of a longer one."""


@cache
def book() -> PhraseBook:
    """What tells an intent, ready for use."""
    return PhraseBook.of(load_phrases("intents"))


def find_intents(
    intake: Intake, sentences: Sequence[Sentence], felt: Sequence[Felt], safety: Sequence[SafetyFlag]
) -> tuple[IntentClaim, ...]:
    """All intents of the text with their words, most certain first; ``none`` alone when there is none."""
    found: dict[str, set[Place]] = {}
    sure: dict[str, float] = {}
    for sentence, feeling in zip(sentences, felt, strict=True):
        for label, (confidence, places) in intents_of(sentence, feeling).items():
            found.setdefault(label, set()).update(places)
            sure[label] = max(confidence, sure.get(label, 0.0))
    claims = [IntentClaim(label, sure[label], True, "rule", intake.spans(places)) for label, places in found.items()]
    claims += [
        IntentClaim("data_rights", _MORE_HITS, True, "rule", flag.spans)
        for flag in safety
        if flag.kind == "data_rights"
    ]
    if not claims:
        return (IntentClaim("none", 0.5, True, "rule", ()),)
    return tuple(sorted(claims, key=lambda claim: (-claim.confidence, INTENTS.index(claim.intent))))


def intents_of(sentence: Sentence, felt: Felt) -> dict[str, tuple[float, list[Place]]]:
    """The intents of one sentence: how sure, and the offsets of the words each rests on."""
    found: dict[str, list[Place]] = {}
    for match in _unbarred(book().find_in(sentence)):
        found.setdefault(match.label, []).append((match.start, match.end))
    suggestion = suggestion_in(sentence)
    suggests = suggestion.points >= ENOUGH
    _settle(found, sentence, felt, suggestion if suggests else None)
    claims = {
        label: (_MORE_HITS if len(places) > 1 else _ONE_HIT, _shown(label, sentence, places, felt))
        for label, places in found.items()
    }
    if suggests:
        places = resting_on(sentence, suggestion.places, lambda left: _still_suggests(sentence, left))
        claims["idea"] = (min(0.9, round(0.6 + 0.2 * suggestion.points, 2)), places)
    return claims


def _unbarred(found: Sequence[Match]) -> Sequence[Match]:
    """The phrases found, without those that only look like an intent."""
    barred = [match for match in found if match.label.startswith(_NOT)]
    if not barred:
        return found
    kept = [match for match in found if not match.label.startswith(_NOT)]
    return [match for match in kept if not any(_bars(bar, match) for bar in barred)]


def _bars(bar: Match, match: Match) -> bool:
    return bar.label == _NOT + match.label and bar.start < match.end and match.start < bar.end


def _settle(found: dict[str, list[Place]], sentence: Sentence, felt: Felt, suggestion: Suggestion | None) -> None:
    """What the intents of one sentence leave of each other: a wish is no praise, a suggestion no order for oneself."""
    if sentence.is_question and "question" not in found and sentence.words:
        found["question"] = [(sentence.words[0].start, sentence.end)]
    if not felt.against and sentence.is_question and only_asks(sentence):
        found.pop("complaint", None)
    _settle_feeling(found, felt, "request" in felt.cues or suggestion is not None)
    if suggestion is None:
        return
    if not sentence.is_question:
        found.pop("question", None)
    requests = [place for place in found.pop("request", ()) if not _overlaps(place, suggestion.places)]
    if requests:
        found["request"] = requests


def _settle_feeling(found: dict[str, list[Place]], felt: Felt, is_wish: bool) -> None:
    praise = found.pop("praise", [])
    if felt.score < 0 or (is_wish and felt.score < _PRAISES):
        praise = []
    if not praise and not is_wish and felt.pro and felt.probabilities[2] >= _CLEARLY:
        praise = list(felt.pro)
    praise = [*praise, *found.pop("thanks", ())]
    if praise and "sarcasm" not in felt.cues:
        found["praise"] = praise
    if "complaint" in found and leaning(felt) == "positive":
        del found["complaint"]
    if "complaint" not in found and _blames(felt):
        found["complaint"] = list(felt.against)


def _overlaps(place: Place, others: Sequence[Place]) -> bool:
    return any(start < place[1] and place[0] < end for start, end in others)


def _blames(felt: Felt) -> bool:
    """Whether a sentence is so clearly negative that it complains in words of its own."""
    return bool(felt.against) and felt.probabilities[0] >= _CLEARLY


def _shown(label: str, sentence: Sentence, places: Sequence[Place], felt: Felt) -> list[Place]:
    if label == "question":
        places = _question(sentence, min(start for start, _ in places))
    elif label == "complaint" and _blames(felt):
        places = [*places, *felt.against]
    elif label == "praise" and felt.probabilities[2] >= _CLEARLY:
        places = [*places, *felt.pro]
    telling = [place for place in places if says_something(sentence, place)] or [_widened(sentence, places[0])]
    return resting_on(sentence, telling, lambda left: _still_has(label, sentence, left))


def _question(sentence: Sentence, start: int) -> list[Place]:
    """What is asked: all of a short question, head and tail of a long one."""
    words = [word for word in sentence.words if word.start >= start]
    end = sentence.end if sentence.is_question else words[-1].end
    if len(words) <= _SHORT:
        return [(start, end)]
    head = (start, words[_HEAD - 1].end)
    return [head, (words[-_TAIL].start, end)] if sentence.is_question else [head]


def _widened(sentence: Sentence, place: Place) -> Place:
    """A place of mere grammar with the words around it, as far as the next two that say something."""
    after = [word for word in sentence.words if word.start >= place[1]][:3]
    return (place[0], after[-1].end) if after else (sentence.start, sentence.end)


def _still_has(label: str, sentence: Sentence, left: Sequence[Word]) -> list[Place]:
    """Where a label still stands in what is left of a sentence."""
    if label == "question" and sentence.is_question and left and left[-1] is sentence.words[-1]:
        return [(left[-1].start, sentence.end)]
    labels = ("praise", "thanks") if label == "praise" else (label,)
    return [(match.start, match.end) for match in _unbarred(book().find(left)) if match.label in labels]


def _still_suggests(sentence: Sentence, left: Sequence[Word]) -> list[Place]:
    rest = weigh(sentence, left)
    return list(rest.places) if rest.points >= ENOUGH else []
