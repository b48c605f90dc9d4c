"""Labels from people: what is accepted, what is refused in words, and how much one person counts."""

from pathlib import Path

import pytest

from nlp import Reader
from nlp.learning import MOST_PER_GIVER, Label, label_of, read_labels, within_limits

NEEDS = Reader.default().need_keys


def test_every_way_to_say_a_label_is_understood() -> None:
    row = {"text": "slow", "sentiment": "neg", "need": "speed", "intent": "suggestion", "role": "reviewer", "giver": 7}
    assert label_of(row, NEEDS) == Label("slow", "negative", ("speed",), ("idea",), 3.0, "7")
    assert label_of({"text": "slow", "label": "pos"}, NEEDS, "sentiment").sentiment == "positive"
    assert label_of({"text": "slow", "needs": []}, NEEDS).needs == ()
    assert label_of({"text": "slow", "intent": "other"}, NEEDS).intents == ()


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"text": " ", "sentiment": "neg"}, "text"),
        ({"text": "a", "sentiment": "great"}, "great"),
        ({"text": "a", "needs": ["flavour"]}, "flavour"),
        ({"text": "a", "needs": [1]}, "needs"),
        ({"text": "a", "intent": "card_arrival"}, "card_arrival"),
        ({"text": "a", "sentiment": "neg", "weight": 0}, "weight"),
        ({"text": "a", "sentiment": "neg", "role": "boss"}, "boss"),
        ({"text": "a"}, "none of the fields"),
    ],
)
def test_a_label_that_cannot_be_used_is_refused_by_name(row: dict[str, object], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        label_of(row, NEEDS)


def test_a_file_gives_its_good_rows_and_reports_the_others(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "a", "sentiment": "neg"}\n{"text": "b", "sentiment": "so so"}\n{nonsense\n')
    labels, bad = read_labels(path, NEEDS)
    assert [label.text for label in labels] == ["a"]
    assert [row.line for row in bad] == [2, 3]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        (("neg", "neu", "POS"), ("negative", "neutral", "positive")),
        (("speed", "cost", "none"), (("speed",), ("cost",), ())),
        (("suggestion", "other"), (("idea",), ())),
    ],
)
def test_what_a_plain_label_is_about_is_told_by_its_values(
    tmp_path: Path, values: tuple[str, ...], read: tuple[object, ...]
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(f'{{"text": "a", "label": "{value}"}}\n' for value in values))
    labels, bad = read_labels(path, NEEDS)
    assert not bad
    assert tuple(label.sentiment or label.needs or label.intents or () for label in labels) == read


def test_a_plain_label_that_could_be_anything_asks_for_the_task(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "a", "label": "card_arrival"}\n')
    with pytest.raises(ValueError, match="name the task"):
        read_labels(path, NEEDS)


def test_a_file_without_a_usable_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"text": "a", "intent": "card_arrival"}\n')
    with pytest.raises(ValueError, match="card_arrival"):
        read_labels(path, NEEDS)


def test_one_customer_gives_at_most_five_items_the_latest_ones_and_reviewers_as_many_as_they_like() -> None:
    given = [Label(str(day), "neutral", giver="c1", at=f"2026-11-{day:02}") for day in range(1, 9)]
    reviewed = [Label(f"r{number}", "neutral", weight=3.0) for number in range(20)]
    kept = within_limits([*given, *reviewed])
    assert [label.text for label in kept if label.giver] == ["4", "5", "6", "7", "8"]
    assert MOST_PER_GIVER == 5
    assert len(kept) == 25
