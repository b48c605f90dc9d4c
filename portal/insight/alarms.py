"""Alarms: an indicator beyond its limit is noted with the week since which it is, and ends when it is within again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.insight.models import IndicatorAlarm, IndicatorFigure
from portal.insight.rules import Limit, alarming_since

LOOK_BACK = timedelta(weeks=27)
Place = tuple[str, str, str, str]


def look(session: Session, limits: dict[tuple[str, str], Limit], now: datetime) -> None:
    """Raise and end alarms by the weeks that were measured."""
    newest = session.scalar(sa.select(sa.func.max(IndicatorFigure.day)).where(IndicatorFigure.period == "week"))
    if newest is None:
        return
    weeks: dict[Place, list[tuple[date, int, int, int]]] = defaultdict(list)
    rows = session.execute(
        sa.select(IndicatorFigure)
        .where(IndicatorFigure.period == "week", IndicatorFigure.day > now.date() - LOOK_BACK)
        .where(IndicatorFigure.indicator.in_({name for name, _part in limits}))
        .order_by(IndicatorFigure.day)
    ).scalars()
    for row in rows:
        place = (row.indicator, row.part, row.scope, row.scope_key)
        weeks[place].append((row.day, row.numerator, row.denominator, row.people))
    raised = {place: found for place, series in weeks.items() if (found := _alarm(place, series, limits, newest, now))}
    for alarm in open_alarms(session):
        found = raised.pop((alarm.indicator, alarm.part, alarm.scope, alarm.scope_key), None)
        if found is None:
            alarm.ended_at = now
        else:
            alarm.since, alarm.seen, alarm.limit = min(alarm.since, found.since), found.seen, found.limit
    session.add_all(raised.values())
    session.flush()


def _alarm(
    place: Place,
    series: Sequence[tuple[date, int, int, int]],
    limits: dict[tuple[str, str], Limit],
    newest: date,
    now: datetime,
) -> IndicatorAlarm | None:
    limit = limits.get(place[:2])
    if limit is None or series[-1][0] < newest - timedelta(weeks=4):
        return None
    since = alarming_since(limit, series)
    if since is None:
        return None
    _day, good, of, _people = series[-1]
    return IndicatorAlarm(
        indicator=place[0], part=place[1], scope=place[2], scope_key=place[3], since=since - timedelta(days=6),
        seen=good / of, limit=limit.share, raised_at=now,
    )  # fmt: skip


def open_alarms(session: Session, *, scope: str | None = None) -> Sequence[IndicatorAlarm]:
    """The alarms that stand, the company's own first, then the oldest; of one kind of scope if given."""
    order = sa.case((IndicatorAlarm.scope == "company", 0), else_=1)
    statement = sa.select(IndicatorAlarm).where(IndicatorAlarm.ended_at.is_(None))
    if scope is not None:
        statement = statement.where(IndicatorAlarm.scope == scope)
    return session.scalars(statement.order_by(order, IndicatorAlarm.since, IndicatorAlarm.id)).all()
