"""The rules: the contact policy in sentences, what follows from segments, and trying a rule first."""

from dataclasses import dataclass

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import ValidationError

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
        if form.values["kind"] == "contact" and form.values["template_key"]:
            words = outreach.template(db.session, form.values["template_key"])
            outreach.check_carried(db.session, words.purpose, words.message_class)
        made = treatment.add_rule(db.session, by=current_account().name, now=clock.utc_now(), **form.values)
    except CandourError as error:
        places = {"rule-exists": "key", "no-benefit": "benefit_key"}
        places |= dict.fromkeys(("no-template", "not-carried"), "template_key")
        return _rule_form(form.refuse(places.get(error.code, "form"), error.message))
    note("rule.added", made.key, kind=made.kind)
    return onward("analyst.rule", _("Saved as a draft. Look at what it would do before it goes live."), key=made.key)


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
        wording=wording,
    )


@blueprint.post("/rules/<key>/live")
def rule_live(key: str) -> ResponseReturnValue:
    """Let a rule act from the next run of its job on."""
    treatment.switch_rule(db.session, key, to="live")
    note("rule.live", key)
    return onward("analyst.rule", _("It is live."), key=key)


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


def _rule_form(form: Submitted) -> Response:
    groups = [
        (found.key, found.name)
        for found, _definition, _count in segments.segments_page(db.session)
        if found.state != "retired"
    ]
    return page(
        "analyst/rules/form.html",
        form=form,
        groups=groups,
        benefits=[("", _("none")), *((one.key, one.name) for one in entitlements.benefits(db.session))],
        templates=[("", _("none")), *((one.key, one.subject) for one in outreach.templates(db.session))],
    )


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    messages = error.messages
    return messages if isinstance(messages, dict) else {"form": list(messages)}
