"""How a need stands: unmet, met or wished, as its own clause says.

What went wrong is *unmet*, whatever is asked afterwards; praise is *met*; a request for something new is *wished*.
A plain question that reports no fault is *wished* too: somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Final, NamedTuple

from .evidence import Place
from .lexicon import load_phrases
from .phrasebook import Match, PhraseBook
from .sentiment import POLES, Felt, feel
from .sentiment_turns import only_asks
from .taxonomy import STATED
from .words import Sentence

_NAMED: Final = {"failure": "fault", "success": "praise"}
_PLACE: Final = itemgetter(2, 3)
_match: Final = partial(tuple.__new__, Match)
_SURELY: Final = 0.7
_CUES: Final = ("fault", "fine", "wish", "look", "praise", "asked")


@cache
def book() -> PhraseBook:
    """What says how things stand, ready for use."""
    sections = load_phrases("standing")
    return PhraseBook.of({label: sections[label] for label in _CUES})


@cache
def generic_words() -> frozenset[str]:
    """Words that alone say nothing of a need."""
    return frozenset(load_phrases("standing")["generic"])


class Context:
    """A sentence with what is needed to judge its claims; each part is worked out only when it is asked for."""

    __slots__ = ("_cues", "felt", "following", "sentence")

    def __init__(self, sentence: Sentence, felt: Felt, following: Sentence | None) -> None:
        self.sentence = sentence
        self.felt = felt
        self.following = following
        self._cues: list[Match] | None = None

    @property
    def clauses(self) -> Sequence[Sentence]:
        """The parts of the sentence."""
        return self.sentence.clauses

    @property
    def cues(self) -> list[Match]:
        """What says how things stand, in order of appearance; failures and successes of feeling count as well."""
        if self._cues is None:
            self._cues = _cues_in(self.sentence, self.felt)
        return self._cues

    @property
    def is_asked(self) -> bool:
        """Whether it is a question, or a request to be told or given something, with its mark or without."""
        return self.sentence.is_question or any(cue.label == "asked" for cue in self.cues)

    @property
    def is_looked_into(self) -> bool:
        """Whether the next sentence asks somebody to look into this one."""
        after = self.following
        return after is not None and any(match.label == "look" for match in book().find_in(after))

    def clauses_at(self, places: Sequence[Place]) -> Sequence[Sentence]:
        """The clauses in which these places lie."""
        return [part for part in self.clauses if any(part.start < end and start < part.end for start, end in places)]

    def cues_at(self, clauses: Sequence[Sentence]) -> list[Match]:
        """The cues that begin in these clauses."""
        return [cue for cue in self.cues if any(part.start <= cue.start < part.end for part in clauses)]


class Standing(NamedTuple):
    """A state and the places of the words that say so; ``is_told`` is false when nothing but a guess says it."""

    state: str
    places: tuple[Place, ...]
    is_told: bool = True


def _cues_in(sentence: Sentence, felt: Felt) -> list[Match]:
    cues = [_match((_NAMED[label], text, start, end)) for label, text, start, end in felt.matches if label in _NAMED]
    cues += book().find_in(sentence)
    fine = [cue for cue in cues if cue.label == "fine"]
    if fine:
        cues = [cue for cue in cues if cue.label != "fault" or not any(_touch(cue, other) for other in fine)]
    return sorted(cues, key=_PLACE) if len(cues) > 1 else cues


def _touch(one: Match, other: Match) -> bool:
    return one.start < other.end and other.start < one.end


def leaning(felt: Felt) -> str:
    """The pole a sentence is most likely at: ``negative``, ``neutral`` or ``positive``."""
    return POLES[max(range(3), key=lambda index: felt.probabilities[index])]


def _is_all_praise(felt: Felt) -> bool:
    """Whether nothing in a sentence speaks against what it surely praises: ``so good that we ordered it twice``."""
    return not felt.against and felt.probabilities[2] >= _SURELY


def standing_of(kinds: Sequence[str], places: Sequence[Place], context: Context) -> Standing:
    """How a need stands that was found at ``places`` by key phrases of these kinds."""
    clauses = context.clauses_at(places)
    cues = context.cues_at(clauses)
    first: dict[str, Match] = {}
    for cue in cues:
        first.setdefault(cue[0], cue)
    wish, fault = first.get("wish"), first.get("fault")
    stated = max(STATED, key=kinds.count) if any(state in kinds for state in STATED) else None
    if wish is not None and (fault is None or wish.start <= fault.start):
        return Standing("wished", ((wish.start, wish.end),))
    is_praised = leaning(context.felt) == "positive" and (stated == "met" or _is_all_praise(context.felt))
    if fault is not None and not is_praised:
        return Standing("unmet", tuple((cue.start, cue.end) for cue in cues if cue.label == "fault"))
    fine = first.get("fine")
    if fine is not None and stated != "wished":
        return Standing("met", ((fine.start, fine.end),))
    if stated is not None:
        return Standing(_as_stated(stated, clauses, context), ())
    if "praise" in first and context.felt.score > 0:
        return Standing("met", ((first["praise"].start, first["praise"].end),))
    return _as_felt(context)


def _as_stated(stated: str, clauses: Sequence[Sentence], context: Context) -> str:
    """The state its phrases say, unless the feeling of its clause, or a fault beside the wish, says otherwise."""
    labels = {cue.label for cue in context.cues_at(clauses)}
    if stated == "wished":
        thanked = "praise" in labels and "wish" not in labels and "asked" not in labels
        return "unmet" if any(cue.label == "fault" for cue in context.cues) else "met" if thanked else "wished"
    if stated == "unmet" and _is_all_praise(context.felt):
        return "met"
    if stated == "unmet":
        return "wished" if context.sentence.is_question and only_asks(context.sentence) else "unmet"
    felt = context.felt if len(context.clauses) == 1 or not clauses else feel(clauses[0])
    if leaning(felt) == "negative" and leaning(context.felt) != "positive":
        return "unmet"
    is_asked = "asked" in labels or (context.sentence.is_question and context.clauses[-1] in clauses)
    is_asked = is_asked or ("request" in felt.cues and "praise" not in labels)
    return "wished" if is_asked else "met"


def _as_felt(context: Context) -> Standing:
    felt = context.felt
    if any(cue.label == "fault" for cue in context.cues) or leaning(felt) == "negative":
        return Standing("unmet", ())
    if "request" in felt.cues or context.is_asked:
        return Standing("wished", ())
    if context.is_looked_into:
        return Standing("unmet", ())
    if leaning(felt) == "positive":
        return Standing("met", ())
    return Standing("unmet" if felt.score < 0 else "wished", (), is_told=False)
