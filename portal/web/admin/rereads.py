"""Reading history again: ask for it, see how far it is, stop it and let it go on."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, needs
from portal.errors import Conflict
from portal.web import taxonomy_words
from portal.web.acting import current_actor, note
from portal.web.admin.blueprint import blueprint
from portal.web.database import db
from portal.web.pages import onward, page

REFRESH = "5"
"""Seconds after which the page looks again while history is being read."""


@blueprint.get("/rereads")
def rereads() -> ResponseReturnValue:
    """The runs that read history again, and what is in force."""
    runs = needs.rereads(db.session)
    going = next((run for run in runs if run.state in ("waiting", "running")), None)
    answer = page("admin/rereads/rereads.html", runs=runs, going=going, in_force=needs.in_force(), words=taxonomy_words)
    if going is not None:
        answer.headers["Refresh"] = REFRESH
    return answer


@blueprint.post("/rereads")
def reread_ask() -> ResponseReturnValue:
    """Ask that history be read again with what is in force."""
    try:
        run = needs.ask_reread(db.session, by=current_actor().name, now=clock.utc_now())
    except Conflict:
        return onward("admin.rereads", _("History is being read again already."))
    note("reread.asked", str(run.id), reader=run.reader_version)
    return onward("admin.rereads", _("It begins within a minute. You can stop it, and go on later."))


@blueprint.post("/rereads/<int(max=2147483647):reread_id>/stop")
def reread_stop(reread_id: int) -> ResponseReturnValue:
    """Stop after the batch at hand."""
    if not needs.stop_reread(db.session, reread_id, by=current_actor().name, now=clock.utc_now()):
        return onward("admin.rereads", _("It was over already."))
    note("reread.stopped", str(reread_id))
    return onward("admin.rereads", _("Stopped. What was read again stays so."))


@blueprint.post("/rereads/<int(max=2147483647):reread_id>/resume")
def reread_resume(reread_id: int) -> ResponseReturnValue:
    """Go on where it was stopped."""
    try:
        needs.resume_reread(db.session, reread_id, now=clock.utc_now())
    except Conflict as conflict:
        if conflict.code == "other-reader":
            return onward("admin.rereads", _("Another reader is in force by now. Read history again from the start."))
        return onward("admin.rereads", _("It goes on already, or another one does."))
    note("reread.resumed", str(reread_id))
    return onward("admin.rereads", _("It goes on within a minute."))
