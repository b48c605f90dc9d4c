"""When the next digest is made: on the customer's clock, through every change of it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.outreach import next_digest

ZONES = ("Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Cairo")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "how", "zone", "clock", "then"),
    [
        ("2026-11-23T08:59:00+00:00", "daily", "Europe/London", time(9), "2026-11-23T09:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", "daily", "Europe/London", time(9), "2026-11-24T09:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", "weekly", "Europe/London", time(9), "2026-11-30T09:00:00+00:00"),
        ("2026-11-25T09:00:00+00:00", "weekly", "Asia/Tokyo", time(9), "2026-11-30T00:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", "daily", "Europe/London", time(9), "2026-03-29T08:00:00+00:00"),
        ("2026-03-28T12:00:00+00:00", "daily", "Europe/London", time(1, 30), "2026-03-29T01:00:00+00:00"),
        ("2026-10-24T12:00:00+00:00", "daily", "Europe/London", time(1, 30), "2026-10-25T00:30:00+00:00"),
        ("2026-10-25T00:30:00+00:00", "daily", "Europe/London", time(1, 30), "2026-10-26T01:30:00+00:00"),
    ],
)
def test_the_next_digest(now: str, how: str, zone: str, clock: time, then: str) -> None:
    assert next_digest(at(now), how, ZoneInfo(zone), clock) == at(then)


@settings(max_examples=60)
@given(
    minutes=st.integers(0, 5 * 366 * 24 * 60),
    zone=st.sampled_from(ZONES),
    how=st.sampled_from(["daily", "weekly"]),
    clock=st.sampled_from([time(0), time(2, 15), time(9), time(23, 45)]),
)
def test_it_is_after_now_never_two_on_one_day_and_weekly_ones_are_daily_ones_on_a_monday(
    minutes: int, zone: str, how: str, clock: time
) -> None:
    place, here = ZoneInfo(zone), datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = next_digest(here, how, place, clock)
    second = next_digest(first, how, place, clock)
    assert here < first < second
    assert first.astimezone(place).date() < second.astimezone(place).date()
    assert first - here <= timedelta(days=9 if how == "weekly" else 3)
    if how == "weekly":
        assert first.astimezone(place).weekday() == 0
        assert next_digest(first - timedelta(seconds=1), "daily", place, clock) == first
