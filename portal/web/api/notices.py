"""Adding and retiring a purpose, and its words: written as a draft, published as they were read, taken back in time."""

from typing import Any

from flask import g
from marshmallow import fields, validate

from portal import consent
from portal.audit import Actor
from portal.clock import utc_now
from portal.consent.schemas import KEY, NoticeSchema, PurposeSchema
from portal.errors import NotFound
from portal.web.api import purposes
from portal.web.api.operations import load, operation
from portal.web.api.schemas import NothingSchema, Strict, instant, line, said
from portal.web.database import db


def several(description: str, **more: Any) -> fields.List[str]:
    """A few short texts, at least one."""
    text = fields.String(validate=validate.Length(min=1, max=200))
    return fields.List(text, validate=validate.Length(min=1, max=20), metadata={"description": description}, **more)


class NewPurposeSchema(Strict):
    """One more thing to ask for. Nobody is asked before its words are published."""

    key = fields.String(required=True, validate=KEY, metadata={"description": "Its key, for good."})
    sentence = line(120, "What completes “May we …?”", required=True)
    lawful_basis = line(40, "`consent`, `contract`, `legitimate_interest` or `legal_obligation`.", required=True)
    asks = fields.Boolean(load_default=False, metadata={"description": "Whether a yes is asked for."})
    data_used = several("Which data it uses.", required=True)
    recipients = several("Who gets it.", required=True)
    retention_days = fields.Integer(required=True, metadata={"description": "How many days it is kept."})
    expires_months = fields.Integer(
        load_default=0, metadata={"description": "After how many months a yes ends by itself; 0 for never."}
    )
    honours_gpc = fields.Boolean(load_default=False, metadata={"description": "Whether Sec-GPC is an objection to it."})
    channels = fields.List(fields.String(), load_default=list, metadata={"description": "By which channels."})
    topics = fields.List(
        fields.String(validate=validate.Length(min=1, max=40)), load_default=list,
        validate=validate.Length(max=7), metadata={"description": "On which topics, by their keys."},
    )  # fmt: skip
    carries = fields.List(
        fields.String(), load_default=None, metadata={"description": "Which classes of messages; left out, the usual."}
    )


class DraftedSchema(Strict):
    """The words of a version in one language. A translation names the version it belongs to."""

    title = line(120, "Its title.", required=True)
    summary = line(400, "What is asked, in short.", required=True)
    text = line(20_000, "All of it.", required=True)
    change = line(20, "`editorial`, `narrowing`, `widening` or `controller`.", load_default="editorial")
    language = line(14, "In which language, such as `it` or `zh_Hant`.", load_default="en")
    version = fields.Integer(
        load_default=None, allow_none=True, metadata={"description": "Of which version; left out, of a new one."}
    )
    data_used = several("The data it names; as before when left out.", load_default=None, allow_none=True)
    recipients = several("The recipients it names; as before when left out.", load_default=None, allow_none=True)


class PublishedSchema(Strict):
    """Which drafts were read, and from when they count."""

    sha256 = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{64}\Z"),
        metadata={"description": "`version_sha256` of the drafts that were read; refused if one was changed since."},
    )
    effective_at = instant("From when they count; at once when left out.", load_default=None, allow_none=True)


class VersionSchema(purposes.NoticeSchema):
    """The words of one version in one language, and how far it has come."""

    state = said("`draft`, `scheduled` or `published`.")
    version_sha256 = said("Fingerprint of the version in all its languages: name it to publish what you read.")
    published_at = said("When they were published.", fields.AwareDateTime, format="iso", allow_none=True)
    effective_at = said("From when they count.", fields.AwareDateTime, format="iso", allow_none=True)


class VersionsSchema(purposes.NoticesSchema):
    """A version in each of its languages."""

    items = fields.List(fields.Nested(VersionSchema), required=True)


