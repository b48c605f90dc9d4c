"""Quiet hours across time zones and clock changes: pure arithmetic."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` shows this time on this day, in UTC.

    A time that the clock skips is the first instant after the gap; a time it shows twice is the first of the two.
    """
    wall = datetime.combine(day, clock)
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    return _after_gap(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found, zone)


def _after_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def quiet_until(now: datetime, zone: ZoneInfo, start: time, end: time) -> datetime | None:
    """When the quiet hours that `now` lies in are over; None when it lies in none. Equal times mean there are none."""
    if start == end:
        return None
    today = now.astimezone(zone).date()
    for first in (today - timedelta(days=1), today):
        begins = instant(first, start, zone)
        ends = instant(first if start < end else first + timedelta(days=1), end, zone)
        if begins <= now < ends:
            return ends
    return None


def quiet_everywhere_until(now: datetime, zones: Iterable[str], start: time, end: time) -> datetime | None:
    """The first instant from `now` on that is quiet in none of the zones; None when that is `now`.

    Where no such instant comes within four days (zones all around the world), the end of the search.
    """
    places = [ZoneInfo(zone) for zone in zones]
    moment = now
    while moment < now + timedelta(days=4):
        ends = [found for place in places if (found := quiet_until(moment, place, start, end)) is not None]
        if not ends:
            break
        moment = max(ends)
    return moment if moment > now else None
