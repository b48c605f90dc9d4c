"""Quiet hours, through the nights when the clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from portal.treatment.quiet import instant, quiet_everywhere_until, quiet_until

LONDON, ROME = ZoneInfo("Europe/London"), ZoneInfo("Europe/Rome")
EVENING, MORNING = time(20, 0), time(8, 0)
ZONES = ["Europe/London", "Europe/Rome", "America/New_York", "Asia/Taipei", "Australia/Lord_Howe", "Asia/Kathmandu"]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_the_evening_waits_for_the_morning() -> None:
    assert quiet_until(utc(2026, 11, 23, 21, 30), LONDON, EVENING, MORNING) == utc(2026, 11, 24, 8, 0)
    assert quiet_until(utc(2026, 11, 23, 7, 59), LONDON, EVENING, MORNING) == utc(2026, 11, 23, 8, 0)
    assert quiet_until(utc(2026, 11, 23, 8, 0), LONDON, EVENING, MORNING) is None
    assert quiet_until(utc(2026, 11, 23, 19, 59), LONDON, EVENING, MORNING) is None
    assert quiet_until(utc(2026, 11, 23, 20, 0), LONDON, EVENING, MORNING) == utc(2026, 11, 24, 8, 0)


def test_a_time_that_the_clock_skips_is_the_first_instant_after_the_gap() -> None:
    assert instant(date(2026, 3, 29), time(1, 30), LONDON) == utc(2026, 3, 29, 1, 0)
    assert instant(date(2026, 3, 8), time(2, 15), ZoneInfo("America/New_York")) == utc(2026, 3, 8, 7, 0)


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    assert instant(date(2026, 10, 25), time(1, 30), LONDON) == utc(2026, 10, 25, 0, 30)
    assert quiet_until(utc(2026, 10, 25, 0, 45), LONDON, time(23, 0), time(1, 30)) is None


def test_the_night_the_clock_changes_ends_at_eight_on_the_new_clock() -> None:
    assert quiet_until(utc(2026, 10, 24, 22, 0), LONDON, EVENING, MORNING) == utc(2026, 10, 25, 8, 0)
    assert quiet_until(utc(2026, 3, 28, 22, 0), LONDON, EVENING, MORNING) == utc(2026, 3, 29, 7, 0)


def test_with_several_zones_it_must_be_day_in_all_of_them() -> None:
    assert quiet_everywhere_until(utc(2026, 11, 23, 7, 30), ["Europe/Rome", "Europe/London"], EVENING, MORNING) == utc(
        2026, 11, 23, 8, 0
    )
    assert quiet_everywhere_until(utc(2026, 11, 23, 12, 0), ["Europe/Rome", "Europe/London"], EVENING, MORNING) is None


def test_equal_times_mean_no_quiet_hours() -> None:
    assert quiet_until(utc(2026, 11, 23, 3, 0), LONDON, MORNING, MORNING) is None


moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: utc(2025, 1, 1) + timedelta(minutes=minutes))


@given(moments, st.sampled_from(ZONES), st.times(), st.times())
def test_the_end_of_quiet_hours_is_later_and_not_quiet(now: datetime, name: str, start: time, end: time) -> None:
    ends = quiet_until(now, ZoneInfo(name), start, end)
    if ends is not None:
        assert ends > now
        assert quiet_until(ends, ZoneInfo(name), start, end) is None
