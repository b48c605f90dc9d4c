"""Saying something, for anybody: writing first, who one is later or never; and reading a thread by its receipt code."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock, consent, conversations, ideas, needs
from portal.conversations import Conversation
from portal.errors import NotFound
from portal.web import asked, margin, need_words, tag_story, thread_acts, why_words
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import customer_or_none, customer_viewing
from portal.web.open.blueprint import blueprint
from portal.web.pages import onward, page

SIMILAR = 3
SHORT = 12
"""Characters below which a draft is not worth reading yet."""


@blueprint.get("/say")
def say() -> ResponseReturnValue:
    """The form to say something."""
    return _say(empty(text=request.args.get("text", "")[: conversations.TEXT_LIMIT]))


@blueprint.post("/say/consent")
def say_consent() -> ResponseReturnValue:
    """Answer what was asked in the middle of writing; what was typed stays."""
    form, said = asked.answer()
    return _say(form, said=said)


def _say(form: Submitted, preview: dict[str, Any] | None = None, said: str = "") -> ResponseReturnValue:
    return page(
        "open/say/say.html",
        form=form,
        asked=asked.question("say"),
        said=said,
        viewer=customer_viewing(),
        uses=uses(),
        preview=preview,
        words=need_words,
        limit=conversations.TEXT_LIMIT,
    )


def uses() -> dict[str, str]:
    """What becomes of words typed here, in sentences, from the purposes and permissions as they are now."""
    customer, now = customer_or_none(), clock.utc_now()
    kept = next((one.retention_days for one in consent.purposes(db.session) if one.key == "reply"), None)
    lines = {"who": _("Only you and the team that answers can read this.")}
    if kept is not None:
        lines["kept"] = ngettext("Kept for %(num)d year.", "Kept for %(num)d years.", max(kept // 365, 1))
    if customer is None:
        lines["needs"] = _("It is not linked to you. The team sees the words and what we understood.")
    elif consent.allows(db.session, customer.id, "needs", now=now):
        lines["needs"] = _("Used to answer you. Because you allow it, also to understand your needs.")
    else:
        lines["needs"] = _("Used to answer you only. You do not allow us to learn your needs from it.")
    return lines


@blueprint.post("/say")
def say_it() -> ResponseReturnValue:
    """Keep what somebody says and give a receipt."""
    form = submitted(conversations.SaySchema())
    if not form.good:
        return _say(form)
    message = conversations.submit(
        db.session,
        customer=customer_or_none(),
        text=form.values["text"],
        may_reply=form.values["may_reply"],
        submission_key=form.values["submission_key"],
        rating=form.values.get("rating"),
        now=clock.utc_now(),
    )
    return redirect(url_for("open.said", code=message.conversation.receipt_code), code=303)


@blueprint.post("/say/preview")
def say_preview() -> ResponseReturnValue:
    """How a draft reads so far and what is like it; a piece of a page for scripts, the whole page without them."""
    db.session.rollback()  # nothing is written here, so nobody should wait for it
    form = submitted(conversations.PreviewSchema())
    found = preview_of(str(form.values.get("text", "")))
    if request.headers.get("X-Fragment"):
        return page("open/say/preview.html", preview=found, words=need_words)
    form.raw["previewed"] = "1"
    return _say(Submitted(raw=form.raw), found)


def preview_of(text: str) -> dict[str, Any]:
    """What the margin says about a draft."""
    if len(text.strip()) < SHORT:
        return {"early": True}
    found = needs.explained(text)
    reading = found.reading
    claims = [
        claim
        for claim in found.claims
        if claim.kind == "need" or (claim.kind == "sentiment" and claim.value != "neutral")
    ]

    def quote(spans: Sequence[tuple[int, int]]) -> list[str]:
        return [text[start:end] for start, end in spans if not _covers_personal(reading, start, end)]

    return {
        "early": False,
        "claims": [(claim, quote(claim.spans)[:3]) for claim in claims],
        "stages": why_words.stages(found, quote),
        "changes": [
            change for claim in claims if claim.kind == "need" for change in why_words.changes(found, claim, quote)
        ],
        "readable": reading.readable,
        "language": needs.language_name(reading.language),
        "personal": sorted({found.kind for found in reading.pii}),
        "alike": ideas.similar(db.session, text, SIMILAR, viewer=customer_viewing()),
    }


def _covers_personal(reading: Any, start: int, end: int) -> bool:
    return any(start < found.span.end and found.span.start < end for found in reading.pii)


@blueprint.get("/said/<code>")
def said(code: str) -> ResponseReturnValue:
    """The receipt: what was kept, who sees it, and the code to come back with."""
    found = conversations.conversation_by_receipt(db.session, code)
    return page("open/say/said.html", conversation=found, own=_owner_looks(found), uses=uses())


def _owner_looks(conversation: Conversation) -> bool:
    viewer = customer_viewing()
    return viewer is not None and viewer.id == conversation.customer_id


@blueprint.get("/r")
def find_thread() -> ResponseReturnValue:
    """Where a receipt code is typed in."""
    code = request.args.get("code", "").strip()
    if not code:
        return page("open/say/find.html", form=empty())
    try:
        found = conversations.conversation_by_receipt(db.session, code)
    except NotFound as refusal:
        return page("open/say/find.html", form=empty(code=code).refuse("code", refusal.message))
    return redirect(url_for("open.thread", code=found.receipt_code))


@blueprint.get("/r/<code>")
def thread(code: str) -> ResponseReturnValue:
    """A conversation, for whoever holds its code; a signed-in customer's own stands among theirs."""
    found = conversations.conversation_by_receipt(db.session, code)
    if found.customer_id is not None:
        return redirect(url_for("customer.conversation", ref=found.ref))
    return _thread(found, empty())


