"""The review queue: one message at a time, so that the reader is measured and learns from what people say."""

from datetime import datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import clock, needs, segments
from portal.conversations import Conversation
from portal.errors import Conflict, Invalid, NotFound
from portal.needs import QueueItem
from portal.web import margin, need_words, training
from portal.web.acting import note
from portal.web.database import db
from portal.web.forms import query, submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint

PARTS = {
    "uncertain": (_l("the reader was not sure"), "wait"),
    "random": (_l("drawn at random"), "note"),
    "watch": (_l("missing something here would be worst"), "bad"),
}


@blueprint.get("/review")
def review() -> ResponseReturnValue:
    """The next message to look at, or the one the address names while it waits."""
    form = query(needs.QueueQuery())
    wanted = form.values or needs.QueueQuery().load({})
    row = needs.next_item(db.session, after=wanted["after"], at=wanted["item"])
    item, message, opened = row if row is not None else (None, None, None)
    now = clock.utc_now()
    return page(
        "team/review/review.html",
        form=form,
        item=item,
        opened=opened,
        letter=margin.for_team([message], hide=True)[0] if message is not None else None,
        queue=needs.queue_today(db.session, current_account().name, _midnight(now)),
        more=item is None and needs.more_to_ask(db.session, now),
        ahead=training.ahead(now),
        stands=training.stands(now),
        parts=PARTS,
        words=need_words,
    )


@blueprint.post("/review/<int(max=2147483647):item_id>/right")
def review_right(item_id: int) -> ResponseReturnValue:
    """All of it is right now: what nobody touched counts as accepted, and the next one comes."""
    _item, opened = _waiting(item_id)
    needs.finish_item(db.session, item_id, by=current_account(), now=clock.utc_now())
    _place(opened)
    return onward("team.review", after=item_id)


@blueprint.post("/review/<int(max=2147483647):item_id>/skip")
def review_skip(item_id: int) -> ResponseReturnValue:
    """Leave it out; nobody is asked about it again."""
    needs.skip_item(db.session, item_id, by=current_account(), now=clock.utc_now())
    return onward("team.review", after=item_id)


@blueprint.post("/review/<int(max=2147483647):item_id>/tags/<int(max=2147483647):tag_id>")
def review_tag(item_id: int, tag_id: int) -> ResponseReturnValue:
    """Say whether one tag is right; the message stays until all of it is."""
    _item, opened = _waiting(item_id)
    tag = needs.tag_in(db.session, tag_id, opened.id)
    form = submitted(needs.ReviewSchema())
    if not form.good:
        raise Invalid(_("Say whether it is right, something else or wrong."), fields=form.errors)
    values = form.values if form.values["verdict"] == "correct" else {"verdict": form.values["verdict"]}
    needs.review(db.session, tag.id, by=current_account(), now=clock.utc_now(), **values)
    _place(opened)
    return onward("team.review", item=item_id)


@blueprint.post("/review/<int(max=2147483647):item_id>/needs")
def review_need(item_id: int) -> ResponseReturnValue:
    """Put down a need that the reader did not see."""
    item, opened = _waiting(item_id)
    form = submitted(needs.AddTagSchema())
    if not form.good:
        raise Invalid(_("Choose a need and how it stands."), fields=form.errors)
    needs.add_tag(db.session, item.message_id, **form.values, by=current_account(), now=clock.utc_now())
    _place(opened)
    return onward("team.review", item=item_id)


@blueprint.post("/review/<int(max=2147483647):item_id>/intents")
def review_intent(item_id: int) -> ResponseReturnValue:
    """Put down something wanted that the reader did not see."""
    item, _opened = _waiting(item_id)
    form = submitted(needs.AddIntentSchema())
    if not form.good:
        raise Invalid(_("Choose what is wanted."), fields=form.errors)
    needs.add_intent(db.session, item.message_id, **form.values, by=current_account(), now=clock.utc_now())
    return onward("team.review", item=item_id)


@blueprint.post("/review/fill")
def review_fill() -> ResponseReturnValue:
    """Ask for fifty more at once, when nothing waits; a second press finds what the first one brought."""
    chosen = needs.ask_for_more(db.session, now=clock.utc_now())
    if chosen is None:
        return onward("team.review", _("Messages wait already."))
    if not chosen:
        return onward("team.review", _("Nothing is left to ask about now."))
    note("review.asked-for-more", "queue", count=chosen)
    said = ngettext("%(num)d more message was chosen.", "%(num)d more messages were chosen.", chosen)
    return onward("team.review", said)


def _waiting(item_id: int) -> tuple[QueueItem, Conversation]:
    """An item that still waits, and its conversation.

    :raises NotFound: when there is no such item.
    :raises Conflict: when somebody was quicker.
    """
    row = needs.queue_item(db.session, item_id)
    if row is None:
        raise NotFound(_("There is no such message in the queue."))
    item, _message, opened = row
    if item.state != "open":
        raise Conflict(_("Somebody was quicker: this one is done."), code="already-done")
    return item, opened


def _place(opened: Conversation) -> None:
    if opened.customer_id is not None:
        segments.place_customer(db.session, opened.customer_id, cause="correction", now=clock.utc_now())


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
