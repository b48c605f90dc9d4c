"""What a customer does to ideas: backs them, says something below them, takes words or a name back."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, ideas
from portal.errors import Invalid
from portal.ideas.schemas import CommentSchema, VoteSchema
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_customer
from portal.web.open.blueprint import blueprint
from portal.web.open.ideas import show
from portal.web.pages import onward, safe_next


@blueprint.post("/ideas/<ref>/vote")
def idea_vote(ref: str) -> ResponseReturnValue:
    """Back an idea, say how much, or take that back; then go on where one was."""
    customer = current_customer()
    idea = ideas.idea_by_ref(db.session, ref, customer)
    form = submitted(VoteSchema())
    if not form.good:
        raise Invalid(_("This vote was not understood. Open the idea and try again."), fields=form.errors)
    if form.values["act"] == "undo":
        ideas.unvote(db.session, idea, customer)
        flash(_("Your vote is taken back."))
    else:
        version = form.values["version"]
        ideas.vote(db.session, idea, customer, form.values["strength"], clock.utc_now(), version=version)
        flash(_("You back “%(title)s”. When its status changes, you are told.", title=idea.title))
    return redirect(safe_next(url_for("open.idea", ref=ref)), code=303)


@blueprint.post("/ideas/<ref>/comments")
def idea_comment(ref: str) -> ResponseReturnValue:
    """Say something below an idea."""
    customer = current_customer()
    idea = ideas.idea_by_ref(db.session, ref, customer)
    form = submitted(CommentSchema())
    if not form.good:
        return show(ref, form)
    ideas.comment(db.session, idea, customer=customer, **form.values, now=clock.utc_now())
    return onward("open.idea", _("Your comment is public now."), ref=ref, sent="comment", _anchor="comments")


@blueprint.post("/ideas/<ref>/comments/<int:comment_id>/delete")
def idea_comment_delete(ref: str, comment_id: int) -> ResponseReturnValue:
    """Delete one's own comment, its words at once, below whichever idea `ref` it stands."""
    idea = ideas.delete_comment(db.session, comment_id, current_customer(), now=clock.utc_now())
    return onward("open.idea", _("Your comment is deleted."), ref=idea.ref, _anchor="comments")


@blueprint.post("/ideas/<ref>/drop-name")
def idea_drop_name(ref: str) -> ResponseReturnValue:
    """Keep one's idea and show one's name with it no longer."""
    customer = current_customer()
    ideas.drop_name(db.session, ideas.own_idea(db.session, ref, customer), customer)
    return onward("open.idea", _("Your name is no longer shown with this idea."), ref=ref)
