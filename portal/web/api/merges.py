"""Two customers who turned out to be one person: make them one, and part them again."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from portal import accounts, audit, merging
from portal.accounts import Customer
from portal.audit import Actor
from portal.clock import utc_now
from portal.merging import CustomerMerge
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, Strict, line, said
from portal.web.database import db

NEWEST = 200


class MergeAskedSchema(Strict):
    """Which two, which of them stays, and how it is known that they are one."""

    keep = line(20, "Ref of the customer who stays (C-…).", required=True)
    merge = line(20, "Ref of the customer who becomes part of the other.", required=True)
    verified = fields.Boolean(
        required=True,
        metadata={"description": "Whether both are proved to be one person; only then a later yes beats a no."},
    )
    how = line(500, "How it is known.", required=True)


class MergeLineSchema(Schema):
    """One merge."""

    merge = said("Its ref (M-…).")
    kept = said("Ref of the customer who stays.")
    merged = said("Ref of the customer who became part of the other.")
    verified = said("Whether both are proved to be one person.", fields.Boolean)
    how = said("How it is known.")
    merged_at = said("When.", fields.AwareDateTime, format="iso")
    merged_by = said("By whom.")
    undone_at = said("When they were parted again.", fields.AwareDateTime, format="iso", allow_none=True)


class MergesSchema(Schema):
    """The newest merges."""

    items = fields.List(fields.Nested(MergeLineSchema), required=True)


@operation("/merges", summary="Customers who were made one", asks=NothingSchema(), answers=MergesSchema())
def merges(_asked: dict[str, Any]) -> dict[str, Any]:
    """The newest 200 merges, newest first, also those that were undone."""
    return {"items": [_line(*found) for found in merging.merges(db.session, limit=NEWEST)]}


@operation(
    "/merges",
    method="POST",
    status=201,
    writes=True,
    summary="Make two customers one",
    asks=MergeAskedSchema(),
    answers=MergeLineSchema(),
)
def merged(asked: dict[str, Any]) -> dict[str, Any]:
    """A no on either side wins, unless the same person is proved to have said yes later with proof as strong."""
    now = utc_now()
    one, other = (accounts.customer_by_ref(db.session, asked[name]) for name in ("keep", "merge"))
    found = merging.merge(
        db.session, one, other, verified=asked["verified"], how=asked["how"], by=g.api_token.name, now=now
    )
    _noted("customers.merged", other.ref, merge=found.ref, into=one.ref, verified=found.verified)
    return _line(found, one, other)


@operation(
    "/merges/<merge>/undo",
    method="POST",
    writes=True,
    summary="Part two customers again",
    asks=NothingSchema(),
    answers=MergeLineSchema(),
)
def parted(_asked: dict[str, Any], merge: str) -> dict[str, Any]:
    """Everything goes back to whom it belonged; what came after the merge stays with the one who stayed."""
    found, stayed, gone = merging.merge_by_ref(db.session, merge)
    merging.unmerge(db.session, found, by=g.api_token.name, now=utc_now())
    _noted("customers.parted", gone.ref, merge=found.ref)
    return _line(found, stayed, gone)


def _line(found: CustomerMerge, stayed: Customer, gone: Customer) -> dict[str, Any]:
    names = ("verified", "how", "merged_at", "merged_by", "undone_at")
    return {"merge": found.ref, "kept": stayed.ref, "merged": gone.ref} | {name: getattr(found, name) for name in names}


def _noted(act: str, subject: str, **detail: Any) -> None:
    by = Actor(type="token", id=g.api_token.id, name=g.api_token.name)
    audit.record(db.session, act=act, by=by, subject=subject, detail=detail, now=utc_now())
