"""Reviewing tags at the desk: right, something else, wrong, or a need nobody has seen."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, consent, conversations, needs, segments
from portal.conversations import Conversation
from portal.errors import Invalid, NotFound
from portal.web import tag_story
from portal.web.access import admits, policy_for
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_account, viewer
from portal.web.pages import onward
from portal.web.team.blueprint import blueprint


@blueprint.route("/conversations/<ref>/tags/<int(max=2147483647):tag_id>", methods=["GET", "POST"])
def tag_review(ref: str, tag_id: int) -> ResponseReturnValue:
    """Why the reader thinks so, with personal data covered; or say whether it is right, which counts at once."""
    opened = conversations.conversation_by_ref(db.session, ref)
    return _review(opened, tag_id) if request.method == "POST" else _why(opened, tag_id)


def _review(opened: Conversation, tag_id: int) -> ResponseReturnValue:
    tag = needs.tag_in(db.session, tag_id, opened.id)
    form = submitted(needs.ReviewSchema())
    if not form.good:
        raise Invalid(_("Say whether it is right, something else or wrong."), fields=form.errors)
    values = form.values if form.values["verdict"] == "correct" else {"verdict": form.values["verdict"]}
    needs.review(db.session, tag.id, by=current_account(), now=clock.utc_now(), **values)
    _place(opened)
    message = _("Recorded. It counts at once.")
    if tag_story.asked_here():
        return onward("team.tag_review", message, ref=opened.ref, tag_id=tag_id)
    return onward("team.conversation", message, ref=opened.ref, _anchor="tags")


def _why(opened: Conversation, tag_id: int) -> ResponseReturnValue:
    person = viewer()
    may_review = policy_for("team.tag_review", "POST")
    acts = person is not None and may_review is not None and admits(may_review, (person.role,))
    owner = opened.customer_id
    side = tag_story.Side(
        team=True,
        thread=url_for("team.conversation", ref=opened.ref),
        endpoint="team.tag_review",
        values={"ref": opened.ref},
        act=url_for("team.tag_review", ref=opened.ref, tag_id=tag_id, **tag_story.FROM_HERE) if acts else None,
        permission=None if owner is None else consent.allows(db.session, owner, "needs", now=clock.utc_now()),
    )
    return tag_story.show(needs.tag_behind(db.session, tag_id, opened.id), side)


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
