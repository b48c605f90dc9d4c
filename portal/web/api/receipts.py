"""A customer's receipts, signed, for the systems that must show them."""

import json
from typing import Any

from marshmallow import Schema, fields, validate

from portal import accounts, consent
from portal.errors import NotFound
from portal.web.api.operations import operation
from portal.web.api.schemas import Strict, said
from portal.web.database import db
from portal.web.identity import current_settings


class ProfileSchema(Strict):
    """In which form the receipt is wanted."""

    profile = fields.String(
        load_default=consent.JSONLD,
        validate=validate.OneOf([consent.JSONLD, consent.KANTARA]),
        metadata={"description": "`iso-27560`, signed JSON-LD, or `kantara-1.1` for older readers."},
    )


class ReceiptSchema(Schema):
    """A receipt about what a customer allows."""

    customer = said("Ref of the customer.")
    code = said("Code of the receipt; whoever has it can open its page.")
    issued_at = said("When it was issued.", fields.AwareDateTime, format="iso")
    profile = said("The form of `document`.")
    document = said("The receipt. Its proof covers the rest, written with sorted names and no blanks.", fields.Dict)


@operation(
    "/customers/<ref>/receipts/<code>",
    summary="A customer's receipt",
    asks=ProfileSchema(),
    answers=ReceiptSchema(),
)
def receipt(asked: dict[str, Any], ref: str, code: str) -> dict[str, Any]:
    """What a customer gave or took back with one act, as a document that proves itself."""
    customer = accounts.customer_by_ref(db.session, ref)
    found = consent.receipt_by_code(db.session, code)
    if found.customer_id != customer.id:
        raise NotFound("There is no receipt with this code.")
    data = consent.receipt_file(db.session, found, current_settings(), asked["profile"])
    return {
        "customer": customer.ref,
        "code": found.code,
        "issued_at": found.created_at,
        "profile": asked["profile"],
        "document": json.loads(data),
    }
