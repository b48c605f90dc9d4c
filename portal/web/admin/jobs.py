"""The background jobs: what they do, how their last runs went, run one now."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import RAISE, Schema, fields, validate

from portal import clock
from portal import jobs as schedule
from portal.web.acting import note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import query
from portal.web.identity import current_account, current_settings
from portal.web.pages import onward, page

PAGE = 40
DOES = {
    "read-messages": _l(
        "Reads what customers write: tags with their evidence, and signals where a consent allows them."
    ),
    "place-customers": _l("Opens and closes memberships of segments as signals, dates and consents change."),
    "reconcile-entitlements": _l("Grants what the rules give to the members of their segments."),
    "send-outbox": _l("Decides what may be sent, tells voters what became of ideas, and hands mail over."),
    "deliver-webhooks": _l("Calls the webhooks of other systems with what changed, again until they take it."),
    "reread": _l("Reads again what was written before, with the reader in force, when somebody asked for it."),
    "index-texts": _l("Makes texts findable that were not yet: ideas and messages that are alike."),
    "fill-queue": _l("Chooses what the team is asked to look at, at most 50 messages a day."),
    "run-campaigns": _l("Asks for every member of a running campaign, and holds one because of which people leave."),
    "learn": _l("Trains a model on what people said, measures it, and lets it read along when it is better."),
    "measure-indicators": _l("Counts what is shown about our own conduct, day by day and week by week; raises alarms."),
    "audit-decisions": _l("Derives every decision again once a day and looks for what contradicts it."),
    "measure-trust": _l("Measures how we have treated each person: daily, and when something happened to them."),
    "import-consents": _l(
        "Reads files of consents for their difference, applies what was confirmed, undoes what was taken back."
    ),
    "erase-due": _l("Erases everything about those who asked for it a week ago, and what a hold kept once it ends."),
    "watch-requests": _l("Tells every administrator by mail when a request by right is due soon, or late."),
    "sign-heads": _l("Signs where every customer's ledger stands, once a day, and puts it in a second place."),
    "expire": _l("Ends what has run out: entitlements, consents, old sign-ins and counts."),
}
STATES = {
    "running": (_l("running"), "note"),
    "done": (_l("done"), "good"),
    "failed": (_l("broke"), "bad"),
    "abandoned": (_l("abandoned"), "wait"),
}


class RunsSchema(Schema):
    """Which runs to show."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    job = fields.String(validate=validate.OneOf([job.name for job in schedule.JOBS]))
    before = fields.Integer(validate=validate.Range(min=1, max=2**53))


@blueprint.get("/jobs")
def jobs() -> ResponseReturnValue:
    """Every job with its last run, who leads the schedule, and the newest runs."""
    form = query(RunsSchema())
    job, before = form.values.get("job"), form.values.get("before")
    rows = schedule.runs_page(db.session, job=job, before=before, limit=PAGE + 1)
    return page(
        "admin/jobs/list.html",
        form=form,
        jobs=[(entry, entry.every(current_settings())) for entry in schedule.JOBS],
        does=DOES,
        states=STATES,
        last=schedule.last_runs(db.session),
        waiting=schedule.waiting_requests(db.session),
        leader=schedule.leader(db.session, clock.utc_now()),
        runs=rows[:PAGE],
        older=rows[PAGE - 1].id if len(rows) > PAGE else None,
        chosen=job,
        paged=before is not None,
    )


@blueprint.post("/jobs/<name>/run")
def job_run(name: str) -> ResponseReturnValue:
    """Ask the leader to run a job now. Asked twice while it waits, it runs once."""
    is_new = schedule.ask(db.session, name, by=current_account().name, now=clock.utc_now())
    if is_new:
        note("job.asked", name)
        return onward("admin.jobs", _("“%(name)s” runs within a few seconds.", name=name))
    return onward("admin.jobs", _("“%(name)s” was asked for already and waits for its turn.", name=name))
