"""What cells allow: absence is not consent, restrictions combine by AND, and none ever allows more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import months_later
from portal.consent.permissions import PurposeFacts, is_owed, permission
from portal.consent.rules import PAUSE, STOP, Cell, Key, after

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MARKETING = PurposeFacts(key="marketing", asks=True, paused_by_pause=True)
SERVICE = PurposeFacts(key="service", asks=False)
OWED = PurposeFacts(key="service", asks=False, owed=True)
OWN: Key = ("marketing", "*", "*")


def cell(state: str, **values: object) -> Cell:
    return replace(Cell(state=state, seq=3, entry_id=7, since=NOW - timedelta(days=9), notice_version=2), **values)


def test_silence_is_a_no() -> None:
    answer = permission(MARKETING, {}, now=NOW)
    assert not answer
    assert (answer.state, answer.reason) == ("never", "not-asked")


def test_a_yes_allows_and_says_on_what_it_rests() -> None:
    answer = permission(MARKETING, {OWN: cell("granted")}, now=NOW)
    assert answer
    assert (answer.reason, answer.entry_id, answer.seq, answer.notice_version) == ("granted", 7, 3, 2)


def test_a_contract_purpose_needs_no_yes_but_yields_to_an_objection() -> None:
    assert permission(SERVICE, {}, now=NOW).reason == "contract"
    assert permission(SERVICE, {("service", "*", "*"): cell("objected")}, now=NOW).reason == "objected"


def test_a_yes_ends_with_its_time_to_the_second() -> None:
    ends = NOW + timedelta(days=1)
    given_until = {OWN: cell("granted", valid_until=ends)}
    assert permission(MARKETING, given_until, now=ends - timedelta(seconds=1))
    answer = permission(MARKETING, given_until, now=ends)
    assert (answer.allowed, answer.state, answer.reason) == (False, "expired", "expired")


def test_a_yes_to_words_of_another_controller_is_void() -> None:
    facts = replace(MARKETING, void_below=3)
    assert permission(facts, {OWN: cell("granted")}, now=NOW).reason == "void"
    assert permission(facts, {OWN: cell("granted", notice_version=3)}, now=NOW)


@pytest.mark.parametrize(
    ("key", "state", "reason"),
    [
        (("marketing", "email", "*"), "denied", "channel-off"),
        (("marketing", "*", "cards"), "denied", "topic-off"),
        (("marketing", "email", "cards"), "objected", "topic-off"),
        (("*", "email", "*"), "denied", "stopped"),
        (STOP, "objected", "stopped"),
        (PAUSE, "paused", "paused"),
    ],
)
def test_each_restriction_suffices(key: Key, state: str, reason: str) -> None:
    cells = {OWN: cell("granted"), key: cell(state)}
    answer = permission(MARKETING, cells, now=NOW, channel="email", topic="cards")
    assert (answer.allowed, answer.reason) == (False, reason)


def test_a_restriction_of_one_channel_leaves_the_others_alone() -> None:
    cells = {OWN: cell("granted"), ("marketing", "email", "*"): cell("denied")}
    assert permission(MARKETING, cells, now=NOW, channel="sms", topic="cards")


def test_a_yes_to_one_channel_is_not_a_yes_to_the_purpose() -> None:
    assert not permission(MARKETING, {("marketing", "email", "*"): cell("granted")}, now=NOW, channel="email")


def test_a_pause_is_the_reason_only_when_nothing_else_stands_in_the_way() -> None:
    cells = {OWN: cell("denied"), PAUSE: cell("paused")}
    answer = permission(MARKETING, cells, now=NOW)
    assert (answer.reason, answer.restrictions) == ("denied", ("denied", "paused"))


def test_a_pause_ends_by_itself_and_covers_only_what_we_begin() -> None:
    over = cell("paused", valid_until=NOW)
    assert permission(MARKETING, {OWN: cell("granted"), PAUSE: over}, now=NOW)
    answers = PurposeFacts(key="reply", asks=True)
    assert permission(answers, {("reply", "*", "*"): cell("granted"), PAUSE: cell("paused")}, now=NOW)


def test_months_end_on_the_last_day_where_there_is_no_such_day() -> None:
    assert months_later(datetime(2024, 1, 31, tzinfo=UTC), 1) == datetime(2024, 2, 29, tzinfo=UTC)
    assert months_later(datetime(2025, 11, 30, tzinfo=UTC), 3) == datetime(2026, 2, 28, tzinfo=UTC)
    assert months_later(datetime(2026, 11, 23, tzinfo=UTC), 24) == datetime(2028, 11, 23, tzinfo=UTC)


WAYS, TOPICS = ("*", "email", "sms"), ("*", "savings", "cards")
keys = st.one_of(
    st.tuples(st.just("marketing"), st.sampled_from(WAYS), st.sampled_from(TOPICS)),
    st.tuples(st.just("*"), st.sampled_from(WAYS), st.just("*")),
    st.just(PAUSE),
)
ends = st.one_of(st.none(), st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days)))
any_cell = st.builds(
    lambda state, until, version: cell(state, valid_until=until, notice_version=version),
    st.sampled_from(["granted", "denied", "objected", "open"]),
    ends,
    st.one_of(st.none(), st.integers(1, 4)),
)


restrictions = st.one_of(
    st.tuples(keys.filter(lambda key: key != PAUSE), st.sampled_from(["denied", "objected"])),
    st.just((PAUSE, "paused")),
)


@given(
    facts=st.builds(
        PurposeFacts,
        key=st.just("marketing"),
        asks=st.booleans(),
        paused_by_pause=st.booleans(),
        retired=st.booleans(),
        void_below=st.integers(0, 3),
    ),
    cells=st.dictionaries(keys, any_cell, max_size=6),
    restriction=restrictions,
    channel=st.sampled_from(WAYS),
    topic=st.sampled_from(TOPICS),
)
def test_a_further_restriction_never_allows_more(
    facts: PurposeFacts, cells: dict[Key, Cell], restriction: tuple[Key, str], channel: str, topic: str
) -> None:
    key, state = restriction
    before = permission(facts, cells, now=NOW, channel=channel, topic=topic)
    after = permission(facts, {**cells, key: cell(state)}, now=NOW, channel=channel, topic=topic)
    assert after.allowed <= before.allowed
    assert after.allowed == (not after.restrictions)


@given(
    cells=st.dictionaries(keys.filter(lambda key: key != STOP), any_cell, max_size=6),
    at=st.sampled_from([STOP, ("*", "email", "*")]),
    channel=st.sampled_from(WAYS),
    topic=st.sampled_from(TOPICS),
)
def test_lifting_a_stop_restores_the_specifics(cells: dict[Key, Cell], at: Key, channel: str, topic: str) -> None:
    """Stopping touches one cell; once that is lifted, each other cell says what it said before."""
    cells.pop(at, None)
    before = permission(MARKETING, cells, now=NOW, channel=channel, topic=topic)
    act = Cell(state="open", seq=9, entry_id=9, since=NOW)
    stopped = after(None, "objected", act, occurred_at=NOW)
    assert stopped is not None
    during = permission(MARKETING, {**cells, at: stopped}, now=NOW, channel=channel, topic=topic)
    assert "stopped" in during.restrictions or at[1] not in ("*", channel)
    lifted = after(stopped, "objection_lifted", replace(act, seq=10), occurred_at=NOW)
    assert lifted is not None
    assert permission(MARKETING, {**cells, at: lifted}, now=NOW, channel=channel, topic=topic) == before


def test_a_flag_without_proof_is_remembered_and_allows_nothing() -> None:
    flag = Cell(state="open", seq=1, entry_id=1, since=NOW, grade="C")
    for action in ("granted", "imported"):
        found = after(None, action, flag, occurred_at=NOW)
        assert found is not None
        answer = permission(MARKETING, {OWN: found}, now=NOW)
        assert (answer.allowed, answer.state, answer.reason, answer.grade) == (False, "never", "unproven", "C")


@pytest.mark.parametrize("state", ["granted", "denied", "objected"])
def test_a_flag_without_proof_changes_nothing_that_was_said(state: str) -> None:
    before = cell(state)
    flag = Cell(state="open", seq=4, entry_id=9, since=NOW, grade="C")
    assert after(before, "granted", flag, occurred_at=NOW) == before


@pytest.mark.parametrize(("first", "then", "kept"), [("A", "B", "A"), ("B", "A", "A"), ("B", None, None)])
def test_a_yes_said_again_keeps_its_best_proof(first: str, then: str | None, kept: str | None) -> None:
    again = Cell(state="open", seq=4, entry_id=9, since=NOW, notice_version=2, grade=then)
    found = after(cell("granted", grade=first), "granted", again, occurred_at=NOW)
    assert found is not None
    assert (found.state, found.grade) == ("granted", kept)


@pytest.mark.parametrize("state", ["denied", "objected"])
@pytest.mark.parametrize("key", [STOP, ("*", "email", "*")])
def test_a_stop_to_everything_does_not_reach_what_a_contract_or_the_law_wants(key: Key, state: str) -> None:
    cells = {key: Cell(state, 1, 1, NOW)}
    assert permission(OWED, cells, now=NOW, channel="email").reason == "contract"
    assert permission(SERVICE, cells, now=NOW, channel="email").reason == "stopped"
    own = cells | {("service", "*", "*"): Cell(state, 2, 2, NOW)}
    assert permission(OWED, own, now=NOW, channel="email").reason == state


@pytest.mark.parametrize(
    ("asks", "ground", "owed"),
    [
        (False, "contract", True), (False, "legal_obligation", True), (False, "legitimate_interest", False),
        (True, "contract", False), (True, "consent", False),
    ],
)  # fmt: skip
def test_what_is_owed_is_what_nobody_is_asked_for_by_contract_or_law(asks: bool, ground: str, owed: bool) -> None:
    assert is_owed(asks, ground) == owed
