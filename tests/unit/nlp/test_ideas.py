"""Idea or not: suggestions to whoever makes a thing, advice to its next customers, and all that only looks alike."""

from pathlib import Path
from tomllib import loads

import pytest

from nlp import Reader

GROUPS: dict[str, dict[str, list[str]]] = loads(Path(__file__).with_name("ideas.toml").read_text(encoding="utf-8"))
COUNTED: dict[str, dict[str, list[str]]] = loads(
    Path(__file__).with_name("ideas_counted.toml").read_text(encoding="utf-8")
)
SETTLED = 0.95
"""The share of each kind that must be told right; what is left are sentences we know to fail."""


def is_idea(text: str) -> bool:
    """Whether the reader takes a text for an idea."""
    return any(claim.intent == "idea" for claim in Reader.default().read(text).intents)


@pytest.mark.parametrize("group", GROUPS)
def test_nearly_every_suggestion_is_found(group: str) -> None:
    missed = [text for text in GROUPS[group]["suggests"] if not is_idea(text)]
    assert len(missed) <= (1 - SETTLED) * len(GROUPS[group]["suggests"]), missed


@pytest.mark.parametrize("group", GROUPS)
def test_what_only_looks_like_a_suggestion_is_none(group: str) -> None:
    mistaken = [text for text in GROUPS[group]["tells"] if is_idea(text)]
    assert len(mistaken) <= (1 - SETTLED) * len(GROUPS[group]["tells"]), mistaken


@pytest.mark.parametrize("group", COUNTED)
def test_most_sentences_that_no_rule_was_made_for_are_told_right(group: str) -> None:
    suggests, tells = COUNTED[group]["suggests"], COUNTED[group]["tells"]
    found, mistaken = sum(map(is_idea, suggests)), sum(map(is_idea, tells))
    assert 2 * found / (found + mistaken + len(suggests)) >= 0.85


@pytest.mark.parametrize(
    "text",
    [
        "Please cancel my card.",
        "Send me a new PIN.",
        "Call me back.",
        "Let me know when it is done.",
        "Keep up the good work.",
        "You should be ashamed.",
        "I wish I had never come.",
        "My card should have arrived by now.",
        "Avoid this place.",
        "I would recommend them to anyone.",
    ],
)
def test_an_order_for_oneself_a_verdict_or_a_regret_is_no_idea(text: str) -> None:
    assert not is_idea(text)


def test_an_idea_is_shown_with_the_words_that_make_it_one() -> None:
    claims = Reader.default().read("The app is fine. Please add a dark mode.").intents
    idea = next(claim for claim in claims if claim.intent == "idea")
    assert any("add" in span.text for span in idea.spans)
    assert all("fine" not in span.text for span in idea.spans)
