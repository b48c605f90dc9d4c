"""Messages that say something alike, and that two of them do not."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import clock, conversations, needs
from portal.conversations import Conversation, Message
from portal.errors import Invalid, NotFound
from portal.web import need_words
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_account
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint


@blueprint.get("/conversations/<ref>/messages/<message_ref>/alike")
def alike(ref: str, message_ref: str) -> ResponseReturnValue:
    """Who else said something like this message, most alike first."""
    opened, message = _opened(ref, message_ref)
    found = needs.messages_like(db.session, message)
    return page("team/alike/alike.html", opened=opened, message=message, found=found, words=need_words)


@blueprint.post("/conversations/<ref>/messages/<message_ref>/alike")
def alike_not(ref: str, message_ref: str) -> ResponseReturnValue:
    """Say that another message is about something else; the pair is not shown again."""
    _conversation, message = _opened(ref, message_ref)
    form = submitted(needs.NotAlikeSchema())
    if not form.good:
        raise Invalid(_("Say which message is about something else."), fields=form.errors)
    other = conversations.message_by_ref(db.session, form.values["other"])
    needs.not_alike(db.session, message, other, by=current_account().name, now=clock.utc_now())
    return onward(
        "team.alike", _("Remembered. These two are not shown together again."), ref=ref, message_ref=message_ref
    )


def _opened(ref: str, message_ref: str) -> tuple[Conversation, Message]:
    opened = conversations.conversation_by_ref(db.session, ref)
    message = conversations.message_by_ref(db.session, message_ref)
    if message.conversation_id != opened.id or message.author != "customer":
        raise NotFound(_("There is no such message in this conversation."))
    return opened, message
