"""Versions of the settings that decide about contacts: written by one person, tried, and approved by another."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from portal import treatment
from portal.clock import utc_now
from portal.errors import NotFound
from portal.treatment import Policy, PolicySchema
from portal.web.api.operations import load, operation
from portal.web.api.persons import note_by_token, person_behind
from portal.web.api.schemas import NothingSchema, Strict, line, said
from portal.web.database import db

EXAMPLES = 5


class PolicyLineSchema(Schema):
    """One version of the settings."""

    version = said("Its number.", fields.Integer)
    stage = said("`draft`, `shadow` (tried beside what decides), `live` or `retired`.")
    note = said("Why it was written.")
    created_at = said("When.", fields.AwareDateTime, format="iso")
    created_by = said("By whom.")
    shadow_since = said("Since when it is tried.", fields.AwareDateTime, format="iso", allow_none=True)
    approved_at = said("When it was approved.", fields.AwareDateTime, format="iso", allow_none=True)
    approved_by = said("By whom.", allow_none=True)
    sha256 = said("Of the settings, as each decision names it.")


class PoliciesSchema(Schema):
    """Every version, the newest first."""

    items = fields.List(fields.Nested(PolicyLineSchema), required=True)


class PolicyOneSchema(PolicyLineSchema):
    """One version with what it says."""

    settings = said("Every setting by its name.", fields.Dict)


class PolicyDraftSchema(Strict):
    """Other settings, whole, and why."""

    settings = fields.Dict(
        required=True, metadata={"description": "Every setting by its name; begin with those in force and change some."}
    )
    note = line(300, "Why it is to change.", required=True)


class ChangedSettingSchema(Schema):
    """One setting that it says otherwise."""

    name = said("Its name.")
    before = said("As it is in force.", fields.Raw, allow_none=True)
    after = said("As this version says it.", fields.Raw, allow_none=True)


class ChangedOutcomeSchema(Schema):
    """Recorded decisions that would have come to another end, by the rule that decides there."""

    after = said("`allow`, `hold`, `deny` or `expire`: what they would come to. Look at `allow` first.")
    rule = said("The rule that stops them now, or stopped them before.", allow_none=True)
    count = said("How many.", fields.Integer)
    examples = said("Refs of some of these decisions.", fields.List, cls_or_instance=fields.String())


class DifferenceSchema(Schema):
    """What a version changes against what is in force now."""

    version = said("The version.", fields.Integer)
    against = said("The version in force.", fields.Integer)
    settings = fields.List(fields.Nested(ChangedSettingSchema), required=True)
    looked_at = said("How many of the newest decisions were decided again.", fields.Integer)
    unchanged = said("How many of them come out the same.", fields.Integer)
    outcomes = fields.List(fields.Nested(ChangedOutcomeSchema), required=True)
    shadowed = said("How many real claims it decided in the shadow.", fields.Integer)
    shadowed_otherwise = said("How many of them otherwise.", fields.Integer)


@operation("/policies", summary="Versions of the settings", asks=NothingSchema(), answers=PoliciesSchema())
def policies(_asked: dict[str, Any]) -> dict[str, Any]:
    """Every version of the settings by which contacts are decided, drafts too."""
    return {"items": treatment.policies(db.session)}


@operation(
    "/policies/<version>", summary="One version of the settings", asks=NothingSchema(), answers=PolicyOneSchema()
)
def policy(_asked: dict[str, Any], version: str) -> Any:
    """What one version says, setting by setting."""
    return _found(version)


@operation(
    "/policies/<version>/difference", summary="What a version changes", asks=NothingSchema(), answers=DifferenceSchema()
)
def policy_difference(_asked: dict[str, Any], version: str) -> dict[str, Any]:
    """Which settings it says otherwise, and what it would have decided otherwise: newly allowed first."""
    found, in_force = _found(version), treatment.policy_in_force(db.session)
    before, after = treatment.whole(in_force.settings), treatment.whole(found.settings)
    tried = treatment.back_test(db.session, found.settings)
    claims, otherwise = treatment.shadowed(db.session, found.version)
    return {
        "version": found.version,
        "against": in_force.version,
        "settings": _changed(before, after),
        "looked_at": tried.looked_at,
        "unchanged": tried.unchanged,
        "outcomes": [
            {"after": end, "rule": rule, "count": len(some), "examples": [one.ref for one in some[:EXAMPLES]]}
            for end in ("allow", "hold", "deny", "expire")
            for rule, some in tried.newly(end).items()
        ],
        "shadowed": claims,
        "shadowed_otherwise": otherwise,
    }


@operation(
    "/policies", method="POST", status=201, writes=True, summary="Write other settings", asks=PolicyDraftSchema(),
    answers=PolicyOneSchema(),
)  # fmt: skip
def policy_drafted(asked: dict[str, Any]) -> Any:
    """Keep a draft. Nothing is decided by it before it was tried in the shadow and a second person approved it."""
    settings = load(PolicySchema(), asked["settings"])
    made = treatment.draft_policy(
        db.session, settings, author=person_behind(), note=asked["note"], now=utc_now()
    )  # fmt: skip
    note_by_token("policy.drafted", f"policy:{made.version}", sha256=made.sha256)
    return made


@operation(
    "/policies/<version>/shadow", method="POST", writes=True, summary="Try a draft in the shadow",
    asks=NothingSchema(), answers=PolicyOneSchema(),
)  # fmt: skip
def policy_tried(_asked: dict[str, Any], version: str) -> Any:
    """Decide each claim from now on by this version too, for the record alone."""
    return _moved("shadow", version, lambda number: treatment.try_policy(db.session, number, now=utc_now()))


@operation(
    "/policies/<version>/approve", method="POST", writes=True, summary="Put a version in force",
    asks=NothingSchema(), answers=PolicyOneSchema(),
)  # fmt: skip
def policy_approved(_asked: dict[str, Any], version: str) -> Any:
    """Put in force what another person wrote and what was tried. With the author's own token: 403 `second-person`."""
    return _moved(
        "approved", version,
        lambda number: treatment.approve_policy(db.session, number, by=person_behind(), now=utc_now()),
    )  # fmt: skip


@operation(
    "/policies/<version>/put-away", method="POST", writes=True, summary="Give up a draft", asks=NothingSchema(),
    answers=PolicyOneSchema(),
)  # fmt: skip
def policy_put_away(_asked: dict[str, Any], version: str) -> Any:
    """Give up a draft; it stays readable."""
    return _moved("put_away", version, lambda number: treatment.put_away_policy(db.session, number))


def _moved(act: str, version: str, move: Callable[[int], Policy]) -> Policy:
    person_behind()
    found = move(_found(version).version)
    note_by_token(f"policy.{act}", f"policy:{found.version}", sha256=found.sha256)
    return found


def _found(version: str) -> Policy:
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise NotFound("There is no such version of the rules.", code="no-such-policy")
    return treatment.policy_version(db.session, int(version))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return [{"name": name, "before": before.get(name), "after": after.get(name)} for name in names]
