"""Words with marks, and personal data covered under them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from portal.needs import SeenTag, Tag
from portal.web import margin

places = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple).filter(lambda p: p[0] < p[1]), max_size=5
)


def tag(value: str, *spans: tuple[int, int], kind: str = "need", confidence: int = 700) -> SeenTag:
    made = Tag(
        message_id=1,
        kind=kind,
        value=value,
        need_state=None,
        confidence=confidence,
        source="rule",
        reader_version="r",
        spans=[list(span) for span in spans],
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return SeenTag(made, own=False, disputed=False)


@given(st.text(min_size=61, max_size=61), places, places)
def test_covered_data_never_shows_and_marks_stay_within_the_text(
    text: str, personal: list[tuple[int, int]], marks: list[tuple[int, int]]
) -> None:
    shown, moved = margin.cover(text, [(*span, "card") for span in personal], [(*span, "1") for span in marks])
    assert all(0 <= start <= end <= len(shown) for start, end, _ in moved)
    if not personal:
        assert shown == text
        assert [(start, end) for start, end, _ in moved] == marks


def test_marks_move_with_their_words_when_something_before_them_is_covered() -> None:
    text = "card 4111111111111111 the fee is high"
    shown, moved = margin.cover(text, [(5, 21, "card")], [(26, 29, "1")])
    assert "4111" not in shown
    assert shown[moved[0][0] : moved[0][1]] == "fee"


def test_the_longest_evidence_is_underlined_and_what_lies_in_it_is_not_underlined_again() -> None:
    notes, marks = margin._numbered([tag("reliability", (9, 17)), tag("cost", (4, 30), (9, 12))])
    assert marks == [(4, 30, "1, 2")]
    assert [(note.number, note.tag.value) for note in notes] == [("1", "reliability"), ("2", "cost")]


def test_a_feeling_whose_words_are_taken_stands_without_a_number() -> None:
    notes, marks = margin._numbered([tag("cost", (4, 30)), tag("negative", (5, 8), kind="sentiment")])
    assert marks == [(4, 30, "1")]
    assert [(note.number, note.tag.value) for note in notes] == [("1", "cost"), ("", "negative")]


def test_words_in_a_list_show_the_evidence_and_cover_what_is_personal() -> None:
    text = "card 4111111111111111 the fee is high and nobody answers"
    words = margin.covered_words(text, [(5, 21, "card")], [[0, 21], [26, 37]])
    assert "4111" not in words
    assert words.endswith("fee is high")
