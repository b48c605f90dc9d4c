"""When a lease is free, and how a broken run is written down."""

from datetime import UTC, datetime, time, timedelta

import pytest

from portal.errors import NotFound
from portal.jobs.rules import TERM, is_free, kind_of, next_at, was_missed
from portal.jobs.schedule import JOBS, job_named
from portal.settings import Settings

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_lease_that_lasts_is_not_free() -> None:
    assert not is_free(NOW + TERM, NOW)


def test_a_lease_that_ran_out_is_free() -> None:
    assert is_free(NOW, NOW)


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=3653), timedelta(days=-3653)])
def test_a_jump_of_the_clock_never_leaves_a_lease_that_nobody_can_take(jump: timedelta) -> None:
    assert is_free(NOW + TERM, NOW + jump)


def test_a_small_step_back_of_the_clock_does_not_topple_a_leader() -> None:
    assert not is_free(NOW + TERM, NOW - timedelta(seconds=20))


def test_a_broken_run_is_written_down_without_the_words_that_broke_it() -> None:
    try:
        int("Ada's own words")
    except ValueError as error:
        written = kind_of(error)
    assert written.startswith("ValueError at test_lease_rules.py:")
    assert "Ada" not in written


def test_a_job_that_does_not_exist_is_answered_with_those_that_do() -> None:
    with pytest.raises(NotFound, match=r"read-messages, place-customers, .*, expire"):
        job_named("make-coffee")


def test_a_new_message_is_read_within_ten_seconds_because_reading_is_tried_more_often() -> None:
    assert job_named("read-messages").every(Settings()) <= 5


def test_every_job_rests_between_its_runs() -> None:
    assert [job.name for job in JOBS if job.every(Settings()) < 1] == []


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 23, 1, 59, tzinfo=UTC), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), datetime(2026, 11, 24, 2, 0, tzinfo=UTC)),
        (datetime(2026, 6, 23, 10, 0, tzinfo=UTC), datetime(2026, 6, 24, 1, 0, tzinfo=UTC)),  # London is an hour ahead
    ],
)
def test_a_nightly_job_is_due_by_the_clock_on_the_wall(now: datetime, due: datetime) -> None:
    assert next_at(time(2, 0), "Europe/London", now) == due


def test_a_night_that_was_slept_through_is_made_up_for_and_one_that_never_was_is_waited_for() -> None:
    at, night = time(2, 0), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert not was_missed(at, "Europe/London", None, NOW)
    assert not was_missed(at, "Europe/London", night, NOW)
    assert was_missed(at, "Europe/London", night - timedelta(minutes=1), NOW)