@operation(
    "/purposes", method="POST", status=201, writes=True, summary="Add a purpose", asks=NewPurposeSchema(),
    answers=purposes.PurposeSchema(),
)  # fmt: skip
def purpose_added(asked: dict[str, Any]) -> dict[str, Any]:
    """Add something to ask for. It allows nothing before words for it are published and somebody says yes."""
    topics = asked.pop("topics")
    told = load(PurposeSchema(), {**asked, "topics": ",".join(topics), **_joined(asked)})
    made = consent.add_purpose(db.session, **{**told, "topics": topics}, now=utc_now(), by=_by())
    return purposes.as_told(made, {})


@operation(
    "/purposes/<purpose>/retire", method="POST", writes=True, summary="Stop using a purpose", asks=NothingSchema(),
    answers=purposes.PurposeSchema(),
)  # fmt: skip
def purpose_retired(_asked: dict[str, Any], purpose: str) -> dict[str, Any]:
    """It allows nothing from now on. The ledger keeps what was said."""
    return purposes.as_told(consent.retire_purpose(db.session, purpose, now=utc_now(), by=_by()), {})


@operation(
    "/purposes/<purpose>/notices", method="POST", status=201, writes=True, summary="Draft words", asks=DraftedSchema(),
    answers=VersionSchema(),
)  # fmt: skip
def words_drafted(asked: dict[str, Any], purpose: str) -> dict[str, Any]:
    """Write words for a purpose, or a translation of a draft. Nobody sees them before they are published."""
    values = load(
        NoticeSchema(), {name: value for name, value in {**asked, **_joined(asked)}.items() if value is not None}
    )
    draft = consent.draft_notice(db.session, purpose=purpose, **values, created_by=_by().name, now=utc_now())
    return _version(draft)


@operation(
    "/purposes/<purpose>/notices/<version>", summary="A version, drafts too", asks=NothingSchema(),
    answers=VersionsSchema(),
)  # fmt: skip
def words(_asked: dict[str, Any], purpose: str, version: str) -> dict[str, Any]:
    """The words of one version in each language, with the fingerprint by which it is published."""
    return _versions(_found(purpose, version))


@operation(
    "/purposes/<purpose>/notices/<version>/publish", method="POST", writes=True, summary="Publish a version",
    asks=PublishedSchema(), answers=VersionsSchema(),
)  # fmt: skip
def words_published(asked: dict[str, Any], purpose: str, version: str) -> dict[str, Any]:
    """Put a version into force in all its languages. Nobody's permissions grow by it; the words never change."""
    first = _found(purpose, version)[0]
    consent.publish_notice(
        db.session, first.id, now=utc_now(), by=_by(), seen_sha256=asked["sha256"], effective_at=asked["effective_at"]
    )
    return _versions(_found(purpose, version))


@operation(
    "/purposes/<purpose>/notices/<version>/take-back", method="POST", writes=True, summary="Take back a version",
    asks=NothingSchema(), answers=VersionsSchema(),
)  # fmt: skip
def words_taken_back(_asked: dict[str, Any], purpose: str, version: str) -> dict[str, Any]:
    """Make a scheduled version a draft again. Once it took effect, it is 409 `in-force`."""
    consent.take_back(db.session, _found(purpose, version)[0].id, now=utc_now(), by=_by())
    return _versions(_found(purpose, version))


def _by() -> Actor:
    return Actor("token", g.api_token.id, g.api_token.name)


def _joined(asked: dict[str, Any]) -> dict[str, str | None]:
    return {name: "; ".join(asked[name]) if asked[name] else None for name in ("data_used", "recipients")}


def _found(purpose: str, version: str) -> list[consent.Notice]:
    known = version.isascii() and version.isdigit() and len(version) < 8
    found = list(consent.languages_of(db.session, purpose, int(version))) if known else []
    if not found:
        raise NotFound("There is no such version of these words.", code="no-such-notice")
    return found


def _versions(found: list[consent.Notice]) -> dict[str, Any]:
    return {"purpose": found[0].purpose_key, "items": [_version(one) for one in found]}


def _version(one: consent.Notice) -> dict[str, Any]:
    scheduled = one.effective_at is not None and one.effective_at > utc_now()
    state = "draft" if one.published_at is None else "scheduled" if scheduled else "published"
    together = consent.languages_of(db.session, one.purpose_key, one.version)
    return purposes.words_as_told(one) | {"state": state, "version_sha256": consent.version_sha256(together)}