@blueprint.get("/r/<code>/latest")
def thread_latest(code: str) -> ResponseReturnValue:
    """A mark that changes when something in the conversation does, for its open page; 304 when it is known already.

    Only the code opens it, and it says nothing of the conversation. A conversation with an owner is told of at `/me`.
    """
    found = _held(code)
    mark = f"{conversations.newest_mark(db.session, found)}-{needs.newest_review_id(db.session, found.id)}"
    response = jsonify(newest=mark)
    response.set_etag(mark)
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _thread(found: Conversation, form: Submitted) -> ResponseReturnValue:
    messages = conversations.thread(db.session, found.id, internal=False)
    return page(
        "open/say/thread.html",
        form=form,
        conversation=found,
        letters=margin.for_author(messages),
        uses=uses(),
        promises=conversations.promises_of(db.session, found.id),
        final=thread_acts.final_answer(found, messages),
        words=need_words,
    )


def _held(code: str) -> Conversation:
    """The conversation of a code, when it belongs to nobody who signs in."""
    found = conversations.conversation_by_receipt(db.session, code)
    if found.customer_id is not None:
        raise NotFound(_("Sign in to write in this conversation."))
    return found


@blueprint.post("/r/<code>")
def thread_write(code: str) -> ResponseReturnValue:
    """Write back in a conversation known by its code."""
    found = _held(code)
    form = thread_acts.write_back(found, None)
    return onward("open.thread", _("Sent."), code=code) if form.good else _thread(found, form)


@blueprint.route("/r/<code>/tags/<int(max=2147483647):tag_id>", methods=["GET", "POST"])
def thread_tag(code: str, tag_id: int) -> ResponseReturnValue:
    """Why we think so, or say that it was understood wrongly; of a customer's own conversation it stands at theirs."""
    if request.method == "POST":
        thread_acts.correct(_held(code), tag_id, None)
        back: dict[str, Any] = {"tag_id": tag_id} if tag_story.asked_here() else {}
        endpoint = "open.thread_tag" if back else "open.thread"
        return onward(endpoint, _("Corrected. It counts at once."), code=code, **back)
    found = conversations.conversation_by_receipt(db.session, code)
    if found.customer_id is not None:
        return redirect(url_for("customer.conversation_tag", ref=found.ref, tag_id=tag_id))
    side = tag_story.Side(
        team=False,
        thread=url_for("open.thread", code=found.receipt_code),
        endpoint="open.thread_tag",
        values={"code": found.receipt_code},
        act=url_for("open.thread_tag", code=found.receipt_code, tag_id=tag_id, **tag_story.FROM_HERE),
        permission=None,
    )
    return tag_story.show(needs.tag_behind(db.session, tag_id, found.id), side)


@blueprint.post("/r/<code>/messages/<message_ref>/rating")
def thread_rating(code: str, message_ref: str) -> ResponseReturnValue:
    """Say how it was, change it, or take it back, in a conversation known by its code."""
    message = thread_acts.rate(_held(code), message_ref)
    return onward("open.thread", message, code=code, _anchor=message_ref)


@blueprint.post("/r/<code>/settled")
def thread_settled(code: str) -> ResponseReturnValue:
    """Say that it is settled, or that it is not."""
    message = thread_acts.settle_or_reopen(_held(code))
    return onward("open.thread", message, code=code)
