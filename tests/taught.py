"""A company whose people went through many messages, in words the rules do not know: enough to learn from."""

import random
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import conversations, db, needs
from portal.accounts.models import Customer
from portal.conversations import Message
from portal.needs import QueueItem, Tag

WORDS = {
    "privacy": ("the blinds were open so all could watch", "strangers stood close and heard me talk"),
    "recognition": ("nobody knew my face after ten years", "they called me by a number again"),
    "reliability": ("the hinge fell off once more", "it jammed and then it jammed anew"),
}
AROUND = (
    "acorn anchor april atlas bakery barley basket bench birch bottle bridge bucket button cabin candle canvas "
    "carpet cedar chapel cherry circle clover cobble copper corner cotton cradle cupboard curtain daisy ferry "
    "fiddle flower forest fountain garden glove hammer harbour hazel island jacket kettle ladder lantern lemon "
    "marble meadow mirror needle orchard paddle pebble pepper pillow pocket ribbon river saddle shelter silver "
    "spoon stable timber tunnel velvet village walnut willow window winter"
).split()
"""Words that say nothing of any need, so that no two texts are nearly the same."""


def told(count: int, seed: int = 3) -> list[tuple[str, str]]:
    """So many texts with the need that people hear in them; the rules hear none."""
    draw = random.Random(seed)
    needs_in_turn = [tuple(WORDS)[number % len(WORDS)] for number in range(count)]
    return [(f"By the {' '.join(draw.sample(AROUND, 12))} {draw.choice(WORDS[need])}.", need) for need in needs_in_turn]


def finished(
    engine: Engine, said: Sequence[tuple[str, str]], frozen: int, now: datetime, by: Customer | None = None
) -> list[int]:
    """Everything was read, and finished in the queue; the last ones were drawn for measuring. Gives message ids.

    :param by: who wrote the first of them; the others came without a name.
    """
    with db.writing(engine) as session:
        ids = [
            conversations.submit(session, customer=by if number == 0 else None, text=text, now=now).id
            for number, (text, _need) in enumerate(said)
        ]
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    with db.writing(engine) as session:
        session.execute(sa.update(Tag).where(Tag.message_id.in_(ids)).values(ended_at=now))
        session.execute(sa.insert(Tag), [_tag(number, need, now) for number, (_t, need) in zip(ids, said, strict=True)])
        drawn = ["uncertain"] * (len(ids) - frozen) + ["random"] * frozen
        session.execute(
            sa.insert(QueueItem), [_item(number, part, now) for number, part in zip(ids, drawn, strict=True)]
        )
    return ids


def _tag(message_id: int, need: str, now: datetime) -> dict[str, object]:
    return {
        "message_id": message_id, "kind": "need", "value": need, "need_state": "unmet", "source": "human",
        "reader_version": "human", "review": "accepted", "created_at": now, "is_estimate": False, "polarity": 0,
        "spans": [],
    }  # fmt: skip


def _item(message_id: int, part: str, now: datetime) -> dict[str, object]:
    return {
        "message_id": message_id, "part": part, "frozen": part == "random", "round": now.date(), "state": "done",
        "added_at": now, "done_at": now, "done_by": "Priya",
    }  # fmt: skip


def newest_message(engine: Engine) -> int:
    """Id of the message written last."""
    with db.reading(engine) as session:
        return session.scalars(sa.select(sa.func.max(Message.id))).one()
