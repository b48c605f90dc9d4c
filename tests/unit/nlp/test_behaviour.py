"""Plain cases of our own: what the reader must make of each. The cases and their keys are in behaviour.toml."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Any

import pytest

from nlp import Reader, Reading, Span

CASES: list[dict[str, Any]] = loads(Path(__file__).with_name("behaviour.toml").read_text(encoding="utf-8"))["case"]
NAMES = ("Ada", "Mohammed", "Wei", "Kwame", "Ines", "Oluwaseun", "Giovanni", "Svetlana")
COMPARED = ("sentiment", "needs", "intents", "safety", "actionability")
"""What a case with ``same_as`` shares with the other text, unless it says ``same_in``."""


class Facts:
    """What the reader said about one case, in the words of the case file."""

    def __init__(self, text: str) -> None:
        reading = Reader.default().read(text)
        self.text, self.reading = text, reading
        self.sentiment = reading.sentiment.label if reading.sentiment else None
        self.needs = {f"{claim.need}:{claim.state}" for claim in reading.needs}
        self.intents = {claim.intent for claim in reading.intents}
        self.safety = {flag.kind for flag in reading.safety}
        self.actionability = reading.actionability

    def has_need(self, wanted: str) -> bool:
        """Whether the need is claimed, in this state if one is named."""
        return any(need == wanted or need.startswith(f"{wanted}:") for need in self.needs)

    def covers(self, claim: str, word: str) -> bool:
        """Whether the claim's spans hold the whole of the word."""
        return set(places(self.text, word)) <= offsets(self.reading, claim)

    def touches(self, claim: str, word: str) -> bool:
        """Whether the claim's spans hold any of the word."""
        return bool(set(places(self.text, word)) & offsets(self.reading, claim))


def places(text: str, word: str) -> range:
    start = text.index(word)
    return range(start, start + len(word))


def offsets(reading: Reading, claim: str) -> set[int]:
    """Every offset in the spans of one claim, named by need, intent, safety flag or ``sentiment``."""
    named: list[tuple[str, tuple[Span, ...]]] = [(found.need, found.spans) for found in reading.needs]
    named += [(found.intent, found.spans) for found in reading.intents]
    named += [(flag.kind, flag.spans) for flag in reading.safety]
    if reading.sentiment:
        named.append(("sentiment", reading.sentiment.spans))
    return {at for name, spans in named if name == claim for span in spans for at in range(span.start, span.end)}


