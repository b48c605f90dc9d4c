"""Trust, measured about us: every indicator with its interval and its trend, alarms, and what the auditor found."""

from datetime import timedelta
from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import RAISE, Schema, fields, validate

from portal import clock, insight
from portal.web import indicator_words as words
from portal.web import indicators
from portal.web.analyst.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import query
from portal.web.indicator_words import GROUPS
from portal.web.pages import page
from portal.web.sheets import csv_answer

STALE = timedelta(days=2)


class TrustQuery(Schema):
    """Which figures: over days or weeks, of the company or a part of it (`segment:key`, `campaign:key`, …)."""

    class Meta:
        unknown = RAISE

    period = fields.String(load_default="week", validate=validate.OneOf(["day", "week"]))
    of = fields.String(
        load_default="company:", validate=validate.Regexp(r"^(company|segment|campaign|channel):.{0,120}$")
    )


def _wanted() -> tuple[Any, dict[str, str]]:
    form = query(TrustQuery())
    return form, dict(form.values or TrustQuery().load({}))


def _figures(wanted: dict[str, str]) -> Any:
    scope, _colon, key = wanted["of"].partition(":")
    return insight.figures_of(
        db.session, period=wanted["period"], scope=scope, scope_key=key, today=clock.utc_now().date()
    )


@blueprint.get("/trust")
def trust() -> ResponseReturnValue:
    """How we do, by what people allow, what they say no to, what we owe them, and how we write to them."""
    form, wanted = _wanted()
    figures = _figures(wanted)
    scopes = dict.fromkeys([("company", "", None), *insight.scopes_measured(db.session)])
    names = {(scope, key): words.scope_name(scope, key, name) for scope, key, name in scopes}
    measured = insight.last_measured(db.session)
    return page(
        "analyst/trust/trust.html",
        form=form,
        wanted=wanted,
        groups=[(key, name, indicators.cards(figures, members)) for key, name, members in GROUPS],
        some=bool(figures),
        newest=max((one.day for one in figures), default=None),
        scopes=[(f"{scope}:{key}", name) for (scope, key), name in names.items()],
        alarms=[
            (*words.alarm(one), one, names.get((one.scope, one.scope_key))) for one in insight.open_alarms(db.session)
        ],
        words=words,
        fewest=insight.FEWEST,
        measured=measured,
        stale=measured is not None and clock.utc_now() - measured > STALE,
        spread=insight.trust_spread(db.session),
        audit=insight.last_audit(db.session, finished=True),
        kept={name: wanted[name] for name in ("period", "of") if wanted[name] != TrustQuery().load({})[name]},
    )


@blueprint.get("/trust.csv")
def trust_csv() -> ResponseReturnValue:
    """Exactly what the page shows; what is hidden there is empty here."""
    _form, wanted = _wanted()
    figures = _figures(wanted)
    found = [card for _key, _name, members in GROUPS for card in indicators.cards(figures, members)]
    return csv_answer("trust", indicators.HEADER, indicators.rows(found))


@blueprint.get("/trust/audit")
def trust_audit() -> ResponseReturnValue:
    """What the auditor found when it derived every decision again."""
    last = insight.last_audit(db.session)
    return page(
        "analyst/trust/audit.html",
        audit=last,
        found=insight.contradictions_of(db.session, last.id) if last is not None else [],
    )
