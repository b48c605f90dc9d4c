"""Figures as a page and a file show them: hidden where there are few people, with their intervals and their trend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal import insight
from portal.insight import IndicatorFigure
from portal.web import indicator_words as words

ROWS = 13
"""Periods in the table of one part, the newest of those shown."""
HEADER = (
    "period", "last_day", "scope", "scope_key", "indicator", "part", "numerator", "denominator", "share", "low", "high",
    "median", "people", "hidden",
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One figure, or that it is hidden; `low` and `high` hold the share with 95 %."""

    figure: IndicatorFigure
    hidden: bool
    share: float
    low: float
    high: float

    @property
    def cells(self) -> tuple[object, ...]:
        """The figure as a row of a file; what is hidden is empty there too."""
        one = self.figure
        place = (one.period, one.day.isoformat(), one.scope, one.scope_key, one.indicator, one.part)
        if self.hidden:
            return (*place, None, None, None, None, None, None, None, True)
        spread = (round(self.share, 6), round(self.low, 6), round(self.high, 6))
        return (*place, one.numerator, one.denominator, *spread, one.value, one.people, False)


@dataclass(frozen=True)
class Series:
    """One part of an indicator over time: its name, the newest finding, how it moves, and every figure shown."""

    part: str
    name: str
    finding: str
    trend: str
    points: list[Point]

    @property
    def newest(self) -> Point:
        """The figure the finding is about."""
        return self.points[-1]

    @property
    def hidden(self) -> bool:
        """Whether the newest figure is hidden, so that there is no finding."""
        return self.newest.hidden

    @property
    def shown(self) -> list[Point]:
        """The figures that are not hidden, the oldest first."""
        return [point for point in self.points if not point.hidden]


@dataclass(frozen=True)
class Card:
    """One indicator with its parts."""

    key: str
    name: str
    series: list[Series]

    @property
    def told(self) -> list[Series]:
        """The parts whose newest figure is shown."""
        return [one for one in self.series if not one.hidden]

    @property
    def untold(self) -> list[str]:
        """The names of the parts whose newest figure is hidden."""
        return [one.name for one in self.series if one.hidden]


def cards(figures: Sequence[IndicatorFigure], names: Iterable[str]) -> list[Card]:
    """The indicators named, each with what there is; with no series where nothing was counted."""
    by_name = {name: list(rows) for name, rows in groupby(figures, key=lambda one: one.indicator)}
    return [
        Card(
            name, str(words.INDICATORS[name].name), [_series(name, part, rows) for part, rows in _parts(by_name, name)]
        )
        for name in names
    ]


def _parts(by_name: dict[str, list[IndicatorFigure]], name: str) -> list[tuple[str, list[IndicatorFigure]]]:
    parts = [(part, list(rows)) for part, rows in groupby(by_name.get(name, ()), key=lambda one: one.part)]
    return sorted(parts, key=lambda one: words.whole_first(one[0])) if name == "opt_in" else parts


def _series(indicator: str, part: str, rows: list[IndicatorFigure]) -> Series:
    points = [_point(row) for row in rows][-ROWS:]
    newest = points[-1]
    finding = ""
    if not newest.hidden:
        one = newest.figure
        finding = words.finding(indicator, one.numerator, one.denominator, one.value)
    moved = insight.trend([(point.figure.numerator, point.figure.denominator) for point in points if not point.hidden])
    return Series(part, words.part(indicator, part), finding, str(words.TRENDS[moved]), points)


def _point(row: IndicatorFigure) -> Point:
    hidden = row.people < insight.FEWEST and row.indicator not in NEVER_HIDDEN
    low, high = insight.wilson(row.numerator, row.denominator)
    share = row.numerator / row.denominator if row.denominator else 0.0
    return Point(row, hidden, share, low, high)


NEVER_HIDDEN = ("after_withdrawal",)
"""What must be nothing is shown whatever it is: it is about us, and hiding it would help nobody."""


def rows(found: Sequence[Card]) -> Iterable[tuple[object, ...]]:
    """Everything the cards show, as rows of a file."""
    for card in found:
        for series in card.series:
            yield from (point.cells for point in series.points)
