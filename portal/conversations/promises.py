"""How promises end: kept, late or broken, and apologised for. An apology is words that the customer reads."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.conversations.actions import Speaker, reply
from portal.conversations.models import Conversation, Message, Promise
from portal.errors import Conflict, NotFound


def keep_promise(session: Session, promise_id: int, *, now: datetime, kept: bool = True) -> Promise:
    """Record how a promise ended: kept (late when past its day), or broken when it will not be kept.

    :raises NotFound: when there is no such promise.
    :raises Conflict: when it was settled already.
    """
    state = "kept" if kept else "broken"
    ended = session.execute(
        sa.update(Promise)
        .where(Promise.id == promise_id, Promise.state == "open")
        .values(state=sa.case((sa.and_(sa.literal(kept), Promise.due_at < now), "late"), else_=state), settled_at=now)
        .execution_options(synchronize_session=False)
    )
    promise = session.get(Promise, promise_id, populate_existing=True)
    if promise is None:
        raise NotFound("There is no such promise.")
    if not ended.rowcount:  # type: ignore[attr-defined]  # an UPDATE has a rowcount
        raise Conflict("This promise was settled already.", code="already-settled")
    return promise


def apologise(
    session: Session,
    account: Account | Speaker,
    promise_id: int,
    *,
    text: str,
    now: datetime,
    submission_key: str | None = None,
) -> Message:
    """Say sorry for a promise that was not kept by its day: an answer in its conversation. It stays as it is.

    The same `submission_key` again has no second effect. While the promise is still open it stays our turn.

    :raises NotFound: when there is no such promise.
    :raises Conflict: when its day has not come, when it was kept in time, or apologised for before.
    :raises Invalid: when the text cannot be kept.
    """
    promise = session.get(Promise, promise_id, populate_existing=True, with_for_update=True)
    if promise is None:
        raise NotFound("There is no such promise.")
    if promise.apology_id is not None:
        return _said_before(session, promise.apology_id, submission_key)
    if not promise.missed(now):
        raise Conflict("There is nothing to apologise for: its day has not gone by, or it was kept.", code="not-missed")
    conversation = session.get_one(Conversation, promise.conversation_id)
    message = reply(session, account, conversation, text=text, now=now, submission_key=submission_key)
    promise.apology_id, promise.apologised_at = message.id, now
    if promise.state == "open":
        conversation.state = "waiting_team"
    session.flush()
    return message


def _said_before(session: Session, apology_id: int, submission_key: str | None) -> Message:
    said = session.get_one(Message, apology_id)
    if submission_key is None or said.submission_key != submission_key:
        raise Conflict("Somebody apologised for this already.", code="already-apologised")
    return said


def take_apology_back(session: Session, promise_id: int) -> Promise:
    """What was said was not about this promise, so it weighs again. The words stay said.

    :raises NotFound: when there is no such promise.
    :raises Conflict: when nobody apologised for it.
    """
    promise = session.get(Promise, promise_id, populate_existing=True, with_for_update=True)
    if promise is None:
        raise NotFound("There is no such promise.")
    if promise.apology_id is None:
        raise Conflict("Nobody has apologised for this promise.", code="not-apologised")
    promise.apology_id = promise.apologised_at = None
    session.flush()
    return promise
