"""What leaves by text message, notification, phone and post: waiting, with a gateway, and what became of it."""

from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import accounts, gateways
from portal.web import gateway_words
from portal.web.admin.blueprint import blueprint
from portal.web.consent_words import CHANNELS
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.pages import page

ROWS = 50


@blueprint.get("/outbox/gateways", endpoint="gateways")
def gateways_page() -> ResponseReturnValue:
    """The messages, newest first, by way and state."""
    secret = str(current_app.secret_key)
    place = unseal(secret, request.args.get("after"), 1)
    way, state = request.args.get("way", ""), request.args.get("state", "")
    way, state = way if way in gateways.WAYS else "", state if state in gateways.STATES else ""
    rows = gateways.messages_page(
        db.session, channel=way, state=state, before=place[0] if place else None, limit=ROWS + 1
    )
    further = seal(secret, [rows[ROWS - 1].id]) if len(rows) > ROWS else None
    chosen: dict[str, Any] = {"way": way or None, "state": state or None}
    return page(
        "admin/gateways/list.html",
        rows=rows[:ROWS],
        counts=gateways.state_counts(db.session, way),
        words=gateway_words,
        ways=[(key, CHANNELS[key]) for key in gateways.WAYS],
        channels=CHANNELS,
        way=way,
        state=state,
        next_href=url_for("admin.gateways", after=further, **chosen) if further else None,
        first_href=url_for("admin.gateways", **chosen) if place else None,
    )


@blueprint.get("/outbox/gateways/<ref>")
def gateway_message(ref: str) -> ResponseReturnValue:
    """One message: to whom, the very words, the decision behind it, and how far it came."""
    found = gateways.gateway_message(db.session, ref)
    return page(
        "admin/gateways/message.html",
        found=found,
        customer=accounts.refs_of_ids(db.session, [found.customer_id])[0],
        parts=gateways.parts_of(found.text) if found.channel == "sms" else None,
        words=gateway_words,
        channels=CHANNELS,
    )
