"""Rows of feedback: what is checked quickly is what the schema would give."""

from hypothesis import given
from hypothesis import strategies as st

from portal.conversations.importing import Feedback
from portal.conversations.schemas import FeedbackRow

names = st.text(max_size=12) | st.text("aZ9@. ", max_size=260)
rows = st.fixed_dictionaries(
    {"text": names | st.none() | st.integers()},
    optional={"customer": names, "id": names, "at": names | st.none(), "rating": names | st.none()},
)


@given(rows)
def test_what_is_checked_quickly_is_what_the_schema_gives(cells: dict[str, object]) -> None:
    quick = Feedback({}, (1, 5)).plainly(cells)
    if quick is not None:
        assert quick == FeedbackRow().load(cells)


def test_a_plain_row_is_checked_quickly() -> None:
    assert Feedback({}, (1, 5)).plainly({"text": "Où est ma carte ?", "id": " 7 "}) == {
        "text": "Où est ma carte ?",
        "id": "7",
    }
