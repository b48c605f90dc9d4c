"""Promises: the list of those that were not kept, how one ended, and saying sorry for it."""

from datetime import datetime

from flask import current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, conversations, treatment
from portal.conversations import Conversation
from portal.errors import NotFound
from portal.web import need_words
from portal.web.acting import note
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.forms import empty, query, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint
from portal.web.team.inbox import desk, queue_asked_for

PER_PAGE = 50


@blueprint.get("/promises", endpoint="promises")
def promise_list() -> ResponseReturnValue:
    """Those that nobody kept or apologised for, the oldest first, or another list of them."""
    form, now = query(conversations.PromisesQuery()), clock.utc_now()
    wanted = form.values or conversations.PromisesQuery().load({})
    secret = str(current_app.secret_key)
    place = unseal(secret, wanted["after"], 2)
    after = (datetime.fromisoformat(place[0]), int(place[1])) if place else None
    rows = conversations.promises_page(db.session, wanted["which"], now, after=after, limit=PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    last = shown[-1].promise if len(rows) > PER_PAGE else None
    policy = treatment.whole(treatment.policy_in_force(db.session).settings)
    return page(
        "team/promises/promises.html",
        form=form,
        found=shown,
        which=wanted["which"],
        days=policy["promise_days"],
        missed={row.promise.id for row in shown if row.promise.missed(now)},
        paged=place is not None,
        further=seal(secret, [last.due_at.isoformat(), last.id]) if last else None,
        words=need_words,
    )


@blueprint.post("/conversations/<ref>/promises/<int(max=2147483647):promise_id>")
def conversation_promise(ref: str, promise_id: int) -> ResponseReturnValue:
    """Record that a promise was kept, or that it will not be."""
    opened = _opened(ref, promise_id)
    form = submitted(conversations.PromiseSchema())
    if form.good:
        conversations.keep_promise(db.session, promise_id, now=clock.utc_now(), kept=form.values["outcome"] == "kept")
    return onward("team.conversation", _("Recorded. The customer sees it."), ref=opened.ref)


@blueprint.post("/conversations/<ref>/promises/<int(max=2147483647):promise_id>/apology")
def promise_apology(ref: str, promise_id: int) -> ResponseReturnValue:
    """Say sorry for it: an answer that the customer reads."""
    opened, form = _opened(ref, promise_id), submitted(conversations.ApologySchema())
    if not form.good:
        answer = desk(queue_asked_for(), opened, empty(), sorry=(promise_id, form))
        answer.status_code = 422
        return answer
    conversations.apologise(
        db.session, current_account(), promise_id, text=form.values["apology"], now=clock.utc_now(),
        submission_key=form.values["submission_key"],
    )  # fmt: skip
    note("promise.apologised", f"conversation:{opened.ref}", promise=promise_id)
    said = _("Sent. The promise stays not kept, and holds nothing back any more.")
    return onward("team.conversation", said, ref=opened.ref)


@blueprint.post("/conversations/<ref>/promises/<int(max=2147483647):promise_id>/apology/back")
def promise_apology_back(ref: str, promise_id: int) -> ResponseReturnValue:
    """It was about something else: the words stay said, and the promise weighs again."""
    opened = _opened(ref, promise_id)
    conversations.take_apology_back(db.session, promise_id)
    note("promise.apology-taken-back", f"conversation:{opened.ref}", promise=promise_id)
    return onward("team.conversation", _("Taken off the promise, which weighs again."), ref=opened.ref)


def _opened(ref: str, promise_id: int) -> Conversation:
    """The conversation in which this was promised.

    :raises NotFound: when it was promised in no such conversation.
    """
    opened = conversations.conversation_by_ref(db.session, ref)
    if promise_id not in {one.id for one in conversations.promises_of(db.session, opened.id)}:
        raise NotFound(_("There is no such promise in this conversation."))
    return opened
