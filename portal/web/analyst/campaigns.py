"""Campaigns: written by one person, tried first, approved by another; what became of each, and the ways to stop it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, outreach, segments, treatment
from portal.errors import CandourError
from portal.outreach import Figures
from portal.web import campaign_words, many_words, wording
from portal.web.acting import current_actor, note
from portal.web.analyst.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_settings
from portal.web.language import short_day
from portal.web.pages import onward, page
from portal.web.sheets import csv_answer

PLACES = {"campaign-exists": "key", "no-such-template": "template_key", "bad-window": "ends_on", "no-reason": "because"}


@blueprint.get("/campaigns", endpoint="campaigns")
def campaigns_page() -> ResponseReturnValue:
    """Every campaign, the newest first."""
    rows = outreach.campaigns_page(db.session)
    return page("analyst/campaigns/list.html", rows=rows, last_day=_last_day, words=campaign_words, wording=wording)


@blueprint.get("/campaigns/new")
def campaign_new() -> ResponseReturnValue:
    """The form for a new campaign."""
    today = clock.utc_now().date()
    begin, end = today.isoformat(), (today + timedelta(days=14)).isoformat()
    return _form(empty(starts_on=begin, ends_on=end, control_percent=10, priority=0))


@blueprint.post("/campaigns/new")
def campaign_add() -> ResponseReturnValue:
    """Keep a new campaign as a draft; its page tries it first."""
    form = submitted(outreach.CampaignSchema())
    if not form.good:
        return _form(form)
    try:
        made = outreach.draft_campaign(
            db.session, author=current_actor(), zone=current_settings().default_zone, now=clock.utc_now(), **form.values
        )
    except CandourError as error:
        return _form(form.refuse(PLACES.get(error.code, "form"), error.message))
    note("campaign.drafted", made.key)
    return onward("analyst.campaign", _("Kept as a draft. Try it first: nothing is sent by trying."), key=made.key)


@blueprint.get("/campaigns/<key>/edit")
def campaign_edit(key: str) -> ResponseReturnValue:
    """The form of a draft, filled with what stands in it."""
    found = outreach.campaign(db.session, key)
    if found.state != "draft":
        return onward("analyst.campaign", _("Only a draft can be changed. Stop this one, and write another."), key=key)
    return _form(empty(**_as_fields(found)), found)


@blueprint.post("/campaigns/<key>/edit")
def campaign_redraft(key: str) -> ResponseReturnValue:
    """Change a draft; it has to be tried again."""
    found = outreach.campaign(db.session, key)
    form = submitted(outreach.CampaignWordsSchema())
    if not form.good:
        return _form(form, found)
    zone = current_settings().default_zone
    try:
        outreach.redraft_campaign(
            db.session, key, author=current_actor(), zone=zone, now=clock.utc_now(), **form.values
        )
    except CandourError as error:
        return _form(form.refuse(PLACES.get(error.code, "form"), error.message), found)
    note("campaign.edited", key)
    return onward("analyst.campaign", _("Kept. Try it again: what it would do may have changed."), key=key)


def _as_fields(found: outreach.Campaign) -> dict[str, Any]:
    letter = db.session.get_one(outreach.MessageTemplate, found.template_id)
    names = ("name", "segment_key", "reason", "control_percent", "priority", "product_line")
    return {
        **{name: getattr(found, name) for name in names},
        "template_key": letter.key,
        "starts_on": _first_day(found).isoformat(),
        "ends_on": _last_day(found).isoformat(),
        "cross_sell": found.cross_sell,
    }


def _first_day(found: outreach.Campaign) -> date:
    """The day it begins, on the company's clock."""
    return found.starts_at.astimezone(ZoneInfo(current_settings().default_zone)).date()


def _last_day(found: outreach.Campaign) -> date:
    """The last day it lasts: it ends when that day is over, so not the day of its end."""
    return (found.ends_at.astimezone(ZoneInfo(current_settings().default_zone)) - timedelta(microseconds=1)).date()


@blueprint.get("/campaigns/<key>", endpoint="campaign")
def campaign_page(key: str) -> ResponseReturnValue:
    """One campaign: what it would do, what became of it, what was done to it."""
    return _show(key, empty())


@blueprint.post("/campaigns/<key>/try")
def campaign_try(key: str) -> ResponseReturnValue:
    """Ask the rules about its members now, and keep the answer. Nothing is sent."""
    outreach.run_trial(db.session, key, by=current_actor(), now=clock.utc_now())
    return onward("analyst.campaign", _("Tried. Nothing was sent."), key=key, _anchor="trial")


