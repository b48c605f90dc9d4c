"""Counting what is shown about us: intervals, trends, parts of the company, limits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.insight import rules
from portal.insight.rules import Key, Limit, Observation

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
SUNDAY = date(2026, 11, 22)
WANTED = {("day", MONDAY.date()), ("week", SUNDAY)}
shares = st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def test_the_interval_is_that_of_wilson() -> None:
    assert rules.wilson(10, 100) == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert rules.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert rules.wilson(0, 0) == (0.0, 1.0)


@given(shares)
def test_the_interval_holds_the_share_and_narrows_with_more(one: tuple[int, int]) -> None:
    good, of = one
    low, high = rules.wilson(good, of)
    wide = rules.wilson(good * 4, of * 4)
    assert 0 <= low <= good / of + 1e-9
    assert good / of - 1e-9 <= high <= 1
    assert wide[1] - wide[0] < high - low


def test_one_thing_counts_for_its_day_its_week_and_each_part_of_the_company() -> None:
    one = Observation("answered", "", MONDAY, 1, 7, "email", "spring", 3.0)
    found = rules.tally([one, one._replace(good=0, value=5.0)], WANTED, lambda _customer, _at: ["fees"])
    assert len(found) == 8
    counted = found[Key("week", SUNDAY, "answered", "", "segment", "fees")]
    assert (counted.good, counted.of, counted.value, counted.people) == (1, 2, 4.0, {7})


def test_what_lies_outside_the_wanted_periods_is_not_counted() -> None:
    late = Observation("answered", "", MONDAY + timedelta(days=7), 1, 7)
    assert rules.tally([late], WANTED, lambda _customer, _at: []) == {}


def test_each_rule_is_a_share_of_all_decisions() -> None:
    observed = [Observation("denials", "", MONDAY, good, good) for good in (0, 0, 1)]
    observed.append(Observation("denials", "consent", MONDAY, 1, 1))
    found = rules.tally(observed, WANTED, lambda _customer, _at: [])
    rule = found[Key("week", SUNDAY, "denials", "consent", "company", "")]
    assert (rule.good, rule.of, rule.people) == (1, 3, {0, 1})


def test_whole_days_and_whole_weeks_are_kept_and_today_is_not() -> None:
    found = rules.periods(date(2026, 11, 10), date(2026, 11, 23), days=5, weeks=104)
    assert found[-1] == ("week", SUNDAY)
    assert [day.day for period, day in found if period == "day"] == [18, 19, 20, 21, 22]
    assert [day.day for period, day in found if period == "week"] == [15, 22]


@pytest.mark.parametrize(
    ("series", "moved"),
    [([(5, 100), (5, 100), (30, 100)], "up"), ([(50, 100), (5, 100)], "down"), ([(50, 100), (52, 100)], "steady"),
     ([(1, 2)], "unknown"), ([(0, 0), (1, 2)], "unknown")],
)  # fmt: skip
def test_a_trend_is_what_lies_beyond_chance(series: list[tuple[int, int]], moved: str) -> None:
    assert rules.trend(series) == moved


def test_what_must_be_nothing_is_an_alarm_at_once_and_a_share_only_when_it_is_sure() -> None:
    assert rules.is_alarm(Limit("most", 0.0), 1, 3, 3)
    assert not rules.is_alarm(Limit("least", 0.8), 0, 19, 19)
    assert not rules.is_alarm(Limit("least", 0.8), 15, 20, 20)
    assert rules.is_alarm(Limit("least", 0.8), 10, 40, 40)
    assert rules.is_alarm(Limit("most", 0.005), 5, 100, 100)


def test_an_alarm_says_since_when_without_a_break() -> None:
    weeks = [(SUNDAY - timedelta(weeks=ago), good, 40, 40) for ago, good in ((3, 10), (2, 40), (1, 10), (0, 12))]
    assert rules.alarming_since(Limit("least", 0.8), weeks) == SUNDAY - timedelta(weeks=1)
    assert rules.alarming_since(Limit("least", 0.8), weeks[:2]) is None


def test_limits_are_put_over_the_shipped_ones_and_misspelt_ones_are_named() -> None:
    found = rules.limits_from("answered=90, opt_out=1")
    assert found["answered", ""] == Limit("least", 0.9)
    assert found["opt_out", ""] == Limit("most", 0.01)
    assert found["spam", ""] == rules.LIMITS["spam", ""]
    for text in ("answerd=90", "answered=much", "answered=101"):
        with pytest.raises(ValueError, match=text.split("=")[0]):
            rules.limits_from(text)
