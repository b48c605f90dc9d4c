"""Measures what is shown about us: day by day and week by week, what is missing, and any of it again on demand.

A figure rests only on what was known when its day was over, so that measuring it again gives the same.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.models import Customer
from portal.insight import alarms, contacts, observing
from portal.insight.models import IndicatorFigure, IndicatorPeriod
from portal.insight.rules import Key, Limit, Observation, Tally, ends, periods, tally
from portal.insight.stocks import Stocks
from portal.segments.models import Membership, Segment

KEPT_DAYS = 60
KEPT_WEEKS = 104
CHUNK = 13
"""Periods measured in one transaction."""
FLOWS = (
    observing.answers, observing.promises, observing.rights, observing.outcomes, observing.restraints,
    observing.acknowledged, contacts.sent,
    contacts.followed, contacts.decided, contacts.feelings,
)  # fmt: skip
Period = tuple[str, date]


def measure_indicators(
    engine: Engine,
    *,
    limits: dict[tuple[str, str], Limit],
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Measure every whole day and week that was not, the newest first, and look for alarms.

    :param limits: from when an indicator is an alarm.
    :returns: how many periods were measured, and 0.
    """
    done = 0
    while not should_stop():
        with db.reading(engine) as session:  # counting takes long, and nobody is kept waiting for it
            missing = _missing(session, clock())[-CHUNK:]
            counted = figures(session, missing) if missing else {}
        with db.writing(engine) as session:
            still = set(missing).intersection(_missing(session, clock()))
            _write(session, still, counted, clock())
            alarms.look(session, limits, clock())
        done += len(still)
        if len(missing) < CHUNK:
            break
    return done, 0


def measure_again(session: Session, since: date, until: date, *, now: datetime) -> int:
    """Measure the whole days and weeks that end from `since` to `until` anew; what stood there before goes.

    :returns: how many periods were measured.
    """
    wanted = [one for one in _all(session, now) if since <= one[1] <= until]
    for table in (IndicatorFigure, IndicatorPeriod):
        session.execute(sa.delete(table).where(table.day >= since, table.day <= until))
    if wanted:
        _write(session, set(wanted), figures(session, wanted), now)
    return len(wanted)


def _all(session: Session, now: datetime) -> list[Period]:
    began = session.scalar(sa.select(sa.func.min(Customer.created_at)))
    return periods(began.date(), now.date(), days=KEPT_DAYS, weeks=KEPT_WEEKS) if began else []


def _missing(session: Session, now: datetime) -> list[Period]:
    there = {(period, day) for period, day in session.execute(sa.select(IndicatorPeriod.period, IndicatorPeriod.day))}
    return [one for one in _all(session, now) if one not in there]


def _write(session: Session, wanted: set[Period], counted: dict[Key, Tally], now: datetime) -> None:
    rows = [{**key._asdict(), **_columns(counted[key])} for key in sorted(counted) if key[:2] in wanted]
    if rows:
        session.execute(sa.insert(IndicatorFigure), rows)
    stamped = [{"period": period, "day": day, "measured_at": now} for period, day in sorted(wanted)]
    if stamped:
        session.execute(sa.insert(IndicatorPeriod), stamped)


def _columns(counted: Tally) -> dict[str, object]:
    return {
        "numerator": counted.good,
        "denominator": counted.of,
        "value": counted.value,
        "people": len(counted.people),
    }


def figures(session: Session, wanted: list[Period]) -> dict[Key, Tally]:
    """The figures of some periods, counted from the data."""
    segments_of = _segments(session)
    last = max(ends(*one) for one in wanted)
    first = min(ends(*one) - timedelta(days=7 if one[0] == "week" else 1) for one in wanted)
    found = tally(_observed(session, (first, last)), set(wanted), segments_of)
    stocks = Stocks(session, last)
    for day in sorted({day for _period, day in wanted}):
        standing = list(stocks.at(datetime.combine(day, time(), UTC) + timedelta(days=1)))
        found |= tally(standing, {one for one in wanted if one[1] == day}, segments_of)
    return found


def _observed(session: Session, span: observing.Span) -> Iterator[Observation]:
    for flow in FLOWS:
        yield from flow(session, span)


def _segments(session: Session) -> Callable[[int | None, datetime], Iterable[str]]:
    """Who was in which segment when."""
    stays: dict[int, list[tuple[datetime, datetime | None, str]]] = defaultdict(list)
    rows = session.execute(
        sa.select(Membership.customer_id, Membership.valid_from, Membership.valid_to, Segment.key)
        .join(Segment, Segment.id == Membership.segment_id)
        .order_by(Membership.customer_id, Membership.valid_from)
    )
    for customer_id, valid_from, valid_to, key in rows:
        stays[customer_id].append((valid_from, valid_to, key))
    starts = {customer_id: [stay[0] for stay in mine] for customer_id, mine in stays.items()}

    @lru_cache(maxsize=10_000)  # many things are counted of one person at one moment
    def segments_of(customer_id: int | None, at: datetime) -> Iterable[str]:
        if customer_id not in stays:
            return ()
        begun = stays[customer_id][: bisect_right(starts[customer_id], at)]
        return {key for _start, end, key in begun if end is None or end > at}

    return segments_of
