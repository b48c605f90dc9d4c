"""What an author does in a conversation, whether known by sign-in or by receipt code."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal import clock, conversations, needs
from portal.accounts.models import Account, Customer
from portal.conversations import Conversation, Message
from portal.errors import Invalid, NotFound
from portal.web.database import db
from portal.web.forms import Submitted, submitted


def write_back(conversation: Conversation, customer: Customer | None) -> Submitted:
    """Add what the author writes; the form has errors when it could not be kept."""
    form = submitted(conversations.WriteBackSchema())
    if form.good:
        conversations.submit(
            db.session,
            customer=customer,
            conversation=conversation,
            text=form.values["text"],
            submission_key=form.values["submission_key"],
            now=clock.utc_now(),
        )
    return form


def correct(conversation: Conversation, tag_id: int, account: Account | None) -> None:
    """Take the author's word on what a tag should be.

    :raises NotFound: when the tag is of another conversation.
    :raises Invalid: when the correction was not understood.
    """
    tag = needs.tag_in(db.session, tag_id, conversation.id)
    form = submitted(needs.ReviewSchema())
    if not form.good:
        raise Invalid(_("Choose what it is instead, or drop it."), fields=form.errors)
    if tag.id not in _shown_to_author(tag.message_id):
        raise NotFound(_("This is not beside your words any more."))
    values = dict(form.values)
    if values["verdict"] != "correct":
        values = {"verdict": values["verdict"]}
    needs.review(db.session, tag.id, by=account, now=clock.utc_now(), **values)


def _shown_to_author(message_id: int) -> set[int]:
    return {one.tag.id for one in needs.tags_for_customer(db.session, [message_id])[message_id]}


def settle_or_reopen(conversation: Conversation) -> str:
    """Turn settled into open and the other way round; gives what to say about it."""
    if conversation.state == "closed":
        conversations.reopen(db.session, conversation, now=clock.utc_now())
        return str(_("Open again. It waits for us."))
    conversations.settle(db.session, conversation, now=clock.utc_now())
    return str(_("Settled. You can open it again at any time."))


def rate(conversation: Conversation, message_ref: str) -> str:
    """Take the author's word on how it was, or let them take it back; gives what to say about it.

    :raises NotFound: when the message is of another conversation.
    :raises Invalid: when nothing was chosen.
    """
    message, form = conversations.rated_in(db.session, conversation, message_ref), submitted(conversations.RateSchema())
    if form.good and form.values.get("back"):
        conversations.take_rating_back(db.session, message, now=clock.utc_now())
        return str(_("Taken back. It counts no more."))
    if not form.good or "rating" not in form.values:
        raise Invalid(_("Choose one of the five."), fields=form.errors)
    conversations.rate(db.session, message, form.values["rating"], now=clock.utc_now())
    return str(_("Kept. The team sees it; you can change it or take it back here."))


def final_answer(conversation: Conversation, messages: Sequence[Message]) -> str | None:
    """The ref of our answer that ended it, if one did: whether that helped is asked."""
    said = [message for message in messages if message.author != "portal"]
    if not said or said[-1].author != "team" or conversation.state not in ("answered", "closed"):
        return None
    return said[-1].ref
