"""The plain cases that no model may unlearn, whatever its labels say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

from nlp.reading import Reading


class Reads(Protocol):
    """Whoever is put to the test: a :class:`nlp.Reader`, with a model or without."""

    def read(self, text: str) -> Reading:
        """The reading of one text."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that was read wrongly: its text, its kind (as ``negation``) and what was claimed instead."""

    text: str
    kind: str
    claimed: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the cases went."""

    count: int
    failures: tuple[Failure, ...] = ()

    @property
    def share(self) -> float:
        """Of the cases that pass, from 0 to 1."""
        return 1.0 - len(self.failures) / self.count if self.count else 0.0


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """The cases that ship with the reader."""
    content = resources.files(__package__).joinpath("behaviour.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(content)["case"])


def put_to_the_test(reader: Reads) -> Behaviour:
    """Let ``reader`` read all cases."""
    failures = []
    for case in cases():
        readings = [reader.read(text) for text in (case["text"], *case.get("same_as", ()))]
        wrong = next(_wrong(case, readings), None)
        if wrong is not None:
            failures.append(Failure(case["text"], case["kind"], wrong))
    return Behaviour(len(cases()), tuple(failures))


def _wrong(case: dict[str, Any], readings: list[Reading]) -> Iterator[str]:
    reading = readings[0]
    label = reading.sentiment.label if reading.sentiment else "not read"
    if "sentiment" in case and label not in case["sentiment"]:
        yield f"sentiment {label}"
    intents = {claim.intent for claim in reading.intents}
    if intents & set(case.get("no_intents", ())):
        yield f"intents {', '.join(sorted(intents))}"
    if "safety" in case and case["safety"] not in {flag.kind for flag in reading.safety}:
        yield "no safety flag"
    if "hidden" in case and case["hidden"] in reading.masked_text:
        yield "personal data not hidden"
    for other in readings[1:]:
        if _told(other) != _told(reading):
            yield f"{_told(other)} against {_told(reading)}"


def _told(reading: Reading) -> tuple[str, ...]:
    """What a name must not change."""
    label = reading.sentiment.label if reading.sentiment else "not read"
    return (label, *sorted(claim.need for claim in reading.needs))
