"""What leaves by mail: waiting, sent, kept, given up."""

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from portal import mail
from portal.web.admin.blueprint import blueprint
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.identity import current_settings
from portal.web.pages import page

ROWS = 50
STATES = {
    "waiting": (_l("waiting"), "wait"),
    "sending": (_l("being sent"), "wait"),
    "sent": (_l("sent"), "good"),
    "kept": (_l("kept here"), "note"),
    "dead": (_l("given up"), "bad"),
}


@blueprint.get("/outbox")
def outbox() -> ResponseReturnValue:
    """The mails, newest first, by state."""
    secret = str(current_app.secret_key)
    place = unseal(secret, request.args.get("after"), 1)
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    rows = mail.outbox_page(db.session, state=state or None, before=place[0] if place else None, limit=ROWS + 1)
    further = seal(secret, [rows[ROWS - 1].id]) if len(rows) > ROWS else None
    return page(
        "admin/outbox/outbox.html",
        rows=rows[:ROWS],
        states=STATES,
        counts=mail.state_counts(db.session),
        chosen=state,
        next_href=url_for("admin.outbox", after=further, state=state or None) if further else None,
        first_href=url_for("admin.outbox", state=state or None) if place else None,
    )


@blueprint.get("/outbox/<int(max=2147483647):message_id>")
def outbox_mail(message_id: int) -> ResponseReturnValue:
    """One mail. With a mail server, links that act for somebody are hidden: nobody here may use them."""
    found = mail.message(db.session, message_id)
    text = mail.without_links(found.text) if current_settings().smtp_url else found.text
    return page("admin/outbox/mail.html", mail=found, text=text, states=STATES)
