"""A customer's conversations: the list, one thread with its margin, writing back, correcting what was understood."""

from datetime import datetime
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, consent, conversations, needs, segments
from portal.conversations import Conversation
from portal.web import asked, margin, need_words, tag_story, thread_acts
from portal.web.cursors import seal, unseal
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Submitted, empty, query
from portal.web.identity import current_account, current_customer
from portal.web.pages import onward, page

PER_PAGE = 20


@blueprint.get("/conversations", endpoint="conversations")
def conversation_list() -> ResponseReturnValue:
    """Every conversation of the customer, the newest word first, by state."""
    customer = current_customer()
    form = query(conversations.TurnsQuery())
    wanted: dict[str, Any] = form.values or conversations.TurnsQuery().load({})
    place = unseal(str(current_app.secret_key), wanted["after"], 2)
    before = (datetime.fromisoformat(place[0]), int(place[1])) if place else None
    found = conversations.conversations_of(
        db.session, customer.id, state=wanted["state"], before=before, limit=PER_PAGE + 1
    )
    shown = found[:PER_PAGE]
    further = [shown[-1].last_at.isoformat(), shown[-1].id] if len(found) > PER_PAGE else None
    return page(
        "customer/conversations/list.html",
        form=form,
        found=shown,
        state=wanted["state"],
        paged=place is not None,
        further=seal(str(current_app.secret_key), further) if further else None,
        words=need_words,
        promises={one.conversation_id: one for one in reversed(conversations.owed(db.session, customer.id))},
    )


@blueprint.get("/conversations/<ref>")
def conversation(ref: str) -> ResponseReturnValue:
    """One thread, read by both sides."""
    return _thread(_own(ref), empty())


def _own(ref: str) -> Conversation:
    return conversations.conversation_for(db.session, ref, current_customer().id)


@blueprint.post("/conversations/<ref>/consent")
def conversation_consent(ref: str) -> ResponseReturnValue:
    """Answer what was asked in the middle of the thread; what was typed stays."""
    found = _own(ref)
    form, said = asked.answer()
    return _thread(found, form, said)


def _thread(found: Conversation, form: Submitted, said: str = "") -> ResponseReturnValue:
    messages = conversations.thread(db.session, found.id, internal=False)
    allowed = consent.allows(db.session, current_customer().id, "needs", now=clock.utc_now())
    return page(
        "customer/conversations/thread.html",
        form=form,
        asked=asked.question("thread", allowed),
        said=said,
        conversation=found,
        letters=margin.for_author(messages),
        promises=conversations.promises_of(db.session, found.id),
        final=thread_acts.final_answer(found, messages),
        allowed=allowed,
        words=need_words,
    )


@blueprint.post("/conversations/<ref>")
def conversation_write(ref: str) -> ResponseReturnValue:
    """Write back."""
    found = _own(ref)
    form = thread_acts.write_back(found, current_customer())
    return onward("customer.conversation", _("Sent."), ref=ref) if form.good else _thread(found, form)


@blueprint.post("/conversations/<ref>/messages/<message_ref>/rating")
def conversation_rating(ref: str, message_ref: str) -> ResponseReturnValue:
    """Say how it was, change it, or take it back."""
    message = thread_acts.rate(_own(ref), message_ref)
    return onward("customer.conversation", message, ref=ref, _anchor=message_ref)


@blueprint.route("/conversations/<ref>/tags/<int(max=2147483647):tag_id>", methods=["GET", "POST"])
def conversation_tag(ref: str, tag_id: int) -> ResponseReturnValue:
    """Why we think so; or say that it was understood wrongly, which counts at once, for groups as well."""
    found = _own(ref)
    if request.method == "POST":
        thread_acts.correct(found, tag_id, current_account())
        segments.place_customer(db.session, current_customer().id, cause="correction", now=clock.utc_now())
        back: dict[str, Any] = {"tag_id": tag_id} if tag_story.asked_here() else {}
        endpoint = "customer.conversation_tag" if back else "customer.conversation"
        return onward(endpoint, _("Corrected. It counts at once."), ref=ref, **back)
    side = tag_story.Side(
        team=False,
        thread=url_for("customer.conversation", ref=ref),
        endpoint="customer.conversation_tag",
        values={"ref": ref},
        act=url_for("customer.conversation_tag", ref=ref, tag_id=tag_id, **tag_story.FROM_HERE),
        permission=consent.allows(db.session, current_customer().id, "needs", now=clock.utc_now()),
    )
    return tag_story.show(needs.tag_behind(db.session, tag_id, found.id), side)


@blueprint.post("/conversations/<ref>/settled")
def conversation_settled(ref: str) -> ResponseReturnValue:
    """Say that it is settled, or that it is not."""
    return onward("customer.conversation", thread_acts.settle_or_reopen(_own(ref)), ref=ref)
