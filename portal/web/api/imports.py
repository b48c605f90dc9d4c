"""Files of consents: taken in, their difference read, applied, undone or thrown away."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from portal import audit, importing
from portal.audit import Actor
from portal.clock import utc_now
from portal.importing import ConsentBatch
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, Strict, line, said
from portal.web.database import db

LONGEST = 900_000


class FileSchema(Strict):
    """A file of consents as text."""

    name = line(
        200, "What the file is called; its end says what kind it is: .csv, .tsv, .jsonl or .ndjson.", required=True
    )
    text = fields.String(
        required=True,
        validate=validate.Length(min=1, max=LONGEST),
        metadata={"description": "What is in it. Larger files are brought in on the page or at a terminal."},
    )
    columns = fields.Dict(
        keys=fields.String(validate=validate.OneOf(importing.COLUMNS)),
        values=fields.String(validate=validate.Length(min=1, max=100)),
        load_default=dict,
        metadata={"description": "What the file's columns are called, by what they mean, where that differs."},
    )


class BatchSchema(Schema):
    """One file of consents, how far it is, and what it would change or changed."""

    batch = said("Its ref (B-…).")
    file = said("What the file is called.")
    file_sha256 = said("Fingerprint of the file.")
    state = said(f"One of {', '.join(f'`{state}`' for state in importing.STATES)}; `staged` waits to be confirmed.")
    fault = said("Why it cannot be used; empty when it can.")
    outcomes = said("How many rows come to which outcome.", fields.Dict, keys=fields.String(), values=fields.Integer())
    results = said(
        "How many rows were written, had nothing to write, were taken back, or stayed changed.",
        fields.Dict,
        keys=fields.String(),
        values=fields.Integer(),
    )
    uploaded_at = said("When it came.", fields.AwareDateTime, format="iso")
    applied_at = said("When it was confirmed.", fields.AwareDateTime, format="iso", allow_none=True)
    undone_at = said("When it was asked to be undone.", fields.AwareDateTime, format="iso", allow_none=True)


class BatchesSchema(Schema):
    """The newest files of consents."""

    items = fields.List(fields.Nested(BatchSchema), required=True)


@operation("/imports", summary="Files of consents", asks=NothingSchema(), answers=BatchesSchema())
def imports(_asked: dict[str, Any]) -> dict[str, Any]:
    """The newest 50 files of consents, newest first."""
    return {"items": [_batch(one) for one in importing.batches(db.session, limit=50)]}


@operation("/imports/<batch>", summary="One file of consents", asks=NothingSchema(), answers=BatchSchema())
def import_one(_asked: dict[str, Any], batch: str) -> dict[str, Any]:
    """How far it is; once `staged`, what it would change."""
    return _batch(importing.batch_by_ref(db.session, batch))


@operation(
    "/imports",
    method="POST",
    status=201,
    writes=True,
    summary="Take in a file of consents",
    asks=FileSchema(),
    answers=BatchSchema(),
)
def import_taken(asked: dict[str, Any]) -> dict[str, Any]:
    """Nothing takes effect: the background reads what it would change, and somebody confirms that."""
    made = importing.take_in(
        db.session, name=asked["name"], content=asked["text"].encode(), columns=asked["columns"],
        by=g.api_token.name, now=utc_now(),
    )  # fmt: skip
    _noted("import.uploaded", made)
    return _batch(made)


@operation(
    "/imports/<batch>/apply",
    method="POST",
    writes=True,
    summary="Let a file of consents take effect",
    asks=NothingSchema(),
    answers=BatchSchema(),
)
def import_applied(_asked: dict[str, Any], batch: str) -> dict[str, Any]:
    """Confirm what the difference shows; the background writes it. What got stricter meanwhile counts."""
    found = importing.batch_by_ref(db.session, batch)
    if importing.ask_apply(db.session, found, by=g.api_token.name, now=utc_now()):
        _noted("import.applied", found)
    return _batch(found)


@operation(
    "/imports/<batch>/undo",
    method="POST",
    writes=True,
    summary="Undo a file of consents",
    asks=NothingSchema(),
    answers=BatchSchema(),
)
def import_undone(_asked: dict[str, Any], batch: str) -> dict[str, Any]:
    """Each cell it wrote goes back by a new entry, unless anything changed it since. The background does it."""
    found = importing.batch_by_ref(db.session, batch)
    if importing.ask_undo(db.session, found, by=g.api_token.name, now=utc_now()):
        _noted("import.undone", found)
    return _batch(found)


@operation(
    "/imports/<batch>/discard",
    method="POST",
    writes=True,
    summary="Throw a file of consents away",
    asks=NothingSchema(),
    answers=BatchSchema(),
)
def import_discarded(_asked: dict[str, Any], batch: str) -> dict[str, Any]:
    """Only what was never applied can be thrown away."""
    found = importing.batch_by_ref(db.session, batch)
    if importing.discard(db.session, found):
        _noted("import.discarded", found)
    return _batch(found)


def _batch(one: ConsentBatch) -> dict[str, Any]:
    same = ("file_sha256", "state", "fault", "uploaded_at", "applied_at", "undone_at")
    return {name: getattr(one, name) for name in same} | {
        "batch": one.ref,
        "file": one.file_name,
        "outcomes": importing.outcomes(db.session, [one.id])[one.id],
        "results": importing.results(db.session, one.id),
    }


def _noted(act: str, batch: ConsentBatch) -> None:
    by = Actor(type="token", id=g.api_token.id, name=g.api_token.name)
    detail = {"file_sha256": batch.file_sha256}
    audit.record(db.session, act=act, by=by, subject=batch.ref, detail=detail, now=utc_now())
