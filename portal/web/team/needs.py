"""Needs over time: how many messages speak of each, week by week, with the numbers and a file of them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, needs
from portal.needs import NeedsQuery, WeekCount
from portal.web import need_words
from portal.web.database import db
from portal.web.forms import query
from portal.web.language import short_day
from portal.web.pages import page
from portal.web.sheets import csv_answer
from portal.web.team.blueprint import blueprint


@blueprint.get("/needs", endpoint="needs")
def needs_over_time() -> ResponseReturnValue:
    """The chart, a table of all needs, and how much of what is said stands behind it."""
    form = query(NeedsQuery())
    wanted: dict[str, Any] = form.values or NeedsQuery().load({})
    weeks = _weeks(wanted["weeks"], clock.utc_now())
    counts = needs.need_series(db.session, since=weeks[0], until=weeks[-1] + timedelta(days=7))
    read = needs.messages_per_week(db.session, since=weeks[0], until=weeks[-1] + timedelta(days=7))
    shown = wanted["need"] or _largest(counts)
    return page(
        "team/needs/needs.html",
        form=form,
        wanted=wanted,
        shown=shown,
        labels=[short_day(week) for week in weeks],
        values=_line(counts, shown, weeks),
        title=_title(counts, shown, weeks),
        table=_table(counts),
        read=sum(read.values()),
        coverage=needs.coverage(db.session, clock.utc_now()),
        words=need_words,
        weeks_offered=needs.WEEKS,
    )


@blueprint.get("/needs.csv")
def needs_csv() -> ResponseReturnValue:
    """Exactly the numbers of the chart and of all other needs in the same weeks."""
    wanted: dict[str, Any] = query(NeedsQuery()).values or NeedsQuery().load({})
    weeks = _weeks(wanted["weeks"], clock.utc_now())
    counts = needs.need_series(db.session, since=weeks[0], until=weeks[-1] + timedelta(days=7), need=wanted["need"])
    read = needs.messages_per_week(db.session, since=weeks[0], until=weeks[-1] + timedelta(days=7))
    rows = [(one.week.date().isoformat(), one.need, one.messages, one.unmet, read.get(one.week, 0)) for one in counts]
    return csv_answer("needs", ("week_from", "need", "messages", "not_met", "messages_read_that_week"), rows)


def _weeks(count: int, now: datetime) -> list[datetime]:
    """The Mondays of the last `count` weeks, this one included, in UTC."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    return [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]


def _largest(counts: list[WeekCount]) -> str | None:
    totals: Counter[str] = Counter()
    for one in counts:
        totals[one.need] += one.messages
    return totals.most_common(1)[0][0] if totals else None


def _line(counts: list[WeekCount], need: str | None, weeks: list[datetime]) -> list[int]:
    by_week = {one.week: one.messages for one in counts if one.need == need}
    return [by_week.get(week, 0) for week in weeks]


def _title(counts: list[WeekCount], need: str | None, weeks: list[datetime]) -> str:
    """What the chart shows, as a finding: the last four whole weeks against the four before."""
    if need is None:
        return str(_("No need was spoken of in these weeks"))
    values = _line(counts, need, weeks)
    recent, before = sum(values[-5:-1]), sum(values[-9:-5])
    name = need_words.need(need)
    said = ngettext("%(num)d message", "%(num)d messages", recent)
    if recent > before:
        return str(
            _(
                "%(name)s rose: %(said)s in the last four whole weeks, %(before)d in the four before",
                name=name,
                said=said,
                before=before,
            )
        )
    if recent < before:
        return str(
            _(
                "%(name)s fell: %(said)s in the last four whole weeks, %(before)d in the four before",
                name=name,
                said=said,
                before=before,
            )
        )
    return str(
        _("%(name)s is unchanged: %(said)s in the last four whole weeks and in the four before", name=name, said=said)
    )


def _table(counts: list[WeekCount]) -> list[tuple[str, int, int]]:
    """Every need with its messages and how many of them say that it is not met, the largest first."""
    messages: Counter[str] = Counter()
    unmet: Counter[str] = Counter()
    for one in counts:
        messages[one.need] += one.messages
        unmet[one.need] += one.unmet
    return [(need, count, unmet[need]) for need, count in messages.most_common()]
