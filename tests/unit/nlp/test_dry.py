"""Complaints without a word of feeling, praise in plain words, and facts that are neither."""

from pathlib import Path
from tomllib import loads

import pytest

from nlp import Reader

SAID: dict[str, list[str]] = loads(Path(__file__).with_name("dry.toml").read_text(encoding="utf-8"))
FOUND = {"negative": 0.85, "positive": 0.85, "neutral": 0.95}
"""The share of each that must be told right; what is left is known to fail."""


@pytest.mark.parametrize("feeling", SAID)
def test_what_happened_tells_how_somebody_feels(feeling: str) -> None:
    wrong = []
    for text in SAID[feeling]:
        told = Reader.default().read(text).sentiment
        if told is None or told.label != feeling:
            wrong.append(text)
    assert len(wrong) <= (1 - FOUND[feeling]) * len(SAID[feeling]), wrong
