"""A model in shadow reads along: what it would say is compared with what was said, counted, and not kept."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from nlp import Reading
from portal.needs.claims import claims_of
from portal.needs.in_force import in_force
from portal.needs.learning.models import LearntModel
from portal.needs.learning.rules import with_examples


@dataclass(frozen=True, slots=True)
class Along:
    """What the model `number` read along: how many messages, and which of them it would read otherwise."""

    number: int
    count: int
    changed: tuple[int, ...]


def read_along(read: Iterable[tuple[int, str, Reading]]) -> Along | None:
    """Let the model in shadow read the same texts; None when there is none. To be called outside any transaction.

    :param read: message id, text and what was read in it.
    """
    force = in_force()
    shadow, number = force.shadow, force.shadow_number
    if shadow is None or number is None:
        return None
    rows = [(message_id, reading, shadow.read(text)) for message_id, text, reading in read]
    changed = tuple(message_id for message_id, before, after in rows if _claimed(before) != _claimed(after))
    return Along(number, len(rows), changed)


def _claimed(reading: Reading) -> set[tuple[str, str, str | None]]:
    return {(one.kind, one.value, one.need_state) for one in claims_of(reading)}


def count_along(session: Session, along: Along | None) -> None:
    """Add what was read along to the counts of the model, unless it left the shadow meanwhile."""
    if along is None or not along.count:
        return
    model = session.scalars(
        sa.select(LearntModel)
        .where(LearntModel.number == along.number, LearntModel.state == "shadow")
        .with_for_update()
    ).one_or_none()
    if model is None:
        return
    model.shadow_count += along.count
    model.shadow_changed += len(along.changed)
    model.shadow_examples = with_examples(model.shadow_examples, along.changed)
    session.flush()
