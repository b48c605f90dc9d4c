"""Reads what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.insight.models import IndicatorFigure, IndicatorPeriod
from portal.outreach import Campaign
from portal.segments import Segment
from portal.treatment import TrustIndex

SHOWN = {"day": timedelta(days=30), "week": timedelta(weeks=26)}
"""How far back a page shows."""


@dataclass(frozen=True)
class Spread:
    """How the trust index is spread: people by tenths, and how many each floor keeps offers from."""

    people: int
    tenths: tuple[int, ...]
    floors: dict[str, int]

    @property
    def rows(self) -> list[tuple[str, int, None]]:
        """For bars: each tenth by its bounds, with how many people are in it."""
        return [(f"0.{n}–{'1.0' if n == 9 else f'0.{n + 1}'}", count, None) for n, count in enumerate(self.tenths)]


def figures_of(session: Session, *, period: str, scope: str, scope_key: str, today: date) -> Sequence[IndicatorFigure]:
    """The figures of one part of the company over the time that is shown, the oldest first."""
    return session.scalars(
        sa.select(IndicatorFigure)
        .where(
            IndicatorFigure.period == period,
            IndicatorFigure.scope == scope,
            IndicatorFigure.scope_key == scope_key,
            IndicatorFigure.day >= today - SHOWN[period],
        )
        .order_by(IndicatorFigure.indicator, IndicatorFigure.part, IndicatorFigure.day)
    ).all()


def scopes_measured(session: Session) -> list[tuple[str, str, str | None]]:
    """Every part of the company that has figures, with what a segment or a campaign is called."""
    scopes = sa.select(IndicatorFigure.scope, IndicatorFigure.scope_key).distinct().subquery()
    found = (
        sa.select(scopes.c.scope, scopes.c.scope_key, sa.func.coalesce(Segment.name, Campaign.name))
        .outerjoin(Segment, sa.and_(scopes.c.scope == "segment", Segment.key == scopes.c.scope_key))
        .outerjoin(Campaign, sa.and_(scopes.c.scope == "campaign", Campaign.key == scopes.c.scope_key))
    )
    return sorted((scope, key, name) for scope, key, name in session.execute(found))


def last_measured(session: Session) -> datetime | None:
    """When something was measured last; None when nothing ever was."""
    return session.scalar(sa.select(sa.func.max(IndicatorPeriod.measured_at)))


def trust_spread(session: Session) -> Spread:
    """How the trust index is spread over all customers now."""
    tenths = [0] * 10
    floors: dict[str, int] = {}
    rows = session.execute(sa.select(TrustIndex.value, TrustIndex.floors)).all()
    for value, held in rows:
        tenths[min(value // 100, 9)] += 1
        for floor in held:
            floors[floor] = floors.get(floor, 0) + 1
    return Spread(len(rows), tuple(tenths), floors)
