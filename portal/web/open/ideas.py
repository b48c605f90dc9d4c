"""Ideas for anybody to read: the list, one idea with its story, proposing one, and what changed because of them."""

from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, ideas
from portal.errors import Conflict, Invalid
from portal.ideas.schemas import ChangesQuery, IdeaQuery, IdeasQuery, ProposeSchema, ReviseSchema, SimilarSchema
from portal.web import asked, idea_words
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.forms import Submitted, empty, query, submitted
from portal.web.identity import current_customer, customer_viewing
from portal.web.open.blueprint import blueprint
from portal.web.pages import onward, page

COMMENTS, CHANGES, SIMILAR = 20, 20, 4
LIST = IdeasQuery()


def cursor_of(place: list[Any] | None) -> str | None:
    """The address part for where a page ended; None when there is no next page."""
    return seal(str(current_app.secret_key), place) if place else None


def place_of(cursor: str | None, length: int) -> list[Any] | None:
    """The place a cursor stands for."""
    return unseal(str(current_app.secret_key), cursor, length)


@blueprint.get("/ideas", endpoint="ideas")
def ideas_list() -> ResponseReturnValue:
    """All ideas, searched, filtered and sorted."""
    form = query(LIST)
    wanted, boards = form.values or LIST.load({}), ideas.boards(db.session)
    if wanted["board"] and wanted["board"] not in boards:
        form.leave_out("board")
        wanted["board"] = None
    after = place_of(wanted.pop("after"), 3)
    viewer = customer_viewing()
    found = ideas.ideas_page(db.session, **wanted, after=after, viewer=viewer)
    close = ideas.similar(db.session, wanted["q"], SIMILAR, viewer=viewer) if wanted["q"] and not found.rows else []
    return page(
        "open/ideas/list.html",
        form=form,
        found=found,
        close=close,
        wanted=wanted,
        boards=boards,
        further=cursor_of(found.after),
        paged=after is not None,
        words=idea_words,
    )


@blueprint.get("/ideas/<ref>")
def idea(ref: str) -> ResponseReturnValue:
    """One idea: its words, who backs it, what the company answered and what people say."""
    return show(ref)


def show(ref: str, form: Submitted | None = None) -> ResponseReturnValue:
    """The page of one idea; `form` is a comment that was not understood."""
    asked = query(IdeaQuery()).values or IdeaQuery().load({})
    viewer = customer_viewing()
    seen = ideas.seen_idea(db.session, ref, viewer)
    found = seen.idea
    after = place_of(asked["after"], 2)
    start = int(after[1]) if after and after[0] == "comments" else 0
    comments, last = ideas.comments_of(db.session, found, after=start, limit=COMMENTS)
    return page(
        "open/ideas/idea.html",
        form=form,
        idea=found,
        viewer=viewer,
        own=viewer is not None and viewer.id == found.customer_id,
        author=seen.author,
        shown_name=ideas.public_name(viewer.name) if viewer else "",
        vote=seen.vote,
        tally=ideas.tally(db.session, found),
        answers=ideas.answers_of(db.session, found),
        versions=ideas.versions_of(db.session, found) if found.version > 1 else [],
        comments=comments,
        further=cursor_of(["comments", last] if last else None),
        asked=asked,
        points=ideas.points_at(found.trend, clock.utc_now()),
        words=idea_words,
    )


@blueprint.route("/ideas/new", methods=["GET", "POST"])
def idea_new() -> ResponseReturnValue:
    """Propose an idea. Whoever has not seen similar ones is shown them once before it is sent."""
    if request.method == "GET":
        return ask(empty())
    form = submitted(ProposeSchema())
    if not form.good:
        return ask(form)
    values = dict(form.values)
    alike = [] if values.pop("seen") else similar_to(f"{values['title']}\n{values['text']}")
    if alike:
        return ask(form, alike)
    try:
        made = ideas.propose(db.session, current_customer(), **values, now=clock.utc_now())
    except Invalid as error:
        return ask(form.refuse("board", error.message))
    return onward(
        "open.idea", _("Your idea is public now. What comes of it is shown under Your side."), ref=made.ref, sent="idea"
    )


@blueprint.post("/ideas/new/consent")
def idea_consent() -> ResponseReturnValue:
    """Answer what was asked in the middle of writing an idea; what was typed stays."""
    form, said = asked.answer()
    return ask(form, said=said)


def ask(form: Submitted, alike: list[ideas.Alike] | None = None, said: str = "") -> ResponseReturnValue:
    """The page on which an idea is written."""
    viewer = customer_viewing()
    return page(
        "open/ideas/new.html",
        form=form,
        alike=alike or [],
        asked=asked.question("ideas"),
        said=said,
        boards=ideas.boards(db.session),
        viewer=viewer,
        shown_name=ideas.public_name(viewer.name) if viewer else "",
        words=idea_words,
    )


def similar_to(text: str) -> list[ideas.Alike]:
    """Ideas like a text, with the viewer's own votes."""
    return ideas.similar(db.session, text, SIMILAR, viewer=customer_viewing())


@blueprint.post("/ideas/similar")
def ideas_similar() -> ResponseReturnValue:
    """Similar ideas as a piece of a page, while somebody types."""
    form = submitted(SimilarSchema())
    alike = similar_to(form.values["text"]) if form.good else []
    return page("open/ideas/similar.html", alike=alike, words=idea_words)


@blueprint.route("/ideas/<ref>/edit", methods=["GET", "POST"])
def idea_edit(ref: str) -> ResponseReturnValue:
    """Give one's own idea new words; the old ones stay readable."""
    customer = current_customer()
    found = ideas.own_idea(db.session, ref, customer)
    if request.method == "GET":
        return page("open/ideas/edit.html", form=empty(), idea=found)
    form = submitted(ReviseSchema())
    if not form.good:
        return page("open/ideas/edit.html", form=form, idea=found)
    try:
        ideas.revise(db.session, found, customer, **form.values, now=clock.utc_now())
    except Conflict as error:
        form.raw["version"] = found.version
        return page("open/ideas/edit.html", form=form.refuse("text", error.message), idea=found)
    return onward("open.idea", _("Saved. The earlier words stay readable as a version."), ref=ref)


@blueprint.get("/changes")
def changes() -> ResponseReturnValue:
    """What changed because of customers: what was done, what is planned, what was refused and why."""
    form = query(ChangesQuery())
    wanted = form.values or ChangesQuery().load({})
    found = ideas.changed(db.session, CHANGES + 1, kind=wanted["kind"], after=place_of(wanted["after"], 2))
    last = found[CHANGES - 1].answer if len(found) > CHANGES else None
    return page(
        "open/ideas/changes.html",
        form=form,
        found=found[:CHANGES],
        kind=wanted["kind"],
        paged=wanted["after"] is not None,
        further=cursor_of([last.at.isoformat(), last.id] if last else None),
        words=idea_words,
    )
