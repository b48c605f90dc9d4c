"""Reviewing tags at the desk: right, something else, wrong, or a need nobody has seen."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, conversations, needs, segments
from portal.conversations import Conversation
from portal.errors import Invalid, NotFound
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_account
from portal.web.pages import onward
from portal.web.team.blueprint import blueprint


@blueprint.post("/conversations/<ref>/tags/<int(max=2147483647):tag_id>")
def tag_review(ref: str, tag_id: int) -> ResponseReturnValue:
    """Say whether a tag is right; the customer is placed anew at once."""
    opened = conversations.conversation_by_ref(db.session, ref)
    tag = needs.tag_in(db.session, tag_id, opened.id)
    form = submitted(needs.ReviewSchema())
    if not form.good:
        raise Invalid(_("Say whether it is right, something else or wrong."), fields=form.errors)
    values = form.values if form.values["verdict"] == "correct" else {"verdict": form.values["verdict"]}
    needs.review(db.session, tag.id, by=current_account(), now=clock.utc_now(), **values)
    _place(opened)
    return onward("team.conversation", _("Recorded. It counts at once."), ref=ref, _anchor="tags")


@blueprint.post("/conversations/<ref>/messages/<message_ref>/tags")
def tag_add(ref: str, message_ref: str) -> ResponseReturnValue:
    """Put down a need that the reader did not see."""
    opened = conversations.conversation_by_ref(db.session, ref)
    message = conversations.message_by_ref(db.session, message_ref)
    if message.conversation_id != opened.id or message.author != "customer":
        raise NotFound(_("There is no such message in this conversation."))
    form = submitted(needs.AddTagSchema())
    if not form.good:
        raise Invalid(_("Choose a need and how it stands."), fields=form.errors)
    needs.add_tag(db.session, message.id, **form.values, by=current_account(), now=clock.utc_now())
    _place(opened)
    return onward("team.conversation", _("Put down."), ref=ref, _anchor="tags")


def _place(opened: Conversation) -> None:
    if opened.customer_id is not None:
        segments.place_customer(db.session, opened.customer_id, cause="correction", now=clock.utc_now())
