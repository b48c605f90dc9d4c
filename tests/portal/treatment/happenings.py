"""What happens to somebody in the crowd, as rows: what the team wrote down, what was said, what we sent."""

from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import conversations
from portal.consent import Preference
from portal.conversations.models import Promise
from portal.db import random_ref
from portal.needs.models import MessageReading, Tag
from portal.rights.models import RightsRequest
from portal.treatment import ContactEvent
from portal.treatment.models import Decision, JointHolder, Mark, TrustIndex
from tests import people
from tests.people import JOINED

DAY = timedelta(days=1)


def _mark(
    session: Session, one: Any, _key: str, now: datetime, kind: str, since: timedelta | None, until: timedelta | None
) -> None:
    taken = sa.select(Mark.id).where(Mark.customer_id == one.id, Mark.kind == kind)
    if session.scalar(taken) is None:
        begins, ends = (None if at is None else now + at for at in (since, until))
        session.add(
            Mark(customer_id=one.id, kind=kind, note="", set_at=JOINED, set_by="Ines", since=begins, until=ends)
        )


def _holder(session: Session, one: Any, key: str, _now: datetime, state: str) -> None:
    session.add(JointHolder(customer_id=one.id, name=key, state=state, said_at=JOINED, recorded_by="Ines"))


def _asks(session: Session, one: Any, key: str, now: datetime, state: str) -> None:
    settled_at = now if state == "done" else None
    session.add(
        RightsRequest(
            ref=key, customer_id=one.id, kind="access", state=state, asked_at=now, due_at=now, settled_at=settled_at
        )
    )


def _distress(session: Session, one: Any, _key: str, now: datetime, state: str) -> None:
    people.message_of(session, one, now - DAY, distress=True, state=state)


def _promise(
    session: Session, one: Any, _key: str, now: datetime, state: str, ago: timedelta, sorry: timedelta | None
) -> None:
    message = people.message_of(session, one, now - 99 * DAY)
    settled_at = now if state == "kept" else None
    session.add(
        Promise(
            conversation_id=message.conversation_id, message_id=message.id, customer_id=one.id, text="Soon",
            due_at=now - ago, state=state, settled_at=settled_at,
            apology_id=None if sorry is None else message.id, apologised_at=None if sorry is None else now - sorry,
        )
    )  # fmt: skip


def _complaint(
    session: Session, one: Any, _key: str, now: datetime, state: str, ago: timedelta, line: str | None, review: str
) -> None:
    message = people.message_of(
        session, one, now - 500 * DAY, state=state, answered_at=None if ago == DAY else now - ago, product_line=line
    )
    message.conversation.last_at = now - ago
    _tag(session, message, now, kind="intent", value="complaint", review=review)
    session.add(
        MessageReading(
            message_id=message.id, reader_version="r1", language="en", readable=True, urgency=1, read_at=now,
            actionability="response_needed", aspects=[{"kind": "product", "aspect": "card"}],
        )
    )  # fmt: skip


def _negative(session: Session, one: Any, _key: str, now: datetime, ago: timedelta, confirmed: bool) -> None:
    message = people.message_of(session, one, now - ago)
    _tag(session, message, now, kind="sentiment", value="negative", review="accepted" if confirmed else "none")


def _rated(
    session: Session, one: Any, _key: str, now: datetime, scores: list[int], ago: timedelta, back: bool
) -> None:  # fmt: skip
    """What was said of how one message was, each word in the place of the one before; and maybe taken back."""
    message = people.message_of(session, one, now - 400 * DAY)
    for score in scores:
        conversations.rate(session, message, score, now=now - ago)
    if back:
        conversations.take_rating_back(session, message, now=now)


def _tag(session: Session, message: Any, now: datetime, **values: str) -> None:
    session.add(Tag(message_id=message.id, source="rule", reader_version="r1", spans=[], created_at=now, **values))


def _event(
    session: Session, one: Any, key: str, now: datetime, kind: str, channel: str, ago: timedelta
) -> None:  # fmt: skip
    at = JOINED - DAY if ago == DAY else now - ago
    session.add(
        ContactEvent(
            source="esp", event_id=key, kind=kind, channel=channel, customer_id=one.id, occurred_at=at, recorded_at=at
        )
    )


def _claims(
    session: Session, one: Any, key: str, now: datetime, which: list[tuple[str, str, str, timedelta]], again: bool
) -> None:
    for number, (message_class, channel, topic, ago) in enumerate(which):
        for attempt in (1, 2) if again else (1,):
            session.add(
                Decision(
                    ref=random_ref("D"), intent_key=f"{key}-{number}", attempt=attempt, intent={}, intent_sha256="",
                    customer_id=one.id, channel=channel, message_class=message_class, purpose="marketing", topic=topic,
                    mode="claim", outcome="allow", rules=[], facts={}, ledger_seq=1, policy_version=1,
                    policy_sha256="", decided_at=now - ago, prev_hash="", entry_hash="",
                )
            )  # fmt: skip


def _trust(session: Session, one: Any, _key: str, now: datetime, value: int, floors: list[str]) -> None:
    session.add(TrustIndex(customer_id=one.id, value=value, floors=floors, measured_at=now))


def _preference(
    session: Session, one: Any, _key: str, now: datetime, zone: str | None, quiet: tuple[time, time] | None,
    most: int | None,
) -> None:  # fmt: skip
    begins, ends = quiet or (None, None)
    session.add(
        Preference(
            customer_id=one.id, time_zone=zone, quiet_from=begins, quiet_until=ends, max_per_week=most, updated_at=now
        )
    )


TELL = {
    "mark": _mark, "holder": _holder, "asks": _asks, "distress": _distress, "promise": _promise,
    "complaint": _complaint, "negative": _negative, "event": _event, "claims": _claims, "trust": _trust,
    "preference": _preference, "rated": _rated,
}  # fmt: skip
