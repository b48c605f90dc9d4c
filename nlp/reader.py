"""The reader: all stages in order over one text, from intake to actionability."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from . import aspects, intents, safety, sentiment_phrases, standing, suggestions, urgency
from .aspects import find_aspects
from .explain import explain
from .intake import Intake, take_in
from .intents import find_intents
from .language import Language, load_identifier, tell_language
from .learning.cold import View
from .learning.model import Model
from .learning.store import load as load_model
from .needs import NeedFinder
from .personal import Found, find_personal_data, placeholder_mask, same_length_mask, within_cap
from .phrasebook import Shelf
from .reading import Explanation, PiiSpan, Reading, SafetyFlag, Urgency
from .safety import screen
from .sentiment import feel, sum_up
from .sentiment_seed import VERSION as SENTIMENT_VERSION
from .sharing import shared
from .taxonomy import Taxonomy
from .urgency import actionability_of, rate_urgency
from .voices import warm_up
from .words import Sentence, sentences_of

READER_VERSION: Final = "3.2"
"""Changes whenever the same text may be read differently."""

_BOOKS: Final = (
    safety.book, sentiment_phrases.phrases, suggestions.book, standing.book, intents.book, aspects.book, urgency.book,
)  # fmt: skip
"""The lists of phrases in which every sentence is looked for, in one pass."""


class Reader:
    """Reads texts by the needs of one taxonomy. Safe to share between threads; holds no text.

    With a ``model`` (see :mod:`nlp.learning`) its claims are corrected by what people said of other texts.
    """

    __slots__ = ("_finder", "_shelf", "model", "taxonomy", "version")

    def __init__(self, taxonomy: Taxonomy, model: Model | None = None) -> None:
        self.taxonomy = taxonomy
        self.model = model
        learned = f"; {model.version}" if model is not None else ""
        self.version = f"reader {READER_VERSION}; taxonomy {taxonomy.name}; sentiment {SENTIMENT_VERSION}{learned}"
        self._finder = NeedFinder(taxonomy)
        self._shelf = Shelf([*(book() for book in _BOOKS), self._finder.book])
        warm_up()

    @classmethod
    def default(cls) -> Reader:
        """The reader with everything that ships with it; made once in a process."""
        return _default()

    @classmethod
    def load(cls, folder: Path | str, taxonomy: Taxonomy | None = None) -> Reader:
        """The reader with the model saved in ``folder``. Raises ``ValueError`` when that is missing or was changed."""
        return cls(taxonomy or Taxonomy.shipped(), load_model(Path(folder)))

    @property
    def need_keys(self) -> tuple[str, ...]:
        """The needs of its taxonomy, in order."""
        return tuple(self.taxonomy.needs)

    @property
    def need_seeds(self) -> tuple[tuple[str, str], ...]:
        """The phrases and examples that its taxonomy gives for each need, with their need."""
        needs = self.taxonomy.needs.values()
        return tuple((text, need.key) for need in needs for text in (*need.seeds, *need.examples_for))

    def read(self, text: str) -> Reading:
        """Read one text. Any string can be read; the first 5,000 characters of it are."""
        seen = self._look(text)
        if seen.language.reason is not None:
            return self._unread(seen, seen.language.reason)
        return self._read(seen)

    def view(self, text: str) -> View | None:
        """The text as the stages before learning see it; ``None`` when it cannot be read. For :mod:`nlp.learning`."""
        seen = self._look(text)
        return None if seen.language.reason is not None else self._view(seen)

    def read_many(self, texts: Iterable[str], workers: int = 1) -> list[Reading]:
        """The readings of many texts in their order. With ``workers`` above 1, that many processes share the work."""
        return list(self.iter_readings(texts, workers))

    def iter_readings(self, texts: Iterable[str], workers: int = 1) -> Iterator[Reading]:
        """As :meth:`read_many`, one reading at a time."""
        if workers < 2:
            yield from map(self.read, texts)
            return
        load_identifier()
        yield from shared(texts, workers, self.read, _reader_anew, (self.taxonomy, self.model))

    def explain(self, text: str) -> Explanation:
        """Read one text and say in words what each stage contributed, and which words would change it."""
        return explain(text, self.read)

    def _look(self, text: str) -> _Seen:
        intake = take_in(text)
        intake, personal = within_cap(intake, find_personal_data(intake.clean))
        intake = intake.hiding((item.start, item.end) for item in personal)
        masked = same_length_mask(intake.clean, personal)
        sentences = sentences_of(masked)
        for sentence in sentences:
            self._shelf.find(sentence)
        safety = screen(intake, masked, sentences)
        words = tuple(chain.from_iterable([sentence.words for sentence in sentences]))
        return _Seen(intake, personal, sentences, safety, tell_language(masked, words))

    def _unread(self, seen: _Seen, reason: str) -> Reading:
        urgency = rate_urgency((), seen.safety, None, ()) if seen.safety else Urgency(0, ())
        return Reading(
            text_length=len(seen.intake.original),
            truncated=seen.intake.truncated,
            language=seen.language.code,
            language_confidence=seen.language.confidence,
            readable=False,
            not_read_reason=reason,
            sentiment=None,
            intents=(),
            needs=(),
            aspects=(),
            urgency=urgency,
            safety=seen.safety,
            pii=_pii(seen.intake, seen.personal),
            masked_text=placeholder_mask(seen.intake.clean, seen.personal),
            actionability=actionability_of(False, reason, (), seen.safety, None),
            version=self.version,
        )

    def _view(self, seen: _Seen) -> View:
        felt = tuple(feel(sentence) for sentence in seen.sentences)
        needs = self._finder.look(seen.intake, seen.sentences, felt)
        return View(
            seen.intake,
            seen.sentences,
            felt,
            sum_up(seen.intake, felt),
            needs.claims,
            find_intents(seen.intake, seen.sentences, felt, seen.safety),
            needs.hints,
        )

    def _read(self, seen: _Seen) -> Reading:
        view = self._view(seen)
        claims = view if self.model is None else self.model.revise(view)
        return Reading(
            text_length=len(seen.intake.original),
            truncated=seen.intake.truncated,
            language=seen.language.code,
            language_confidence=seen.language.confidence,
            readable=True,
            not_read_reason=None,
            sentiment=claims.sentiment,
            intents=claims.intents,
            needs=claims.needs,
            aspects=find_aspects(seen.intake, seen.sentences, view.felt),
            urgency=rate_urgency(seen.sentences, seen.safety, claims.sentiment, claims.intents),
            safety=seen.safety,
            pii=_pii(seen.intake, seen.personal),
            masked_text=placeholder_mask(seen.intake.clean, seen.personal),
            actionability=actionability_of(True, None, claims.intents, seen.safety, claims.sentiment),
            version=self.version,
            also_language=seen.language.also,
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text after the stages that look at any language."""

    intake: Intake
    personal: list[Found]
    sentences: tuple[Sentence, ...]
    safety: tuple[SafetyFlag, ...]
    language: Language


def _pii(intake: Intake, personal: list[Found]) -> tuple[PiiSpan, ...]:
    return tuple(PiiSpan(item.kind, intake.span(item.start, item.end)) for item in personal)


@cache
def _default() -> Reader:
    return Reader(Taxonomy.shipped())


def _reader_anew(taxonomy: Taxonomy, model: Model | None) -> Callable[[str], Reading]:
    return Reader(taxonomy, model).read
