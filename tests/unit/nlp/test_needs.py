"""Needs in plain sentences: which, how each stands by its own clause, and where none is spoken of."""

from pathlib import Path
from tomllib import loads
from typing import Any

import pytest

from nlp import Reader

CASES: dict[str, Any] = loads(Path(__file__).with_name("needs.toml").read_text(encoding="utf-8"))
PLAIN = [
    pytest.param(f"{need}:{state}", text, id=text)
    for need in ("reward", "ease", "privacy", "clarity", "support", "recognition")
    for state, texts in CASES[need].items()
    for text in texts
]


def claimed(text: str) -> set[str]:
    """The needs of a text with how they stand."""
    return {f"{claim.need}:{claim.state}" for claim in Reader.default().read(text).needs}


@pytest.mark.parametrize(("wanted", "text"), PLAIN)
def test_a_need_stands_as_the_sentence_says(wanted: str, text: str) -> None:
    assert wanted in claimed(text)


@pytest.mark.parametrize("text", CASES["none"]["texts"])
def test_ordinary_words_speak_of_no_need(text: str) -> None:
    assert claimed(text) == set()


@pytest.mark.parametrize("case", CASES["mixed"], ids=lambda case: case["text"])
def test_each_need_of_a_mixed_text_stands_as_its_own_clause_says(case: dict[str, Any]) -> None:
    told = claimed(case["text"])
    assert set(case["needs"]) <= told
    assert not {one.partition(":")[0] for one in told} & set(case.get("not", ()))
