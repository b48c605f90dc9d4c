"""When a lease is free, when a run counts as abandoned, when a nightly job is due, and how an
error is written down. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

TERM = timedelta(seconds=30)
"""How long a leader leads without saying so again."""
FAR = timedelta(minutes=10)
"""No leader asks for this much: a lease that lasts longer was written by a clock that was wrong."""
LONGEST_BY_HAND = timedelta(hours=12)
"""A run started by hand that is older and still says `running` has died."""
KEPT_RUNS = timedelta(days=30)
"""How long finished runs are kept."""


def is_free(until: datetime, now: datetime) -> bool:
    """Whether a lease that lasts `until` may be taken at `now`: it ran out, or a jumped clock wrote it."""
    return until <= now or until > now + FAR


def next_at(at: time, zone: str, now: datetime) -> datetime:
    """The next instant after `now` at which clocks in `zone` show `at`; in UTC."""
    here = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(here.date(), at, here.tzinfo)
    later = today if today > here else datetime.combine(here.date() + timedelta(days=1), at, here.tzinfo)
    return later.astimezone(UTC)


def was_missed(at: time, zone: str, ran_at: datetime | None, now: datetime) -> bool:
    """Whether a job that waits for `at` ran before, and nobody ran it the last time it was due."""
    return ran_at is not None and next_at(at, zone, ran_at) <= now


def kind_of(error: BaseException) -> str:
    """The class of an error and the place it came from. Never its text, which may quote what somebody wrote."""
    cause = getattr(error, "orig", None) or error
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(cause).__name__
    return f"{type(cause).__name__} at {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
