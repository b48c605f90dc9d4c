"""The front page and the two pages every footer points to; whether the portal is alive."""

import sqlalchemy as sa
from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal import consent, ideas
from portal.clock import utc_now
from portal.web.database import db
from portal.web.open.blueprint import blueprint
from portal.web.pages import page

GROUNDS = {
    "consent": _l("Your consent; you can withdraw it at any time"),
    "contract": _l("Our contract with you"),
    "legitimate_interest": _l("Our legitimate interest; you can object at any time"),
    "legal_obligation": _l("The law requires it"),
}


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """What this is in one screen: say something, ideas, what changed because of customers."""
    return page(
        "open/home/home.html",
        popular=ideas.popular(db.session, limit=4),
        changed=ideas.changed(db.session, limit=4),
    )


@blueprint.get("/how-we-read")
def how_we_read() -> ResponseReturnValue:
    """How what customers write is read, and what the reader cannot do."""
    return page("open/home/how_we_read.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Who answers for the data, what for, how long."""
    return page(
        "open/home/privacy.html",
        purposes=consent.purposes(db.session),
        terms=consent.terms_in_force(db.session, utc_now()),
        grounds=GROUNDS,
    )


@blueprint.get("/health")
def health() -> Response:
    """For whoever watches the service: 200 when the database answers."""
    db.session.execute(sa.text("SELECT 1"))
    return jsonify(status="ok")
