"""Your side: what waits for the customer, what they have, what they allow, and what came of their ideas."""

from flask.typing import ResponseReturnValue

from portal import clock, insight
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.idea_words import STATUSES
from portal.web.identity import current_customer
from portal.web.pages import page


@blueprint.get("")
def home() -> ResponseReturnValue:
    """The customer's first page."""
    customer = current_customer()
    side = insight.your_side(db.session, customer.id, now=clock.utc_now())
    return page("customer/home/home.html", customer=customer, side=side, statuses=STATUSES)