def pairs(wanted: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    return ((claim, word) for claim, words in wanted.items() for word in words)


def one_of(wanted: str | list[str], value: str | None) -> bool:
    return value in ([wanted] if isinstance(wanted, str) else wanted)


CHECKS: dict[str, tuple[Callable[[Any, Facts], bool], Callable[[Facts], object]]] = {
    "sentiment": (lambda wanted, told: one_of(wanted, told.sentiment), lambda told: told.sentiment),
    "needs": (lambda wanted, told: all(map(told.has_need, wanted)), lambda told: told.needs),
    "any_needs": (lambda wanted, told: any(map(told.has_need, wanted)), lambda told: told.needs),
    "not_needs": (lambda wanted, told: not any(map(told.has_need, wanted)), lambda told: told.needs),
    "no_needs": (lambda wanted, told: wanted and not told.needs, lambda told: told.needs),
    "intents": (lambda wanted, told: set(wanted) <= told.intents, lambda told: told.intents),
    "any_intents": (lambda wanted, told: bool(set(wanted) & told.intents), lambda told: told.intents),
    "no_intents": (lambda wanted, told: not set(wanted) & told.intents, lambda told: told.intents),
    "safety": (lambda wanted, told: set(wanted) <= told.safety, lambda told: told.safety),
    "not_safety": (lambda wanted, told: not set(wanted) & told.safety, lambda told: told.safety),
    "no_safety": (lambda wanted, told: wanted and not told.safety, lambda told: told.safety),
    "pii": (
        lambda wanted, told: wanted == [item.kind for item in told.reading.pii],
        lambda told: [item.kind for item in told.reading.pii],
    ),
    "hidden": (
        lambda wanted, told: not any(word in told.reading.masked_text for word in wanted),
        lambda told: told.reading.masked_text,
    ),
    "kept": (
        lambda wanted, told: all(word in told.reading.masked_text for word in wanted),
        lambda told: told.reading.masked_text,
    ),
    "action": (lambda wanted, told: one_of(wanted, told.actionability), lambda told: told.actionability),
    "read": (lambda wanted, told: wanted == told.reading.readable, lambda told: told.reading.not_read_reason),
    "language": (lambda wanted, told: one_of(wanted, told.reading.language), lambda told: told.reading.language),
    "urgent": (
        lambda wanted, told: told.reading.urgency.score >= 50 if wanted else told.reading.urgency.score <= 20,
        lambda told: told.reading.urgency,
    ),
    "evidence": (
        lambda wanted, told: all(told.covers(claim, word) for claim, word in pairs(wanted)),
        lambda told: told_by(told.reading),
    ),
    "not_evidence": (
        lambda wanted, told: not any(told.touches(claim, word) for claim, word in pairs(wanted)),
        lambda told: told_by(told.reading),
    ),
}
"""Each expectation a case may carry: whether it is met, and what to show when it is not."""
OTHER_KEYS = {"text", "times", "same_as", "same_in", "known_failure"}


def told_by(reading: Reading) -> dict[str, list[str]]:
    """The words every claim rests on."""
    told = {claim.need: [span.text for span in claim.spans] for claim in reading.needs}
    told |= {claim.intent: [span.text for span in claim.spans] for claim in reading.intents}
    told |= {flag.kind: [span.text for span in flag.spans] for flag in reading.safety}
    return told | {"sentiment": [span.text for span in reading.sentiment.spans] if reading.sentiment else []}


def disappointments(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every expectation of the case that is not met, by its key, with what was wanted and what came."""
    facts = Facts(case["text"] * case.get("times", 1))
    for key, wanted in case.items():
        if key in CHECKS and not CHECKS[key][0](wanted, facts):
            yield key, f"wanted {wanted}, got {CHECKS[key][1](facts)}"
    if "same_as" in case:
        yield from differences(facts, told_of(case["same_as"]), case.get("same_in", COMPARED))


@cache
def told_of(text: str) -> Facts:
    return Facts(text)


def differences(facts: Facts, other: Facts, compared: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in compared:
        here, there = getattr(facts, name), getattr(other, name)
        if here != there:
            yield f"same_as {name}", f"got {here}, but {there} for {other.text!r}"


def marked(case: dict[str, Any]) -> Any:
    """The case as a parameter; a known failure must go on failing, or its mark must go."""
    reason = case.get("known_failure")
    marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
    return pytest.param(case, id=case["text"][:50].strip() or "nothing", marks=marks)


@pytest.mark.parametrize("case", [marked(case) for case in CASES])
def test_a_plain_case_is_read_as_a_person_would(case: dict[str, Any]) -> None:
    assert not list(disappointments(case))


def test_there_are_enough_cases_and_each_expects_something() -> None:
    assert len({(case["text"], case.get("times", 1)) for case in CASES}) == len(CASES) >= 400
    for case in CASES:
        assert case.keys() <= CHECKS.keys() | OTHER_KEYS, case
        assert case.keys() & (CHECKS.keys() | {"same_as"}), case


def test_nearly_all_cases_pass_and_the_rest_say_why() -> None:
    failing = [case for case in CASES if "known_failure" in case]
    assert all(len(case["known_failure"]) > 10 for case in failing)
    assert len(failing) <= 0.05 * len(CASES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_moves_nothing(name: str) -> None:
    plain = Facts("My friend says the fees are too high and nobody answers.")
    named = Facts(f"{name} says the fees are too high and nobody answers.")
    assert plain.sentiment is not None
    assert not list(differences(named, plain, COMPARED))
