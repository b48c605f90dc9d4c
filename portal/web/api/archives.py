"""Everything kept about a customer, for whoever hands it over to them: only on a request of their own."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from portal import accounts, audit, privacy, rights
from portal.audit import Actor
from portal.clock import utc_now
from portal.errors import Conflict
from portal.rights import RightsRequest
from portal.web.api.operations import operation
from portal.web.api.records import RightsRequestSchema
from portal.web.api.schemas import NothingSchema, said
from portal.web.database import db

FETCHED = ("open", "taken", "held", "done")
"""States of a request to which the archive may be fetched: not after it was refused or taken back."""


class ArchiveSchema(Schema):
    """Everything, as in the customer's own download."""

    customer = said("Ref of the customer.")
    request = said("Ref of the request it answers.")
    made_at = said("When it was made.", fields.AwareDateTime, format="iso")
    left_out = said("What is not in it, and why.", fields.List, cls_or_instance=fields.String())
    tables = said("The rows of each table that are about them: given, observed and inferred.", fields.Dict)


@operation(
    "/customers/<ref>/requests/<request>",
    summary="How one request stands",
    asks=NothingSchema(),
    answers=RightsRequestSchema(),
)
def rights_request(_asked: dict[str, Any], ref: str, request: str) -> Any:
    """One request by right of a customer: its state, its days and what became of it."""
    return _theirs(ref, request)


@operation(
    "/customers/<ref>/requests/<request>/archive",
    method="POST",
    summary="Fetch the archive that a customer asked for",
    asks=NothingSchema(),
    answers=ArchiveSchema(),
)
def archive(_asked: dict[str, Any], ref: str, request: str) -> dict[str, Any]:
    """Everything kept about them, made now, on their open or answered request of kind `access`. Each time is recorded.

    Ask for it by taking down a request of that kind. The answer is not kept for an Idempotency-Key.
    """
    found, now = _theirs(ref, request), utc_now()
    if found.kind != "access" or found.state not in FETCHED:
        raise Conflict("This request is not one for access, or it was refused or taken back.", code="no-archive")
    customer = accounts.customer_by_ref(db.session, ref)
    everything = privacy.hand_over(db.session, customer, now=now)
    left_out = everything.pop("left_out")
    everything.pop("made_at")
    audit.record(
        db.session, act="rights.archive-fetched", by=Actor("token", g.api_token.id, g.api_token.name),
        subject=found.ref, detail={"customer": customer.ref}, now=now,
    )  # fmt: skip
    return {
        "customer": customer.ref, "request": found.ref, "made_at": now, "left_out": left_out, "tables": everything,
    }  # fmt: skip


def _theirs(ref: str, request: str) -> RightsRequest:
    customer = accounts.customer_by_ref(db.session, ref)
    return rights.request(db.session, request, customer_id=customer.id)
