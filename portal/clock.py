"""The only place that asks what time it is; everybody else is told `now`."""

from datetime import UTC, datetime, timedelta

EPOCH, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def still_claimed(since: datetime | None, now: datetime, lease: timedelta) -> bool:
    """Whether who claimed something may go on with it: half of the lease is not over, and no clock has jumped.

    :param since: when it was claimed.
    :param lease: after which somebody else may claim it.
    """
    return since is not None and -lease <= now - since <= lease / 2


def micros(moment: datetime) -> int:
    """An instant in microseconds since 1970, exactly."""
    return (moment - EPOCH) // TICK


def months_later(moment: datetime, months: int) -> datetime:
    """The same day of the month `months` later, or the month's last day."""
    total = moment.month - 1 + months
    year, month = moment.year + total // 12, total % 12 + 1
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month)


def months_before(moment: datetime, months: int) -> tuple[datetime, datetime]:
    """Until when it is `months` ago for sure, and after when it is not; in between, ask `months_later`.

    The two are one instant but at the end of a month, where months are of different lengths.
    """
    about = months_later(moment, -months)
    if moment.day < 28:
        return about, about
    return about - timedelta(days=1), about + timedelta(days=4)
