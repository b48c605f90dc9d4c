"""The reader's card: what reads now, what it learned from, how well it does, and the way back."""

from collections import Counter
from datetime import datetime, timedelta

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, needs
from portal.errors import Invalid
from portal.needs import Known, WeekOfReading
from portal.web import need_words, reader_words, training
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, query, submitted
from portal.web.identity import current_account
from portal.web.language import short_day
from portal.web.pages import onward, page

WEEKS = 12
NAMED = 3
"""Needs that have a column of their own in the table of weeks."""


@blueprint.get("/reader", endpoint="reader")
def reader_card() -> ResponseReturnValue:
    """Everything about how texts are read now and since when, on one page."""
    return _card(query(needs.CardQuery()))


def _card(form: Submitted) -> ResponseReturnValue:
    known = needs.learnt_models(db.session)
    shadow = next((one.model for one in known if one.model.state == "shadow"), None)
    wanted = form.values.get("model")
    shown = next((one.model for one in known if one.model.number == wanted), known[0].model if known else None)
    weeks, named, drift = _drift(clock.utc_now())
    return page(
        "admin/reader/reader.html",
        form=form,
        force=needs.in_force(),
        known=known,
        live=next((one.model for one in known if one.model.state == "live"), None),
        shadow=shadow,
        asks_sign_off=shadow is not None and (shadow.shadow_count < 1 or needs.wants_sign_off(shadow.verdicts)),
        examples=needs.where_they_stand(db.session, shadow.shadow_examples) if shadow is not None else [],
        shown=shown,
        back_to=[one.model for one in known if _can_go_back(one)],
        material=needs.material(db.session),
        fewest=needs.FEWEST,
        ahead=training.ahead(clock.utc_now()),
        weeks=weeks,
        labels=[short_day(one.week) for one in weeks],
        unsure=[_share(one.unsure, one.messages) for one in weeks],
        named=named,
        drift=drift,
        words=need_words,
        say=reader_words,
    )


def _can_go_back(one: Known) -> bool:
    return one.has_files and one.model.state == "retired" and one.model.live_at is not None


def _drift(now: datetime) -> tuple[list[WeekOfReading], list[str], list[list[int]]]:
    """The last weeks, the needs most spoken of in them, and for each week its shares in per cent: not read, unsure,
    each feeling, then those needs."""
    since = _monday(now) - timedelta(weeks=WEEKS - 1)
    weeks = needs.weeks_of_reading(db.session, since=since)
    counts = needs.need_series(db.session, since=since, until=now)
    totals: Counter[str] = Counter()
    for one in counts:
        totals[one.need] += one.messages
    named = [need for need, _count in totals.most_common(NAMED)]
    by_week = {(one.week, one.need): one.messages for one in counts}
    rows = [
        [
            _share(part, one.messages)
            for part in (
                one.messages - one.readable,
                one.unsure,
                one.negative,
                one.neutral,
                one.positive,
                one.mixed,
                *(by_week.get((one.week, need), 0) for need in named),
            )
        ]
        for one in weeks
    ]
    return weeks, named, rows


def _share(part: int, of: int) -> int:
    return round(100 * part / of) if of else 0


def _monday(now: datetime) -> datetime:
    return (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


@blueprint.post("/reader/models/<int(max=2147483647):number>/live")
def reader_live(number: int) -> ResponseReturnValue:
    """Let the model in shadow read from now on."""
    form = submitted(needs.MakeLiveSchema())
    signed_off = bool(form.values.get("signed_off"))
    try:
        needs.make_live(db.session, number, by=current_account(), now=clock.utc_now(), signed_off=signed_off)
    except Invalid as refusal:
        return _card(form.refuse("signed_off", str(refusal)))
    note("reader.made-live", f"model:{number}", signed_off=signed_off)
    return onward("admin.reader", _("Model %(number)d reads from now on.", number=number))


@blueprint.post("/reader/back")
def reader_back() -> ResponseReturnValue:
    """Let an earlier model read again, or the rules alone."""
    form = submitted(needs.GoBackSchema())
    if not form.good:
        return _card(form)
    number = form.values["number"]
    needs.go_back(db.session, number, by=current_account(), now=clock.utc_now())
    note("reader.went-back", f"model:{number}" if number else "rules")
    said = _("Model %(number)d reads again.", number=number) if number else _("The rules read alone again.")
    return onward("admin.reader", said)