@blueprint.post("/campaigns/<key>/move")
def campaign_move(key: str) -> ResponseReturnValue:
    """Approve, start, pause, let go on or stop a campaign."""
    outreach.campaign(db.session, key)
    form = submitted(outreach.MoveSchema())
    if not form.good:
        return _show(key, form)
    act = form.values["act"]
    try:
        outreach.move_campaign(
            db.session, key, act, because=form.values["because"], by=current_actor(), now=clock.utc_now()
        )
    except CandourError as error:
        return _show(key, form.refuse(PLACES.get(error.code, "form"), error.message))
    note(f"campaign.{act}", key)
    return onward("analyst.campaign", str(campaign_words.DONE[act]), key=key)


@blueprint.get("/campaigns/<key>/figures.csv")
def campaign_csv(key: str) -> Response:
    """The figures of a campaign's page, as a table."""
    found = outreach.campaign(db.session, key)
    figures = outreach.figures(db.session, found)
    rows: list[tuple[str, str, int]] = [("people", name, value) for name, value in _numbers(figures)]
    rows += [("held", rule, count) for rule, count in figures.held.items()]
    rows += [("denied", rule, count) for rule, count in figures.denied.items()]
    rows += [("sent", day, sent) for day, sent, _left in figures.days]
    rows += [("left", day, left) for day, _sent, left in figures.days]
    return csv_answer(f"campaign-{key}", ("what", "which", "number"), rows)


def _numbers(figures: Figures) -> list[tuple[str, int]]:
    names = (
        "asked", "waiting", "sent", "stopped", "seen", "expired", "taken_back", "failed", "control", "left", "bounced",
        "spam",
    )  # fmt: skip
    return [(name, getattr(figures, name)) for name in names]


def _show(key: str, form: Submitted) -> Response:
    found = outreach.campaign(db.session, key)
    figures, actor = outreach.figures(db.session, found), current_actor()
    trial = dict(found.trial)
    return page(
        "analyst/campaigns/campaign.html",
        form=form,
        found=found,
        figures=figures,
        outcomes=_outcomes(figures),
        first_day=_first_day(found),
        last_day=_last_day(found),
        sent_by_day=every_day(figures),
        trial=trial,
        reasons=_reasons(trial),
        tried_at=datetime.fromisoformat(trial["at"]) if trial else None,
        steps=outreach.steps_of(db.session, found),
        letter=db.session.get_one(outreach.MessageTemplate, found.template_id),
        segment=segments.names_of(db.session, [found.segment_key])[found.segment_key],
        mine=found.author_id == actor.id,
        moves=[act for act, (before, _after) in outreach.MOVES.items() if found.state in before],
        week=outreach.LEAVES_WITHIN.days,
        words=campaign_words,
        wording=wording,
    )


def every_day(figures: Figures) -> list[tuple[str, int]]:
    """How many were sent on each day from the first to the last, so that a day without one is seen as none."""
    sent = {date.fromisoformat(day): count for day, count, _left in figures.days}
    if not sent:
        return []
    first, last = min(sent), max(sent)
    every = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(short_day(day), sent.get(day, 0)) for day in every]


def _reasons(trial: dict[str, Any]) -> dict[str, list[tuple[str, str, int]]]:
    """Of what a trial found held and denied, rule, words and how many; of an earlier trial the rules alone."""
    told: dict[str, list[tuple[str, str, int]]] = {"hold": [], "deny": []}
    for outcome, rule, code, count in trial.get("reasons", ()):
        if outcome in told:
            told[outcome].append((rule, str(many_words.REASONS.get(code, "")), count))
    if "reasons" not in trial and trial:
        return {kind: [(rule, "", count) for rule, count in trial["rules"][kind].items()] for kind in told}
    return told


def _outcomes(figures: Figures) -> list[tuple[str, int, None]]:
    """What became of those who were asked for, as bars; what is nobody is left out."""
    held = [(_("held: %(rule)s", rule=_rule(rule)), count) for rule, count in figures.held.items()]
    denied = [(_("not sent: %(rule)s", rule=_rule(rule)), count) for rule, count in figures.denied.items()]
    rows = [
        (_("sent"), figures.sent), (_("stopped before it left"), figures.stopped), (_("waiting"), figures.waiting),
        *held, *denied, (_("kept to compare"), figures.control), (_("too late"), figures.expired),
        (_("taken back"), figures.taken_back), (_("failed"), figures.failed),
    ]  # fmt: skip
    return [(name, count, None) for name, count in rows if count]


def _rule(rule: str) -> str:
    return str(wording.RULES.get(rule, rule or _("other")))


def _form(form: Submitted, found: outreach.Campaign | None = None) -> Response:
    live = [(found.key, found.name) for found in segments.live_segments(db.session)]
    letters: list[tuple[str, Any]] = [
        (one.key, f"{one.subject} ({wording.CLASSES[one.message_class]})") for one in outreach.templates(db.session)
    ]
    lines = [("", _("not said")), *((key, campaign_words.LINES[key]) for key in treatment.PRODUCT_LINES)]
    return page("analyst/campaigns/form.html", form=form, found=found, groups=live, letters=letters, lines=lines)
