"""The reader: all stages in order over one text, from intake to actionability."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from typing import Final

from .aspects import find_aspects
from .explain import explain
from .intake import Intake, take_in
from .intents import find_intents
from .language import Language, tell_language
from .needs import NeedFinder
from .personal import Found, find_personal_data, placeholder_mask, same_length_mask, within_cap
from .reading import Explanation, PiiSpan, Reading, SafetyFlag, Urgency
from .safety import screen
from .sentiment import feel, sum_up
from .sentiment_seed import VERSION as SENTIMENT_VERSION
from .taxonomy import Taxonomy
from .urgency import actionability_of, rate_urgency
from .voices import warm_up
from .words import Sentence, sentences_of

READER_VERSION: Final = "1.1"
"""Changes whenever the same text may be read differently."""
_CHUNK: Final = 200


class Reader:
    """Reads texts by the needs of one taxonomy. Safe to share between threads; holds no text."""

    __slots__ = ("_finder", "taxonomy", "version")

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.version = f"reader {READER_VERSION}; taxonomy {taxonomy.name}; sentiment {SENTIMENT_VERSION}"
        self._finder = NeedFinder(taxonomy)
        warm_up()

    @classmethod
    def default(cls) -> Reader:
        """The reader with everything that ships with it; made once in a process."""
        return _default()

    def read(self, text: str) -> Reading:
        """Read one text. Any string can be read; the first 5,000 characters of it are."""
        intake = take_in(text)
        intake, personal = within_cap(intake, find_personal_data(intake.clean))
        masked = same_length_mask(intake.clean, personal)
        sentences = sentences_of(masked)
        safety = screen(intake, masked, sentences)
        words = tuple(word for sentence in sentences for word in sentence.words)
        language = tell_language(masked, words)
        if language.reason is not None:
            return self._unread(intake, personal, language, sentences, safety)
        return self._read(intake, personal, language, masked, sentences, safety)

    def read_many(self, texts: Iterable[str], workers: int = 1) -> list[Reading]:
        """The readings of many texts in their order. With ``workers`` above 1, that many processes share the work."""
        return list(self.iter_readings(texts, workers))

    def iter_readings(self, texts: Iterable[str], workers: int = 1) -> Iterator[Reading]:
        """As :meth:`read_many`, one reading at a time."""
        if workers < 2:
            yield from map(self.read, texts)
            return
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, context, initializer=_be_ready, initargs=(self.taxonomy,)) as pool:
            yield from pool.map(_read_one, texts, chunksize=_CHUNK)

    def explain(self, text: str) -> Explanation:
        """Read one text and say in words what each stage contributed."""
        return explain(self.read(text))

    def _unread(
        self,
        intake: Intake,
        personal: list[Found],
        language: Language,
        sentences: tuple[Sentence, ...],
        safety: tuple[SafetyFlag, ...],
    ) -> Reading:
        urgency = rate_urgency((), safety, None, ()) if safety else Urgency(0, ())
        return Reading(
            text_length=len(intake.original),
            truncated=intake.truncated,
            language=language.code,
            language_confidence=language.confidence,
            readable=False,
            not_read_reason=language.reason,
            sentiment=None,
            intents=(),
            needs=(),
            aspects=(),
            urgency=urgency,
            safety=safety,
            pii=_pii(intake, personal),
            masked_text=placeholder_mask(intake.clean, personal),
            actionability=actionability_of(False, language.reason, (), safety, None),
            version=self.version,
        )

    def _read(
        self,
        intake: Intake,
        personal: list[Found],
        language: Language,
        masked: str,
        sentences: tuple[Sentence, ...],
        safety: tuple[SafetyFlag, ...],
    ) -> Reading:
        felt = [feel(sentence) for sentence in sentences]
        sentiment = sum_up(intake, felt)
        intents = find_intents(intake, sentences, felt, safety)
        return Reading(
            text_length=len(intake.original),
            truncated=intake.truncated,
            language=language.code,
            language_confidence=language.confidence,
            readable=True,
            not_read_reason=None,
            sentiment=sentiment,
            intents=intents,
            needs=self._finder.claims(intake, sentences, felt),
            aspects=find_aspects(intake, sentences, felt),
            urgency=rate_urgency(sentences, safety, sentiment, intents),
            safety=safety,
            pii=_pii(intake, personal),
            masked_text=placeholder_mask(intake.clean, personal),
            actionability=actionability_of(True, None, intents, safety, sentiment),
            version=self.version,
        )


def _pii(intake: Intake, personal: list[Found]) -> tuple[PiiSpan, ...]:
    return tuple(PiiSpan(item.kind, intake.span(item.start, item.end)) for item in personal)


@cache
def _default() -> Reader:
    return Reader(Taxonomy.shipped())


_ready: list[Reader] = []
"""The one reader of a worker process."""


def _be_ready(taxonomy: Taxonomy) -> None:
    _ready[:] = [Reader(taxonomy)]


def _read_one(text: str) -> Reading:
    return _ready[0].read(text)
