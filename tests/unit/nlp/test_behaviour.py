"""Plain cases of our own: what the reader must make of each."""

from collections.abc import Iterator
from pathlib import Path
from tomllib import loads
from typing import Any

import pytest

from nlp import Reader, Reading

CASES: list[dict[str, Any]] = loads(Path(__file__).with_name("behaviour.toml").read_text(encoding="utf-8"))["case"]
NAMES = ("Ada", "Mohammed", "Wei", "Kwame", "Ines", "Oluwaseun", "Giovanni", "Svetlana")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50] or "nothing")
def test_a_plain_case_is_read_as_a_person_would(case: dict[str, Any]) -> None:
    reading = Reader.default().read(case["text"])
    assert not [*wrong_claims(case, reading), *wrong_values(case, reading)]


def wrong_claims(case: dict[str, Any], reading: Reading) -> Iterator[str]:
    """Needs, intents and safety flags that are missing or too many."""
    claimed = {claim.need for claim in reading.needs} | {f"{claim.need}:{claim.state}" for claim in reading.needs}
    intents = {claim.intent for claim in reading.intents}
    kinds = {flag.kind for flag in reading.safety}
    if not set(case.get("needs", ())) <= claimed or (case.get("no_needs") and claimed):
        yield f"needs {claimed}"
    if not set(case.get("intents", ())) <= intents or set(case.get("no_intents", ())) & intents:
        yield f"intents {intents}"
    if not set(case.get("safety", ())) <= kinds or (case.get("no_safety") and kinds):
        yield f"safety {kinds}"


def wrong_values(case: dict[str, Any], reading: Reading) -> Iterator[str]:
    """Single values that are not what the case says."""
    told = {
        "read": reading.readable,
        "language": reading.language,
        "action": reading.actionability,
        "pii": [item.kind for item in reading.pii],
    }
    yield from (f"{name} {value}" for name, value in told.items() if case.get(name, value) != value)
    label = reading.sentiment.label if reading.sentiment else None
    if "sentiment" in case and label not in case["sentiment"]:
        yield f"sentiment {label}"


def test_there_are_enough_cases() -> None:
    assert len({case["text"] for case in CASES}) >= 80


@pytest.mark.parametrize("name", NAMES)
def test_a_name_moves_nothing(name: str) -> None:
    plain = Reader.default().read("My friend says the fees are too high and nobody answers.")
    named = Reader.default().read(f"{name} says the fees are too high and nobody answers.")
    assert named.sentiment is not None
    assert plain.sentiment is not None
    assert named.sentiment.label == plain.sentiment.label
    assert {claim.need for claim in named.needs} == {claim.need for claim in plain.needs}
