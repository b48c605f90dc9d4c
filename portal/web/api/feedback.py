"""Takes what customers said elsewhere."""

from typing import Any

from portal import accounts, conversations
from portal.accounts.models import Customer
from portal.clock import utc_now
from portal.errors import Invalid, NotFound
from portal.web.api.operations import operation
from portal.web.api.schemas import FeedbackAnswerSchema, FeedbackSchema
from portal.web.database import db


@operation(
    "/feedback",
    method="POST",
    status=201,
    writes=True,
    summary="Hand in feedback",
    asks=FeedbackSchema(),
    answers=FeedbackAnswerSchema(),
)
def feedback_submit(asked: dict[str, Any]) -> dict[str, Any]:
    """Take what a customer said elsewhere. It is read within seconds, like what is said in the portal.

    Its needs become signals only if the customer allows that.
    """
    now = utc_now()
    written_at = asked.get("written_at")
    if written_at is not None and written_at > now:
        raise Invalid("Nobody can have written this yet.", errors={"written_at": ["This is in the future."]})
    customer = _customer(asked)
    message = conversations.submit(
        db.session,
        customer=customer,
        text=asked["text"],
        now=now,
        may_reply=asked["may_reply"],
        origin="api",
        external_id=asked.get("external_id"),
        written_at=written_at,
        rating=asked.get("rating"),
    )
    return {
        "message": message.ref,
        "conversation": message.conversation.ref,
        "receipt": message.conversation.receipt_code,
        "customer": customer.ref if customer else None,
        "rating": message.rating.score if message.rating else None,
        "reading": message.reading,
    }


def _customer(asked: dict[str, Any]) -> Customer | None:
    """Whom the feedback is from.

    :raises Invalid: when both ways of naming them are used.
    :raises NotFound: when there is no such customer.
    """
    if "customer" in asked and "customer_external_ref" in asked:
        raise Invalid("Name the customer once.", errors={"customer": ["Give this or customer_external_ref."]})
    if "customer" in asked:
        return accounts.customer_by_ref(db.session, asked["customer"])
    if "customer_external_ref" not in asked:
        return None
    customer = accounts.customer_by_external_ref(db.session, asked["customer_external_ref"])
    if customer is None:
        raise NotFound("There is no such customer.")
    return customer
