"""What the customer may use: how much is left, until when, why they have it, and how to use it."""

from flask.typing import ResponseReturnValue

from portal import clock, entitlements
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.identity import current_customer
from portal.web.pages import page


@blueprint.get("/entitlements", endpoint="entitlements")
def entitlements_page() -> ResponseReturnValue:
    """Balances at this moment, each with its grants and their reasons, and everything that ever happened to them."""
    customer, now = current_customer(), clock.utc_now()
    return page(
        "customer/entitlements/list.html",
        balances=entitlements.balances(db.session, customer.id, now),
        turns=entitlements.history(db.session, customer.id, now),
    )
