"""What is measured about us over time, the alarms that follow, what the auditor found. Nothing here names anybody."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Base, partial_index

PERIODS = ("day", "week")
SCOPES = ("company", "segment", "campaign", "channel")


class IndicatorFigure(Base):
    """One indicator over one day or week, for the company or a part of it; can be measured again from the data.

    `day` is the last day. `value` is the median, in the unit of the indicator, where it has one. `people` is how many
    different customers it rests on.
    """

    __tablename__ = "indicator_figures"
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    day: Mapped[date]
    indicator: Mapped[str]
    part: Mapped[str] = mapped_column(default="")
    scope: Mapped[str]
    scope_key: Mapped[str] = mapped_column(default="")
    numerator: Mapped[int]
    denominator: Mapped[int]
    value: Mapped[float | None]
    people: Mapped[int]

    __table_args__ = (
        UniqueConstraint("period", "day", "indicator", "part", "scope", "scope_key"),
        CheckConstraint("period IN ('day', 'week')", name="period"),
        CheckConstraint("scope IN ('company', 'segment', 'campaign', 'channel')", name="scope"),
        CheckConstraint("numerator BETWEEN 0 AND denominator", name="share"),
        Index("ix_indicator_figures_scope", "scope", "scope_key", "period", "day"),
    )


class IndicatorPeriod(Base):
    """That a day or a week was measured, also when nothing happened in it."""

    __tablename__ = "indicator_periods"
    period: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    measured_at: Mapped[datetime]


class IndicatorAlarm(Base):
    """An indicator beyond its limit: since which week, and until when; `seen` and `limit` are shares."""

    __tablename__ = "indicator_alarms"
    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str]
    part: Mapped[str]
    scope: Mapped[str]
    scope_key: Mapped[str]
    since: Mapped[date]
    seen: Mapped[float]
    limit: Mapped[float]
    raised_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        partial_index(
            "uq_indicator_alarms_open",
            "indicator",
            "part",
            "scope",
            "scope_key",
            where="ended_at IS NULL",
            unique=True,
        ),
    )


class DecisionAudit(Base):
    """One run of the auditor over all decisions; `reached` is the last customer it has looked at."""

    __tablename__ = "decision_audits"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    reached: Mapped[int]
    decisions: Mapped[int]
    dispatches: Mapped[int]
    contradictions: Mapped[int]


class Contradiction(Base):
    """What contradicts something else: the decision, the kind, and particulars that name nobody."""

    __tablename__ = "contradictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("decision_audits.id"), index=True)
    ref: Mapped[str]
    kind: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
