"""Takes what providers tell about contacts: a reply with STOP, a hard bounce, a report as spam."""

from typing import Any

from flask import g

from portal import accounts, privacy
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.clock import utc_now
from portal.errors import Invalid, NotFound
from portal.web.api.operations import operation
from portal.web.api.schemas import ContactEventAnswerSchema, ContactEventSchema
from portal.web.database import db

WAYS = ("email", "customer", "customer_external_ref")


@operation(
    "/contact-events",
    method="POST",
    status=202,
    writes=True,
    summary="Tell about a STOP, a bounce or a spam report",
    asks=ContactEventSchema(),
    answers=ContactEventAnswerSchema(),
)
def contact_event(asked: dict[str, Any]) -> dict[str, Any]:
    """Take what a provider tells. STOP and spam reports withdraw all we send on our own account on that channel.

    A bounce or a spam report also stops the channel until the address is confirmed anew. Somebody unknown gets the
    same answer.
    """
    now, answer = utc_now(), {"event_id": asked["event_id"], "accepted": True}
    if asked.get("occurred_at") is not None and asked["occurred_at"] > now:
        raise Invalid("This cannot have happened yet.", errors={"occurred_at": ["This is in the future."]})
    customer = _customer(asked)
    if customer is not None:
        privacy.hear(
            db.session,
            customer,
            kind=asked["kind"],
            channel=asked["channel"],
            source=f"token:{g.api_token.id}",
            event_id=asked["event_id"],
            occurred_at=asked.get("occurred_at"),
            actor=Actor(type="token", id=g.api_token.id, name=g.api_token.name),
            now=now,
        )
    return answer


def _customer(asked: dict[str, Any]) -> Customer | None:
    """Whom it is about; None when nobody is known by that name.

    :raises Invalid: when they are not named in exactly one way.
    """
    named = [way for way in WAYS if way in asked]
    if len(named) != 1:
        raise Invalid("Name the customer once.", errors={"email": ["Give this, customer or customer_external_ref."]})
    if "email" in asked:
        return accounts.customer_by_email(db.session, asked["email"])
    if "customer_external_ref" in asked:
        return accounts.customer_by_external_ref(db.session, asked["customer_external_ref"])
    try:
        return accounts.customer_by_ref(db.session, asked["customer"])
    except NotFound:
        return None
