"""How we have treated the customer: the index we keep about ourselves, in words."""

from flask.typing import ResponseReturnValue

from portal import treatment
from portal.web import trust_words
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.identity import current_customer
from portal.web.pages import page


@blueprint.get("/trust")
def trust() -> ResponseReturnValue:
    """Every part of the index, with its weight and its day."""
    found = treatment.trust_of(db.session, current_customer().id)
    return page("customer/trust/trust.html", found=found, words=trust_words, base=treatment.TRUST_BASE)
