"""What a row of a file may do to a cell: it may take away, and it gives only what is proved and newer than every no."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.importing.rules import ANSWERS, Claim, Stand, event_id, grade_of, judge, way_back

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
moments = st.integers(-20, 3).map(lambda days: NOW + days * DAY)
claims = st.builds(
    Claim, act=st.sampled_from(sorted(set(ANSWERS.values()))), at=st.none() | moments, grade=st.sampled_from("ABC")
)
stands = st.builds(
    Stand,
    state=st.sampled_from([None, "granted", "denied", "objected", "open"]),
    in_force=st.booleans(),
    newest_no=st.none() | moments,
    erased_before=st.booleans(),
)


@given(claims, stands)
def test_a_yes_is_written_only_when_proved_and_newer_than_every_no(claim: Claim, stand: Stand) -> None:
    verdict = judge(claim, stand, now=NOW)
    if verdict.action in ("granted", "reaffirmed", "objection_lifted", "resumed"):
        assert verdict.action == "granted"
        assert claim.act == "granted"
        assert claim.grade in "AB"
        assert claim.at is None or claim.at <= NOW
        assert stand.newest_no is None or (claim.at is not None and claim.at > stand.newest_no)
        assert stand.state != "objected"
        assert not stand.erased_before


@given(claims, stands)
def test_a_no_always_counts_unless_it_lies_in_the_future_or_is_there_already(claim: Claim, stand: Stand) -> None:
    verdict = judge(claim, stand, now=NOW)
    if claim.act != "granted" and (claim.at is None or claim.at <= NOW):
        assert verdict.outcome == "deny" or stand.state in ("denied", "objected")


@given(claims, stands)
def test_a_flag_gives_nothing(claim: Claim, stand: Stand) -> None:
    verdict = judge(Claim("granted", claim.at, "C"), stand, now=NOW)
    assert verdict.action in (None, "imported")
    assert verdict.outcome in ("unknown", "same", "refused")


@pytest.mark.parametrize(
    ("stated", "at", "source", "wording", "evidence", "grade"),
    [
        (None, NOW, "", "", "recording 7", "A"),
        (None, None, "", "", "recording 7", "C"),
        (None, NOW, "CRM", "v1", "", "B"),
        (None, NOW, "CRM", "", "", "C"),
        ("A", NOW, "CRM", "v1", "", "B"),
        ("C", NOW, "CRM", "v1", "recording 7", "C"),
        ("B", NOW, "", "", "recording 7", "B"),
    ],
)
def test_the_grade_is_what_is_proved_and_a_file_can_only_lower_it(
    stated: str | None, at: datetime | None, source: str, wording: str, evidence: str, grade: str
) -> None:
    assert grade_of(stated, at=at, source=source, wording=wording, evidence=evidence) == grade


def test_a_row_has_one_name_until_its_file_was_undone() -> None:
    assert event_id("ab", 0, 2) == event_id("ab", 0, 2)
    assert len({event_id("ab", 0, 2), event_id("ab", 1, 2), event_id("ab", 0, 3), event_id("cd", 0, 2)}) == 4


@given(
    st.sampled_from([None, "granted", "denied", "objected", "open"]), st.sampled_from(["granted", "denied", "objected"])
)
def test_the_way_back_never_gives_a_yes_that_was_not_there(was: str | None, state: str) -> None:
    acts = way_back({"state": was} if was else None, state)
    assert ("granted" in acts) == (was == "granted" and state != "granted")
    assert bool(acts) == (was != state)
