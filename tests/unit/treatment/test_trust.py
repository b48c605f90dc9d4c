"""The trust index: what we did adds up, fades by half-lives, and serves one purpose only."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.treatment import trust
from portal.treatment.trust import BASE, KINDS, MOST_GOOD, Conduct

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
PORTAL = Path(__file__).resolve().parents[3] / "portal"
MAY_ASK = (
    "treatment/", "insight/", "jobs/schedule.py", "demo/loading.py", "web/customer/trust.py", "web/trust_words.py"
)  # fmt: skip
"""Rule 16, the person's own page, what the company is shown about itself, and who has it measured."""
NAMES = {"TrustIndex", "trust_of", "conduct_towards", "measure_trust", "portal.treatment.trust"}
conducts = st.builds(
    Conduct, st.sampled_from(sorted(KINDS)), st.integers(0, 900).map(lambda days: NOW - timedelta(days=days))
)


def ago(kind: str, days: float = 0) -> Conduct:
    return Conduct(kind, NOW - timedelta(days=days))


def test_everybody_begins_alike() -> None:
    assert trust.index([], NOW) == trust.Index(BASE, ())


def test_what_happened_weighs_half_as_much_after_its_half_life() -> None:
    assert [trust.worth(ago("promise_broken", days), NOW) for days in (0, 365, 730)] == [-200, -100, -50]


def test_what_has_not_ended_weighs_in_full_for_as_long_as_it_lasts() -> None:
    assert trust.worth(ago("answer_owed", 700), NOW) == KINDS["answer_owed"].weight


def test_the_parts_add_up_to_the_index() -> None:
    found = trust.index([ago("promise_kept", 10), ago("complaint_late", 3), ago("answer_given", 1)], NOW)
    assert found.value == BASE + sum(part.worth for part in found.components)
    assert [part.conduct.kind for part in found.components] == ["answer_given", "complaint_late", "promise_kept"]


def test_many_small_good_things_never_outweigh_a_serious_one() -> None:
    assert trust.index([*[ago("answer_given")] * 100, ago("contact_after_no")], NOW).value == BASE + MOST_GOOD - 400


@given(st.lists(conducts, max_size=12), conducts)
def test_one_more_thing_left_undone_never_raises_the_index(before: list[Conduct], more: Conduct) -> None:
    index, after = trust.index(before, NOW).value, trust.index([*before, more], NOW).value
    assert 0 <= after <= 1000
    assert after <= index if KINDS[more.kind].weight < 0 else after >= index


@given(st.lists(conducts, max_size=8), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_told_does_not_matter(one: list[Conduct], chance: object) -> None:
    other = list(one)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert trust.index(one, NOW) == trust.index(other, NOW)


@given(st.integers(0, 400), st.integers(0, 40))
def test_business_days_are_counted_one_by_one(start: int, days: int) -> None:
    slow = moment = NOW + timedelta(days=start)
    while slow.weekday() >= 5:
        slow += timedelta(days=1)
    for _day in range(days):
        slow += timedelta(days=1)
        while slow.weekday() >= 5:
            slow += timedelta(days=1)
    assert trust.business_days_later(moment, days) == slow


@pytest.mark.parametrize(
    ("opened", "answered", "kind"),
    [(3, 1, "complaint_in_time"), (40, 1, "complaint_late"), (40, None, "complaint_unanswered"), (3, None, "")],
)
def test_a_complaint_is_answered_in_time_late_or_not_at_all(opened: int, answered: int | None, kind: str) -> None:
    at = None if answered is None else NOW - timedelta(days=answered)
    assert trust.answered(NOW - timedelta(days=opened), at, NOW, complaint=True, ref="T-1").kind == kind


def test_a_promise_whose_day_has_gone_by_counts_until_it_is_settled() -> None:
    due = NOW - timedelta(days=2)
    assert trust.promised("open", due, None, NOW, "T-1").kind == "promise_overdue"
    assert trust.promised("open", NOW + timedelta(days=2), None, NOW, "T-1").kind == ""
    assert trust.promised("late", due, NOW, NOW, "T-1") == Conduct("promise_late", NOW, "T-1")


def test_a_right_that_the_law_holds_up_is_not_late() -> None:
    due = NOW - timedelta(days=2)
    assert trust.served(due, None, NOW, held=True, ref="R-1").kind == ""
    assert trust.served(due, None, NOW, held=False, ref="R-1").kind == "rights_overdue"
    assert trust.served(due, NOW, NOW, held=False, ref="R-1").kind == "rights_late"


def test_only_the_contact_above_the_budget_counts_and_not_what_came_before_it_was_set() -> None:
    contacts = [(NOW - timedelta(days=day), f"D-{day}") for day in (6, 3, 1)]
    found = trust.over_budget(contacts, 1, NOW - timedelta(days=2))
    assert found == [Conduct("over_budget", NOW - timedelta(days=1), "D-1")]
    assert trust.over_budget(contacts, None, None) == []


def test_nobody_else_may_ask_for_the_index() -> None:
    """Never for a price, a credit or a service: whoever decides those cannot see it."""
    asking = set()
    for path in PORTAL.rglob("*.py"):
        place = path.relative_to(PORTAL).as_posix()
        if place.startswith(MAY_ASK):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = {getattr(node, name, None) for name in ("id", "attr", "module", "name")}
            if named & NAMES:
                asking.add(place)
    assert asking == set()
