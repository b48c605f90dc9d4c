"""A clock that jumps, back a day or ten years ahead and back again, leaves no claim stuck and sends nothing twice.

What was claimed by a clock that is ahead runs out one lease after somebody saw it: until then who claimed it may still
be at it, and after that they do not go on.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import conversations, db, downstream, gateways, mail
from portal.clock import still_claimed
from portal.conversations.claims import claim_waiting
from portal.conversations.rules import CLAIM_LASTS
from portal.downstream import sending as webhooks
from portal.downstream.models import Delivery
from portal.gateways.models import GatewayMessage
from portal.gateways.rules import LONGEST_LEASE
from portal.mail import sending as mails
from portal.mail.rules import LEASE
from portal.settings import Settings
from tests import people

SECOND = timedelta(seconds=1)
BACK = [timedelta(days=1), timedelta(days=3_653)]
back = pytest.mark.parametrize("jump", BACK, ids=["a day", "ten years"])


def write(engine: Engine, now: datetime, *keys: str) -> None:
    with db.writing(engine) as session:
        for key in keys:
            mail.queue(session, dedupe_key=key, kind="answer", to="ada@example.org", subject=key, text=key, now=now)


@back
def test_a_mail_of_a_worker_that_died_is_neither_stuck_nor_taken_at_once(
    engine: Engine, now: datetime, jump: timedelta
) -> None:
    write(engine, now - jump, "k-1")
    assert len(mails.claim(engine, worker="dead", now=now)) == 1
    seen = now - jump  # the clock is right again
    assert mails.claim(engine, worker="b", now=seen) == []
    assert mails.claim(engine, worker="b", now=seen + LEASE) == []
    assert len(mails.claim(engine, worker="b", now=seen + LEASE + SECOND)) == 1


@pytest.mark.parametrize("jump", [-BACK[0], -BACK[1], BACK[1]], ids=["back a day", "back ten years", "ten years ahead"])
def test_who_is_sending_when_the_clock_jumps_stops_and_each_mail_leaves_once(
    engine: Engine, settings: Settings, now: datetime, jump: timedelta
) -> None:
    write(engine, now - abs(jump), "k-1", "k-2", "k-3")
    sent: list[int] = []
    time = [now]

    def leave(mail_id: int, _at: datetime) -> bool:
        sent.append(mail_id)
        time[0] = now + jump  # while the first one is on its way
        return True

    def send(clock: Callable[[], datetime], worker: str) -> None:
        stop = iter([False, True])
        mails.send_waiting(
            engine, settings=settings, clock=clock, worker=worker, should_stop=lambda: next(stop), may_leave=leave
        )

    send(lambda: time[0], "a")
    assert len(sent) == 1
    mails.claim(engine, worker="b", now=now + jump)  # sees the claims that lie ahead, where they do
    later = now + jump + 2 * LEASE + SECOND
    send(lambda: later, "b")
    assert sorted(sent) == sorted(set(sent))
    assert len(sent) == 3


@back
def test_a_call_of_a_worker_that_died_is_neither_stuck_nor_made_at_once(
    engine: Engine, now: datetime, jump: timedelta
) -> None:
    before = now - jump
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        downstream.add_system(
            session, name="CRM", how="webhook", url="http://127.0.0.1:9", by="Ines", started_after=0, now=before
        )
        people.says(session, people.customer(session), "marketing", "granted", before)
    claim = webhooks._claim
    assert len(claim(engine, worker="dead", now=now)) == 1
    lease = webhooks.LEASE
    assert claim(engine, worker="b", now=before) == []
    assert claim(engine, worker="b", now=before + lease) == []
    assert len(claim(engine, worker="b", now=before + lease + SECOND)) == 1
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Delivery.claimed_by)).one() == "b"


@back
def test_a_text_of_a_reader_that_died_is_read_by_another(engine: Engine, now: datetime, jump: timedelta) -> None:
    before = now - jump

    def taken(worker: str, at: datetime) -> int:
        with db.writing(engine) as session:
            return len(claim_waiting(session, worker=worker, limit=10, now=at))

    with db.writing(engine) as session:
        conversations.submit(session, customer=None, text="My card is gone.", now=before)
    assert taken("dead", now) == 1
    assert [taken("b", before + after) for after in (timedelta(0), CLAIM_LASTS, CLAIM_LASTS + SECOND)] == [0, 0, 1]


@back
def test_a_message_given_to_a_gateway_that_died_is_given_out_again(
    engine: Engine, now: datetime, jump: timedelta
) -> None:
    before = now - jump
    with db.writing(engine) as session:
        message = gateways.record(
            session, now=before, channel="sms", customer_id=people.customer(session).id, decision_ref="D-1",
            to_point="+447700900123", subject="", text="Hello", language="en",
        )  # fmt: skip
        gateways.lease(session, message, by="dead", until=now + timedelta(seconds=60))

    def due(at: datetime) -> int:
        with db.writing(engine) as session:
            gateways.begin_leases_anew(session, now=at)
            return len(gateways.due(session, "sms", at, 10))

    assert [due(before + after) for after in (timedelta(0), LONGEST_LEASE - SECOND, LONGEST_LEASE)] == [0, 0, 1]
    with db.reading(engine) as session:
        assert session.scalars(sa.select(GatewayMessage.lease)).one() == 1


def test_half_a_lease_is_for_who_claimed_it_unless_the_clock_jumped(now: datetime) -> None:
    after = {days: still_claimed(now, now + timedelta(days=days), LEASE) for days in (-3_653, -1, 0, 1, 3_653)}
    assert after == {-3_653: False, -1: False, 0: True, 1: False, 3_653: False}
    assert not still_claimed(None, now, LEASE)
