"""What a person hears in a whole message, said at once: what is not so is put right, what is missing put down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.needs.actions import add_intent, add_tag, review
from portal.needs.models import Tag
from portal.needs.rules import STATES


@dataclass(frozen=True, slots=True)
class Heard:
    """How somebody hears a text; what is None they did not say anything about.

    :param needs: by key how each stands; None where that is not said: then as the reader has it, or not met.
    :param false_alarms: kinds of danger that words in it sound like and it does not speak of.
    """

    sentiment: str | None = None
    needs: Mapping[str, str | None] | None = None
    intents: frozenset[str] | None = None
    false_alarms: frozenset[str] = frozenset()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of tags that are settled by it."""
        told = {"sentiment": self.sentiment, "need": self.needs, "intent": self.intents}
        return tuple(kind for kind, said in told.items() if said is not None)


def say(session: Session, message_id: int, heard: Heard, tags: Sequence[Tag], *, by: Account, now: datetime) -> None:
    """Say of each open tag that is not what somebody hears what it is instead, and put down what is missing.

    What is right is left: it is accepted by who finishes the message.
    """
    if heard.sentiment is not None:
        _say_feeling(session, heard.sentiment, _of("sentiment", tags), by, now)
    for tag in _of("safety", tags):
        if tag.value in heard.false_alarms:
            review(session, tag.id, verdict="reject", by=by, now=now)
    if heard.needs is not None:
        _say_needs(session, message_id, heard.needs, _of("need", tags), by, now)
    if heard.intents is not None:
        _say_intents(session, message_id, heard.intents, _of("intent", tags), by, now)


def _of(kind: str, tags: Iterable[Tag]) -> list[Tag]:
    return [tag for tag in tags if tag.kind == kind]


def _say_feeling(session: Session, sentiment: str, tags: Sequence[Tag], by: Account, now: datetime) -> None:
    for tag in tags:
        if tag.value != sentiment:
            review(session, tag.id, verdict="correct", corrected_to=sentiment, by=by, now=now)


def _say_needs(
    session: Session,
    message_id: int,
    needs: Mapping[str, str | None],
    tags: Sequence[Tag],
    by: Account,
    now: datetime,
) -> None:
    missing = [need for need in needs if need not in {tag.value for tag in tags}]
    for tag in tags:
        need = tag.value if tag.value in needs else missing.pop(0) if missing else None
        if need is None:
            review(session, tag.id, verdict="reject", by=by, now=now)
            continue
        state = needs[need] or tag.need_state
        if (need, state) != (tag.value, tag.need_state):
            review(session, tag.id, verdict="correct", corrected_to=need, corrected_state=state, by=by, now=now)
    for need in missing:
        add_tag(session, message_id, need=need, state=needs[need] or STATES[0], by=by, now=now)


def _say_intents(
    session: Session, message_id: int, intents: frozenset[str], tags: Sequence[Tag], by: Account, now: datetime
) -> None:
    for tag in tags:
        if tag.value not in intents:
            review(session, tag.id, verdict="reject", by=by, now=now)
    for intent in sorted(intents - {tag.value for tag in tags}):
        add_intent(session, message_id, intent=intent, by=by, now=now)
