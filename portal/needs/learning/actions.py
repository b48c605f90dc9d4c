"""What people do in the queue and with models: finish, skip, make live, go back."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import db
from portal.accounts.models import Account
from portal.errors import Conflict, Invalid, NotFound
from portal.needs.actions import review
from portal.needs.in_force import look_soon
from portal.needs.learning.models import LearntFile, LearntModel, QueueItem
from portal.needs.learning.rules import wants_sign_off
from portal.needs.models import Tag
from portal.needs.rules import KINDS


def finish_item(session: Session, item_id: int, *, by: Account, now: datetime) -> QueueItem:
    """Say that all of a message is right now: what nobody touched counts as accepted, and nothing is missing.

    :raises NotFound: when there is no such item.
    :raises Conflict: code `already-done` when somebody finished or skipped it meanwhile.
    """
    item = _settle(session, item_id, "done", by, now)
    accept_untouched(session, item.message_id, KINDS, by=by, now=now)
    return item


def accept_untouched(session: Session, message_id: int, kinds: Sequence[str], *, by: Account, now: datetime) -> None:
    """Say that every open tag of these kinds is right of which nobody said anything."""
    untouched = session.scalars(
        sa.select(Tag.id)
        .where(
            Tag.message_id == message_id,
            Tag.kind.in_(kinds),
            Tag.ended_at.is_(None),
            Tag.review == "none",
        )
        .order_by(Tag.id)
    ).all()
    for tag_id in untouched:
        review(session, tag_id, verdict="accept", by=by, now=now)


def finish_some(
    session: Session,
    message_id: int,
    item_id: int | None,
    kinds: Sequence[str],
    *,
    measured: bool,
    by: Account,
    now: datetime,
) -> None:
    """Write down that a file brought what somebody says of these kinds of tags of a message.

    :param item_id: where the message waits in the queue, if it does: then it stays in the part it was drawn for.
    :param measured: otherwise whether models are measured on it, and never learn from it.
    :raises Conflict: when somebody went through it meanwhile.
    """
    if item_id is not None:
        _settle(session, item_id, "done", by, now).kinds = ",".join(kinds)
        session.flush()
        return
    row = {
        "message_id": message_id, "part": "random" if measured else "given", "frozen": measured, "round": now.date(),
        "state": "done", "added_at": now, "done_at": now, "done_by": by.name, "kinds": ",".join(kinds),
    }  # fmt: skip
    if not db.insert_new(session, QueueItem, [row]):
        raise Conflict("Somebody was quicker: this one is done.", code="already-done")


def skip_item(session: Session, item_id: int, *, by: Account, now: datetime) -> QueueItem:
    """Leave a message out; nobody is asked about it again. Raises as `finish_item`."""
    return _settle(session, item_id, "skipped", by, now)


def _settle(session: Session, item_id: int, state: str, by: Account, now: datetime) -> QueueItem:
    item = session.scalars(
        sa.select(QueueItem).where(QueueItem.id == item_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if item is None:
        raise NotFound("There is no such message in the queue.")
    if item.state != "open":
        raise Conflict("Somebody was quicker: this one is done.", code="already-done")
    item.state, item.done_at, item.done_by = state, now, by.name
    session.flush()
    return item


def make_live(session: Session, number: int, *, by: Account, now: datetime, signed_off: bool = False) -> LearntModel:
    """Let the model in shadow read from now on; what reads now is kept and can be gone back to.

    :param signed_off: somebody looked at what it would change; needed when it changes much or has read nothing yet.
    :raises NotFound: when there is no such model.
    :raises Conflict: code `not-in-shadow` when it is not waiting.
    :raises Invalid: when it has to be signed off and was not.
    """
    model = _model(session, number)
    if model.state != "shadow":
        raise Conflict("Only the model in shadow can be made live. Look at the page again.", code="not-in-shadow")
    if not signed_off and (model.shadow_count < 1 or wants_sign_off(model.verdicts)):
        raise Invalid("Look at what would be read otherwise, and say that you did.", field="signed_off")
    model.signed_off_by = by.name if signed_off else None
    _put_in_force(session, model, by, now)
    return model


def go_back(session: Session, number: int | None, *, by: Account, now: datetime) -> None:
    """Let an earlier model read again, or the rules alone. Tags keep what they were read with.

    :param number: a model that was live before; None for the rules alone.
    :raises NotFound: when there is no such model, or its files are not kept any more.
    :raises Conflict: code `not-live-before` when that model never was, or is live already.
    """
    if number is None:
        _retire_live(session, now)
        look_soon()
        return
    model = _model(session, number)
    if model.state != "retired" or model.live_at is None:
        raise Conflict("One can go back only to a model that was live before.", code="not-live-before")
    _put_in_force(session, model, by, now)


def _model(session: Session, number: int) -> LearntModel:
    found = session.scalars(
        sa.select(LearntModel).where(LearntModel.number == number).with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such model.")
    return found


def _put_in_force(session: Session, model: LearntModel, by: Account, now: datetime) -> None:
    if session.scalar(sa.select(sa.func.count()).where(LearntFile.model_id == model.id)) == 0:
        raise NotFound("The files of this model are not kept any more. The next training makes a new one.")
    _retire_live(session, now)
    model.state, model.live_at, model.live_by, model.retired_at = "live", now, by.name, None
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("Somebody changed what reads meanwhile. Look at the page again.", code="changed") from None
    look_soon()


def _retire_live(session: Session, now: datetime) -> None:
    session.execute(
        sa.update(LearntModel)
        .where(LearntModel.state == "live")
        .values(state="retired", retired_at=now)
        .execution_options(synchronize_session="fetch")
    )
