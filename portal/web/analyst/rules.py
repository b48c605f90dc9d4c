"""The rules: the contact policy in sentences, what follows from segments, and trying a rule first."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, validate

from portal import clock, entitlements, outreach, segments, treatment
from portal.errors import CandourError, NotFound
from portal.treatment import TreatmentRule
from portal.web import rule_words, wording
from portal.web.acting import current_actor, note
from portal.web.analyst.blueprint import blueprint
from portal.web.analyst.policy_form import PolicyFormSchema, as_fields, said_with, settings_from
from portal.web.database import db
from portal.web.field_words import about_field
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page


class ReadSchema(Schema):
    """Which version of a rule was read by whoever approves it."""

    version = fields.Integer(required=True, validate=validate.Range(1))


PLACES = {
    "rule-exists": "key", "no-benefit": "benefit_key", "no-template": "template_key", "not-carried": "template_key",
}  # fmt: skip
"""Beside which field of the form an error is said."""


@dataclass(frozen=True)
class Tried:
    """What a rule would do now: members, how many would get it, and the first of them with what they would get."""

    members: int
    missing: int
    rows: list[tuple[str, str, str, str]]


@blueprint.get("/rules", endpoint="rules")
def rules_page() -> ResponseReturnValue:
    """The policy as sentences with its settings, and every rule that follows from a segment."""
    return _show(empty(**as_fields(treatment.policy_in_force(db.session).settings)))


@blueprint.post("/rules/policy")
def policy_set() -> ResponseReturnValue:
    """Keep other settings as a draft; somebody else puts them in force once they were tried."""
    form = submitted(PolicyFormSchema())
    if form.good:
        try:
            made = treatment.draft_policy(
                db.session,
                settings_from(form.values),
                author=current_actor(),
                note=form.values["note"],
                now=clock.utc_now(),
            )
            note("policy.drafted", f"policy:{made.version}", sha256=made.sha256)
            text = _("Version %(number)d is kept as a draft. It decides nothing yet.", number=made.version)
            return onward("analyst.policy", text, version=made.version)
        except ValidationError as error:
            for name, texts in _by_field(error).items():
                form.refuse(name, " ".join(map(about_field, texts)))
        except CandourError as error:
            form.refuse("form", error.message)
    return _show(form)


@blueprint.get("/rules/new")
def rule_new() -> ResponseReturnValue:
    """The form for a new rule."""
    return _rule_form(empty(segment_key=request.args.get("segment", ""), kind="grant"))


@blueprint.post("/rules/new")
def rule_add() -> ResponseReturnValue:
    """Save a new rule as a draft; its page says what it would do."""
    form = submitted(treatment.RuleSchema())
    if not form.good:
        return _rule_form(form)
    try:
        outreach.check_sent_by_rule(db.session, form.values["kind"], form.values["template_key"])
        author = current_account()
        made = treatment.add_rule(
            db.session, by=author.name, author_id=author.id, now=clock.utc_now(), **form.values
        )  # fmt: skip
    except CandourError as error:
        return _rule_form(form.refuse(PLACES.get(error.code, "form"), error.message))
    note("rule.added", made.key, kind=made.kind)
    return onward("analyst.rule", _("Saved as a draft. Look at what it would do before it goes live."), key=made.key)


@blueprint.get("/rules/<key>/edit")
def rule_edit(key: str) -> ResponseReturnValue:
    """The form to change a rule."""
    found = treatment.rule(db.session, key)
    names = ("name", "sentence", "segment_key", "benefit_key", "template_key")
    return _rule_form(empty(**{name: getattr(found, name) or "" for name in names}), found)


@blueprint.post("/rules/<key>/edit")
def rule_change(key: str) -> ResponseReturnValue:
    """Change a rule; it is a draft again, whoever approved it before."""
    form, found = submitted(treatment.RuleWordsSchema()), treatment.rule(db.session, key)
    if not form.good:
        return _rule_form(form, found)
    try:
        outreach.check_sent_by_rule(db.session, found.kind, form.values["template_key"])
        made = treatment.change_rule(db.session, key, by=current_actor(), now=clock.utc_now(), **form.values)
    except CandourError as error:
        return _rule_form(form.refuse(PLACES.get(error.code, "form"), error.message), found)
    note("rule.changed", key, version=made.version)
    return onward("analyst.rule", _("Changed. It is a draft again, and does nothing before it goes live."), key=key)


@blueprint.get("/rules/<key>")
def rule(key: str) -> ResponseReturnValue:
    """One rule, and who would get what if it ran now."""
    found, missing = treatment.rule(db.session, key), ""
    try:
        tried = _try(found)
    except NotFound as error:
        tried, missing = None, error.message
    return page(
        "analyst/rules/rule.html",
        rule=found,
        segment=segments.segment(db.session, found.segment_key),
        benefit=entitlements.benefit(db.session, found.benefit_key) if found.benefit_key else None,
        letter=outreach.template(db.session, found.template_key) if found.template_key and tried else None,
        tried=tried,
        missing=missing,
        mine=treatment.wrote_rule(found, current_actor()),
        written=[(one["name"], datetime.fromisoformat(one["at"])) for one in found.writers],
        wording=wording,
    )


@blueprint.post("/rules/<key>/live")
def rule_live(key: str) -> ResponseReturnValue:
    """Let a rule act from the next run of its job on; what writes to people is approved so by somebody else."""
    found = treatment.rule(db.session, key)
    if found.kind == "grant":
        treatment.switch_rule(db.session, key, to="live")
        note("rule.live", key)
        return onward("analyst.rule", _("It is live."), key=key)
    form = submitted(ReadSchema())
    if not form.good:
        return onward("analyst.rule", _("Read it first, then approve it."), key=key)
    treatment.approve_rule(db.session, key, version=form.values["version"], by=current_actor(), now=clock.utc_now())
    note("rule.approved", key, version=found.version)
    return onward("analyst.rule", _("It is approved, and live."), key=key)


@blueprint.post("/rules/<key>/retire")
def rule_retire(key: str) -> ResponseReturnValue:
    """Stop a rule; what it granted stays."""
    treatment.switch_rule(db.session, key, to="retired")
    note("rule.retired", key)
    return onward("analyst.rule", _("It is retired. What it granted stays."), key=key)


def _try(found: TreatmentRule) -> Tried:
    now = clock.utc_now()
    if found.kind == "grant":
        trial = treatment.try_grant_rule(db.session, found, now)
        return Tried(
            trial.members,
            trial.missing,
            [(one.ref, "good", _("would get it"), "") for _membership, one in trial.examples],
        )
    contact = outreach.try_contact_rule(db.session, found, now)
    rows = []
    for customer, verdict in contact.tried:
        outcome = verdict.outcome.outcome
        decisive = next((item for item in verdict.outcome.results if item.rule == verdict.outcome.decisive), None)
        because = wording.reason(decisive.as_json()) if decisive else ""
        shade, word = wording.shade(wording.OUTCOMES, outcome), wording.label(wording.OUTCOMES, outcome)
        rows.append((customer.ref, shade, word, because))
    return Tried(contact.members, contact.missing, rows)


def _show(form: Submitted) -> Response:
    names = {found.key: found.name for found, _definition, _count in segments.segments_page(db.session)}
    policy = treatment.policy_in_force(db.session)
    return page(
        "analyst/rules/list.html",
        form=form,
        policy=policy,
        settings=treatment.whole(policy.settings),
        **said_with(),
        versions=treatment.policies(db.session),
        rules=treatment.rules_page(db.session),
        names=names,
        wording=wording,
        stages=rule_words.STAGES,
    )


def _rule_form(form: Submitted, changed: TreatmentRule | None = None) -> Response:
    groups = [
        (found.key, found.name)
        for found, _definition, _count in segments.segments_page(db.session)
        if found.state != "retired"
    ]
    return page(
        "analyst/rules/form.html",
        form=form,
        changed=changed,
        groups=groups,
        benefits=[("", _("none")), *((one.key, one.name) for one in entitlements.benefits(db.session))],
        templates=[("", _("none")), *((one.key, one.subject) for one in outreach.templates(db.session))],
    )


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    messages = error.messages
    return messages if isinstance(messages, dict) else {"form": list(messages)}
