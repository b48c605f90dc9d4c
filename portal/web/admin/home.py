"""Whether the portal is well: what waits, how the jobs do, and what is misconfigured."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import clock, health, jobs, rights
from portal.web.admin.blueprint import blueprint
from portal.web.admin.jobs import DOES, STATES
from portal.web.database import db
from portal.web.identity import current_settings
from portal.web.pages import page


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """The state of the portal on one page."""
    found = health.findings(current_settings())
    return page(
        "admin/home/home.html",
        backlog=jobs.backlog(db.session),
        rights=rights.standing(db.session, clock.utc_now()),
        leader=jobs.leader(db.session, clock.utc_now()),
        last=jobs.last_runs(db.session),
        jobs=jobs.JOBS,
        does=DOES,
        states=STATES,
        troubles=jobs.troubles(db.session),
        findings=[
            (finding.serious, gettext(finding.text, **finding.params), gettext(finding.advice, **finding.params))
            for finding in found
        ],
    )
