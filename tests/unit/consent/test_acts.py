"""Where an act brings a cell, and which acts nobody may write."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.consent.models import ACTIONS
from portal.consent.rules import Cell, NewEntry, after, check, grade_of
from portal.errors import Invalid, NotAllowed

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=30)
ACT = Cell(state="open", seq=5, entry_id=50, since=NOW, notice_version=2, valid_until=NOW + timedelta(days=700))


def stands(state: str, **values: object) -> Cell:
    return replace(Cell(state=state, seq=4, entry_id=40, since=EARLIER, notice_version=2), **values)


def state_after(cell: Cell | None, action: str, occurred_at: datetime = NOW) -> str | None:
    found = after(cell, action, ACT, occurred_at=occurred_at)
    return found.state if found else None


@pytest.mark.parametrize(
    ("before", "action", "expected"),
    [
        (None, "granted", "granted"),
        ("denied", "granted", "granted"),
        ("granted", "withdrawn", "denied"),
        (None, "refused", "denied"),
        ("granted", "objected", "objected"),
        ("objected", "granted", "objected"),
        ("objected", "withdrawn", "objected"),
        ("objected", "objection_lifted", "open"),
        ("denied", "objection_lifted", "denied"),
        ("granted", "expired", "open"),
        ("denied", "expired", "denied"),
        ("granted", "requested", "granted"),
        (None, "imported", "open"),
        ("denied", "imported", "denied"),
        ("paused", "resumed", "open"),
    ],
)
def test_an_act_moves_a_cell(before: str | None, action: str, expected: str) -> None:
    assert state_after(stands(before) if before else None, action) == expected


def test_lifting_an_objection_gives_nothing_back() -> None:
    objected = after(stands("granted"), "objected", ACT, occurred_at=NOW)
    assert state_after(objected, "objection_lifted") == "open"


def test_a_yes_from_before_a_no_does_not_undo_it() -> None:
    assert state_after(stands("denied"), "granted", EARLIER - timedelta(days=1)) == "denied"


def test_a_second_yes_to_the_same_words_goes_on_since_the_first() -> None:
    again = after(stands("granted", earlier_words=True), "reaffirmed", ACT, occurred_at=NOW)
    assert again is not None
    assert (again.since, again.earlier_words, again.seq) == (EARLIER, True, 5)


def test_a_yes_to_other_words_or_after_the_end_begins_anew() -> None:
    other = after(stands("granted", notice_version=1, earlier_words=True), "reaffirmed", ACT, occurred_at=NOW)
    ended = after(stands("granted", valid_until=EARLIER), "granted", ACT, occurred_at=NOW)
    assert other is not None
    assert ended is not None
    assert (other.since, other.earlier_words, ended.since) == (NOW, False, NOW)


def test_a_no_has_no_end() -> None:
    no = after(stands("granted"), "withdrawn", ACT, occurred_at=NOW)
    assert no is not None
    assert no.valid_until is None


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        (NewEntry(purpose="needs", action="agreed"), Invalid),
        (NewEntry(purpose="needs", action="granted", occurred_at=NOW + timedelta(seconds=1), method="import"), Invalid),
        (NewEntry(purpose="needs", action="granted", occurred_at=EARLIER), Invalid),
        (NewEntry(purpose="needs", action="paused"), Invalid),
        (NewEntry(purpose="*", action="granted"), Invalid),
        (NewEntry(purpose="needs", action="granted", actor_type="team"), NotAllowed),
        (NewEntry(purpose="needs", action="granted", actor_type="team", evidence="  "), NotAllowed),
    ],
)
def test_some_acts_are_refused(entry: NewEntry, error: type[Exception]) -> None:
    with pytest.raises(error):
        check(entry, actions=ACTIONS, now=NOW)


def test_the_team_may_always_restrict_and_an_import_may_speak_of_the_past() -> None:
    check(NewEntry(purpose="needs", action="withdrawn", actor_type="team"), actions=ACTIONS, now=NOW)
    imported = NewEntry(purpose="needs", action="granted", method="import", occurred_at=EARLIER)
    check(imported, actions=ACTIONS, now=NOW)


@pytest.mark.parametrize(
    ("method", "evidence", "words", "grade", "expected"),
    [
        ("web_form", None, True, None, None),
        ("phone", "recording 7", True, None, "B"),
        ("phone", "recording 7", False, None, "C"),
        ("letter", " ", True, None, "C"),
        ("import", "row 7", True, None, "B"),
        ("branch", None, True, "A", "A"),
        ("rule", "M-1 undone", True, None, None),
    ],
)
def test_a_yes_from_elsewhere_of_unknown_grade_is_never_proved_best(
    method: str, evidence: str | None, words: bool, grade: str | None, expected: str | None
) -> None:
    """What was said here has our receipt; what merges and jobs write again keeps the grade of what it repeats."""
    entry = NewEntry(purpose="marketing", action="granted", method=method, evidence=evidence, grade=grade)
    assert grade_of(entry, words=words) == expected
    assert grade_of(replace(entry, action="withdrawn"), words=words) == grade
