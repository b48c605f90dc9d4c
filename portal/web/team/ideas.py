"""Ideas as the product team sees them: the list, the official answer, hiding, and what may be the same idea."""

from datetime import UTC, date, datetime, time

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, ideas
from portal.ideas.schemas import AnswerSchema, CommentSchema, HideSchema, OtherIdeaSchema, TeamIdeasQuery
from portal.web import idea_words
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.forms import Submitted, query, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint

PER_PAGE, COMMENTS = 40, 30


@blueprint.get("/ideas", endpoint="ideas")
def ideas_list() -> ResponseReturnValue:
    """Every idea, hidden ones too, by status, board, words and order."""
    form = query(TeamIdeasQuery())
    wanted, boards = form.values or TeamIdeasQuery().load({}), ideas.boards(db.session)
    if wanted["board"] and wanted["board"] not in boards:
        form.leave_out("board")
        wanted["board"] = None
    secret = str(current_app.secret_key)
    after = unseal(secret, wanted.pop("after"), 3)
    found = ideas.ideas_page(db.session, **wanted, after=after, hidden=True, limit=PER_PAGE)
    return page(
        "team/ideas/list.html",
        form=form,
        found=found,
        wanted=wanted,
        counts=ideas.status_counts(db.session),
        boards=boards,
        further=seal(secret, found.after) if found.after else None,
        paged=after is not None,
        words=idea_words,
    )


@blueprint.route("/ideas/<ref>", methods=["GET", "POST"])
def idea(ref: str) -> ResponseReturnValue:
    """One idea with its support and history; sending the form answers officially and sets the status."""
    if request.method == "GET":
        return show(ref, Submitted())
    found = ideas.idea_by_ref(db.session, ref, hidden=True)
    form = submitted(AnswerSchema())
    if not form.good:
        return show(ref, form)
    values = dict(form.values)
    day: date | None = values.pop("planned_for")
    planned_for = datetime.combine(day, time(12), UTC) if day else None
    ideas.answer(db.session, found, **values, planned_for=planned_for, account=current_account(), now=clock.utc_now())
    return onward("team.idea", _("The answer is public. Everybody who backs this will be told."), ref=ref)


def show(ref: str, form: Submitted) -> ResponseReturnValue:
    """The team's page of one idea; `form` is an answer, a reason or a comment that was not understood."""
    seen = ideas.seen_idea(db.session, ref, hidden=True)
    found = seen.idea
    comments, _last = ideas.comments_of(db.session, found, limit=COMMENTS)
    return page(
        "team/ideas/idea.html",
        form=form,
        idea=found,
        author=seen.author,
        tally=ideas.tally(db.session, found),
        answers=ideas.answers_of(db.session, found),
        versions=ideas.versions_of(db.session, found) if found.version > 1 else [],
        comments=comments,
        duplicates=ideas.duplicates_of(db.session, found),
        points=ideas.points_at(found.trend, clock.utc_now()),
        words=idea_words,
    )


@blueprint.post("/ideas/<ref>/hide")
def idea_hide(ref: str) -> ResponseReturnValue:
    """Take an idea out of sight with a reason that its author reads."""
    found = ideas.idea_by_ref(db.session, ref, hidden=True)
    form = submitted(HideSchema())
    if not form.good:
        return show(ref, form)
    ideas.hide(db.session, found, reason=form.values["reason"], account=current_account(), now=clock.utc_now())
    return onward("team.idea", _("Hidden. Its author sees it with your reason."), ref=ref)


@blueprint.post("/ideas/<ref>/show")
def idea_show(ref: str) -> ResponseReturnValue:
    """Show a hidden idea again."""
    found = ideas.idea_by_ref(db.session, ref, hidden=True)
    ideas.unhide(db.session, found, account=current_account(), now=clock.utc_now())
    return onward("team.idea", _("Everybody sees it again."), ref=ref)


@blueprint.post("/ideas/<ref>/comments")
def idea_say(ref: str) -> ResponseReturnValue:
    """Say something below an idea, signed with one's name and the company's."""
    found = ideas.idea_by_ref(db.session, ref, hidden=True)
    form = submitted(CommentSchema(only=("text", "submission_key")))
    if not form.good:
        form.errors = {"comment": form.errors.get("text", [_("This was not understood.")])}
        form.raw = {"comment": form.raw.get("text", "")}
        return show(ref, form)
    ideas.comment(db.session, found, **form.values, account=current_account(), now=clock.utc_now())
    return onward("team.idea", _("Your comment is public."), ref=ref, _anchor="comments")


@blueprint.post("/ideas/<ref>/not-duplicate")
def idea_not_duplicate(ref: str) -> ResponseReturnValue:
    """Remember that two ideas are not the same."""
    found = ideas.idea_by_ref(db.session, ref, hidden=True)
    form = submitted(OtherIdeaSchema())
    other = ideas.idea_by_ref(db.session, form.values.get("other", ""), hidden=True)
    ideas.not_duplicate(db.session, found, other, account=current_account(), now=clock.utc_now())
    return onward("team.idea", _("Remembered. Nobody is asked about these two again."), ref=ref, _anchor="duplicates")
