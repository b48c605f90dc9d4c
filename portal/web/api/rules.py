"""What follows from being in a segment: written by one person and, where it writes to people, approved by another."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from portal import outreach, treatment
from portal.audit import Actor
from portal.clock import utc_now
from portal.treatment import RuleSchema, RuleWordsSchema, TreatmentRule
from portal.web.api.operations import operation
from portal.web.api.persons import note_by_token, person_behind
from portal.web.api.schemas import NothingSchema, Strict, said
from portal.web.database import db


class RuleWriterSchema(Schema):
    """Somebody who wrote or changed a rule."""

    name = said("Their name.")
    at = said("When.", fields.AwareDateTime, format="iso")


class RuleOneSchema(Schema):
    """A rule, by whom it was written, and by whom approved."""

    key = said("Its key.")
    name = said("Its name for people.")
    kind = said("`grant` (they are granted something) or `contact` (they are written to, if the rules allow it).")
    state = said("`draft`, `live` or `retired`.")
    version = said("Grows with each change.", fields.Integer)
    sentence = said("Why, in words the customer reads.")
    segment_key = said("Key of the segment it is for.")
    benefit_key = said("What is granted.", allow_none=True)
    template_key = said("What is sent.", allow_none=True)
    writers = fields.List(
        fields.Nested(RuleWriterSchema), required=True,
        metadata={"description": "Who wrote or changed it, the first first. None of them approves it."},
    )  # fmt: skip
    approved_at = said("When it was approved as it is.", fields.AwareDateTime, format="iso", allow_none=True)
    approved_by = said("By whom.", allow_none=True)
    last_run_at = said("When it acted last.", fields.AwareDateTime, format="iso", allow_none=True)


class RulesSchema(Schema):
    """Every rule, those that are live first."""

    items = fields.List(fields.Nested(RuleOneSchema), required=True)


class ReadRuleSchema(Strict):
    """Which version is meant."""

    version = fields.Integer(
        required=True, metadata={"description": "The one that was read. After a change: 409 `rule-changed`."}
    )


@operation("/rules", summary="What follows from segments", asks=NothingSchema(), answers=RulesSchema())
def rules(_asked: dict[str, Any]) -> dict[str, Any]:
    """Every rule by which members of a segment are granted something or written to, drafts too."""
    return {"items": [_whole(one) for one in treatment.rules_page(db.session)]}


@operation("/rules/<rule>", summary="One rule", asks=NothingSchema(), answers=RuleOneSchema())
def rule(_asked: dict[str, Any], rule: str) -> dict[str, Any]:
    """What it says, who wrote and changed it, and who approved it as it is."""
    return _whole(treatment.rule(db.session, rule))


@operation(
    "/rules", method="POST", status=201, writes=True, summary="Write a rule", asks=RuleSchema(),
    answers=RuleOneSchema(),
)  # fmt: skip
def rule_drafted(asked: dict[str, Any]) -> dict[str, Any]:
    """Keep a draft. It does nothing before it goes live, and what writes to people goes live by a second person."""
    who = person_behind()
    outreach.check_sent_by_rule(db.session, asked["kind"], asked["template_key"])
    made = treatment.add_rule(db.session, by=who.name, author_id=who.id, now=utc_now(), **asked)
    note_by_token("rule.added", made.key, kind=made.kind)
    return _whole(made)


@operation(
    "/rules/<rule>/edit", method="POST", writes=True, summary="Change a rule", asks=RuleWordsSchema(),
    answers=RuleOneSchema(),
)  # fmt: skip
def rule_edited(asked: dict[str, Any], rule: str) -> dict[str, Any]:
    """Change all of it but its key and kind. It is a draft again, and who approved it before has approved nothing."""

    def change(who: Actor) -> TreatmentRule:
        outreach.check_sent_by_rule(db.session, treatment.rule(db.session, rule).kind, asked["template_key"])
        return treatment.change_rule(db.session, rule, by=who, now=utc_now(), **asked)

    return _moved("changed", change)


@operation(
    "/rules/<rule>/live", method="POST", writes=True, summary="Let a rule that grants act", asks=NothingSchema(),
    answers=RuleOneSchema(),
)  # fmt: skip
def rule_live(_asked: dict[str, Any], rule: str) -> dict[str, Any]:
    """Let it act from the next run on. One that writes to people is approved instead: 403 `second-person`."""
    return _moved("live", lambda _who: treatment.switch_rule(db.session, rule, to="live"))


@operation(
    "/rules/<rule>/approve", method="POST", writes=True, summary="Approve a rule that writes to people",
    asks=ReadRuleSchema(), answers=RuleOneSchema(),
)  # fmt: skip
def rule_approved(asked: dict[str, Any], rule: str) -> dict[str, Any]:
    """Approve what other people wrote, and let it act. With any token of whoever wrote or changed it: 403."""
    version = asked["version"]
    return _moved(
        "approved", lambda who: treatment.approve_rule(db.session, rule, version=version, by=who, now=utc_now())
    )


@operation(
    "/rules/<rule>/retire", method="POST", writes=True, summary="Stop a rule", asks=NothingSchema(),
    answers=RuleOneSchema(),
)  # fmt: skip
def rule_retired(_asked: dict[str, Any], rule: str) -> dict[str, Any]:
    """Stop it; what it granted and sent stays. To go live again it is approved anew."""
    return _moved("retire", lambda _who: treatment.switch_rule(db.session, rule, to="retired"))


def _moved(act: str, move: Callable[[Actor], TreatmentRule]) -> dict[str, Any]:
    found = move(person_behind())
    note_by_token(f"rule.{act}", found.key, version=found.version)
    return _whole(found)


def _whole(found: TreatmentRule) -> dict[str, Any]:
    names = (
        "key", "name", "kind", "state", "version", "sentence", "segment_key", "benefit_key", "template_key",
        "approved_at", "approved_by", "last_run_at",
    )  # fmt: skip
    writers = found.writers or [{"name": found.created_by, "at": found.created_at.isoformat()}]
    told = [{"name": one["name"], "at": datetime.fromisoformat(one["at"])} for one in writers]
    return {**{name: getattr(found, name) for name in names}, "writers": told}
