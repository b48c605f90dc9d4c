"""What a row of a file may do to a cell: it may take away, and it gives only what is proved and newer than every no."""

from datetime import UTC, datetime, timedelta
from uuid import uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.consent import Notice
from portal.importing.asked import Wordings
from portal.importing.reading import _CANONICAL, Reader, _plain_proof
from portal.importing.rules import _OURS, ANSWERS, Claim, Stand, event_id, grade_of, judge, way_back
from portal.importing.schemas import ProofSchema

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


@given(st.text(max_size=20) | st.text("aZ9@.", max_size=600), st.text(max_size=20) | st.text("b -", max_size=600))
def test_what_is_checked_quickly_is_what_the_schema_gives(customer: str, evidence: str) -> None:
    given_ = {"customer": customer.strip(), "evidence": evidence.strip()}
    quick = _plain_proof(given_)
    if quick is not None:
        assert quick == dict(ProofSchema().load({name: text for name, text in given_.items() if text}))


cells_ = st.one_of(st.text(max_size=12), st.none(), st.integers(), st.booleans(), st.lists(st.integers(), max_size=2))


@given(st.dictionaries(st.text(max_size=5), cells_, max_size=5) | st.dictionaries(st.text(), st.text()))
def test_a_row_is_hashed_as_it_always_was(row: dict[str, object]) -> None:
    assert Reader({})._text_of(row) == _CANONICAL.encode(row)


published = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["en", "it", "zh"]), st.none() | moments), max_size=6, unique=True
)


@given(published, st.sampled_from(["", "v1", "2", "V3", "v9", "said so"]), st.sampled_from(["it", "fr"]), moments)
def test_the_words_of_a_day_are_the_newest_then_in_the_language_spoken(
    versions: list[tuple[int, str, datetime | None]], wording: str, language: str, at: datetime
) -> None:
    ordered = sorted(versions, key=lambda one: -one[0])
    notices = [
        Notice(id=number, version=version, language=spoken, effective_at=day)
        for number, (version, spoken, day) in enumerate(ordered)
    ]
    named = wording.lower().removeprefix("v")
    then = [one for one in notices if one.effective_at is not None and one.effective_at <= at]
    then = [one for one in then if not named.isdigit() or one.version == int(named)]
    newest = [one for one in then if one.version == max(each.version for each in then)]
    found = Wordings({"news": notices}).of("news", wording, language, at)
    best = min(newest, key=lambda one: (one.language != language, one.language != "en", one.id), default=None)
    assert (found and found.id) == (best and best.id)
    assert Wordings({"news": notices}).of("news", wording, language, None) is None


@given(st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(0, 9), st.integers(1, 10**6))
def test_the_name_of_a_row_is_a_uuid_of_the_fifth_kind(digest: str, generation: int, line: int) -> None:
    assert event_id(digest, generation, line) == str(uuid5(_OURS, f"{digest}:{generation}:{line}"))


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
    assert ("granted" in acts) == (was == "granted")
    assert bool(acts) == (was != state or was == "granted")
