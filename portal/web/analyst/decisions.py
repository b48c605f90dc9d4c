"""What was decided about contacts: the list with filters, and each decision with every reason."""

from typing import Any

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from portal import outreach, segments, treatment
from portal.accounts import Customer
from portal.treatment import Decision
from portal.web import consent_words, wording
from portal.web.analyst.blueprint import blueprint
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.forms import query
from portal.web.message_names import message_name
from portal.web.pages import page
from portal.web.sheets import csv_answer

ON_A_PAGE, MOST_IN_CSV = 50, 20_000


class FilterSchema(Schema):
    """How the list is narrowed down; every part may be left out."""

    class Meta:
        unknown = RAISE

    outcome = fields.String(validate=validate.OneOf(list(wording.OUTCOMES)))
    rule = fields.String(validate=validate.OneOf(treatment.RULES))
    message_class = fields.String(validate=validate.OneOf(treatment.CLASSES))
    channel = fields.String(validate=validate.OneOf(treatment.CHANNELS))
    customer = fields.String(validate=validate.Length(max=60))
    after = fields.String(validate=validate.Length(max=300))


@blueprint.get("/decisions", endpoint="decisions")
def decisions_list() -> ResponseReturnValue:
    """Every decision, newest first, with the rule that made it so."""
    form = query(FilterSchema())
    wanted = dict(form.values)
    after = _after(wanted.pop("after", None))
    rows = _rows(wanted, after, ON_A_PAGE + 1)
    more = rows[ON_A_PAGE - 1][0].id if len(rows) > ON_A_PAGE else None
    filters = {name: value for name, value in form.values.items() if name != "after"}
    return page(
        "analyst/decisions/list.html",
        form=form,
        rows=[(found, customer, wording.outcome(found)) for found, customer in rows[:ON_A_PAGE]],
        filters=filters,
        next_href=url_for("analyst.decisions", **filters, after=seal(_secret(), [more])) if more else None,
        first_href=url_for("analyst.decisions", **filters) if after else None,
        outcomes=[("", _("Any outcome")), *((key, word) for key, (word, _shade) in wording.OUTCOMES.items())],
        rules=[("", _("Any rule")), *wording.RULES.items()],
        classes=[("", _("Any kind")), *wording.CLASSES.items()],
        channels=[("", _("Any way")), *((key, consent_words.CHANNELS[key]) for key in treatment.CHANNELS)],
        names={rule.key: rule.name for rule in treatment.rules_page(db.session)},
        wording=wording,
    )


@blueprint.get("/decisions/<ref>")
def decision(ref: str) -> ResponseReturnValue:
    """One decision: the outcome, what every rule said, what would change it, and what it was decided on."""
    found = treatment.decision(db.session, ref)
    customer = db.session.get_one(Customer, found.customer_id)
    wish = outreach.intents_by_key(db.session, [found.intent_key]).get(found.intent_key)
    return page(
        "analyst/decisions/decision.html",
        decision=found,
        customer=customer,
        subject=message_name(found, wish, customer) if wish else None,
        group=_group(found.intent.get("segment_key")),
        topic=_("every topic") if found.topic == "*" else consent_words.topic(found.topic),
        sent=outreach.dispatch_of(db.session, found.id),
        headline=wording.outcome(found),
        change=wording.change(found.counterfactual),
        faults=[fault.kind for fault in treatment.verify(db.session, found.customer_id) if fault.ref == ref],
        channels=consent_words.CHANNELS,
        wording=wording,
    )


@blueprint.get("/decisions.csv")
def decisions_csv() -> Response:
    """The same list for a spreadsheet, with the same filters."""
    form = query(FilterSchema())
    wanted = {name: value for name, value in form.values.items() if name != "after"} if form.good else {}
    header = [
        "ref",
        "customer",
        "decided_at",
        "outcome",
        "decisive_rule",
        "hold_until",
        "class",
        "channel",
        "purpose",
        "topic",
    ]
    header += ["attempt", "ledger_seq", "policy_version"]
    rows = [
        (
            found.ref, customer.ref, found.decided_at.isoformat(), found.outcome, found.decisive_rule,
            found.hold_until.isoformat() if found.hold_until else None, found.message_class, found.channel,
            found.purpose, found.topic, found.attempt, found.ledger_seq, found.policy_version,
        )
        for found, customer in _rows(wanted, None, MOST_IN_CSV)
    ]  # fmt: skip
    return csv_answer("decisions", header, rows)


def _group(key: str | None) -> str:
    """The name of the segment that chose the customer; its key for one that is not there any more."""
    found = segments.names_of(db.session, [key]) if key else {}
    return found.get(key or "", key or "")


def _rows(wanted: dict[str, Any], after: int | None, limit: int) -> list[tuple[Decision, Customer]]:
    filters = {("customer_ref" if name == "customer" else name): value for name, value in wanted.items()}
    return treatment.decisions_page(db.session, after=after, limit=limit, **filters)


def _after(cursor: str | None) -> int | None:
    place = unseal(_secret(), cursor, 1)
    return int(place[0]) if place is not None else None


def _secret() -> str:
    return str(current_app.secret_key)
