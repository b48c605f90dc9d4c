"""Between the claim and the mail server things may change: a mail leaves under a claim that holds, or not at all."""

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlalchemy.engine import Engine

from portal import db, mail, outreach
from portal.accounts.models import Customer
from portal.consent.models import ConsentEntry
from portal.mail.models import OutboxMessage
from portal.outreach.models import Dispatch, Intent
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people
from tests.portal.outreach.test_sending import NOW, ada_id, send, wish

__all__ = ["ada_id"]


class Server:
    """A mail server that answers as it is told: a text, after something else happened, or cut the line."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.answers: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.cut = False

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(envelope.content.decode())
        self.meanwhile()
        if self.cut:
            server.transport.abort()
        return self.answers.pop(0) if self.answers else "250 taken"

    def ids(self) -> list[str]:
        """The Message-ID of everything it got."""
        return [line for text in self.got for line in text.splitlines() if line.startswith("Message-ID")]


@pytest.fixture
def server() -> Iterator[tuple[Server, Settings]]:
    told = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(told, hostname="127.0.0.1", port=port)
    controller.start()
    yield told, Settings(smtp_url=f"smtp://127.0.0.1:{port}")
    controller.stop()


def post(engine: Engine, settings: Settings, at: datetime) -> tuple[int, int]:
    return mail.send_waiting(
        engine, settings=settings, clock=lambda: at, worker="w", may_leave=outreach.may_leave(engine)
    )


def withdraws(engine: Engine, customer_id: int, at: datetime) -> None:
    with db.writing(engine) as session:
        people.says(session, session.get_one(Customer, customer_id), "marketing", "withdrawn", at)


def queued(engine: Engine, customer_id: int) -> None:
    wish(engine, customer_id)
    assert send(engine) == (1, 0)


def decided(engine: Engine) -> list[tuple[str, int]]:
    with db.reading(engine) as session:
        return [(one.outcome, one.attempt) for one in session.scalars(sa.select(Decision).order_by(Decision.id))]


def only(engine: Engine) -> OutboxMessage:
    with db.reading(engine) as session:
        return session.scalars(sa.select(OutboxMessage)).one()


def test_a_withdrawal_between_claim_and_hand_over_stops_the_mail(
    engine: Engine, ada_id: int, server: tuple[Server, Settings]
) -> None:
    told, settings = server
    queued(engine, ada_id)
    withdraws(engine, ada_id, NOW + timedelta(seconds=2))
    assert post(engine, settings, NOW + timedelta(seconds=3)) == (0, 0)
    assert told.got == []
    assert (only(engine).state, only(engine).last_error) == ("dead", "not allowed any more")
    assert decided(engine) == [("allow", 1), ("deny", 2)]
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Intent.state)).one() == "denied"
        assert session.scalars(sa.select(Dispatch.stopped_at)).one() is not None
        assert outreach.dispatches_of(session, ada_id) == []


def test_within_its_lease_a_claim_is_enough(engine: Engine, ada_id: int, server: tuple[Server, Settings]) -> None:
    _told, settings = server
    queued(engine, ada_id)
    assert post(engine, settings, NOW + timedelta(seconds=59)) == (1, 0)
    assert decided(engine) == [("allow", 1)]


def test_after_its_lease_it_is_claimed_again_and_never_counts_against_itself(
    engine: Engine, ada_id: int, server: tuple[Server, Settings]
) -> None:
    told, settings = server
    queued(engine, ada_id)
    wish(engine, ada_id, "w2")
    send(engine)
    assert post(engine, settings, NOW + timedelta(seconds=61)) == (2, 0), "two in a week are allowed, and it is two"
    assert decided(engine) == [("allow", 1), ("allow", 1), ("allow", 2), ("allow", 2)]
    assert len(set(told.ids())) == 2


def test_a_mail_that_waited_into_the_night_waits_for_the_morning(
    engine: Engine, ada_id: int, server: tuple[Server, Settings]
) -> None:
    told, settings = server
    queued(engine, ada_id)
    assert post(engine, settings, NOW.replace(hour=22)) == (0, 0)
    assert (only(engine).state, told.got) == ("waiting", [])
    assert post(engine, settings, only(engine).not_before) == (1, 0)


@pytest.mark.parametrize("answer", ["451 try later", "552 too much"])
def test_a_server_that_refuses_the_words_is_tried_again_under_the_same_message_id(
    engine: Engine, ada_id: int, server: tuple[Server, Settings], answer: str
) -> None:
    told, settings = server
    told.answers = [answer]
    queued(engine, ada_id)
    assert post(engine, settings, NOW) == (0, 1)
    assert post(engine, settings, only(engine).not_before) == (1, 0)
    assert (len(told.ids()), len(set(told.ids()))) == (2, 1)


def test_a_line_cut_after_the_words_means_once_more_under_the_same_message_id_and_never_lost(
    engine: Engine, ada_id: int, server: tuple[Server, Settings]
) -> None:
    told, settings = server
    told.cut = True
    queued(engine, ada_id)
    assert post(engine, settings, NOW) == (0, 1)
    told.cut = False
    assert post(engine, settings, only(engine).not_before) == (1, 0)
    assert (len(told.ids()), len(set(told.ids()))) == (2, 1)


def test_who_withdraws_while_the_server_is_down_gets_nothing_when_it_is_up_again(
    engine: Engine, ada_id: int, server: tuple[Server, Settings]
) -> None:
    told, settings = server
    queued(engine, ada_id)
    assert post(engine, Settings(smtp_url="smtp://127.0.0.1:1"), NOW) == (0, 1)
    withdraws(engine, ada_id, NOW + timedelta(minutes=1))
    assert post(engine, settings, NOW + timedelta(hours=1)) == (0, 0)
    assert told.got == []


def test_a_slow_server_keeps_nobody_from_taking_back(
    engine: Engine, ada_id: int, server: tuple[Server, Settings]
) -> None:
    """While the mail server takes its time no transaction is open: a withdrawal is written at once."""
    told, settings = server
    told.meanwhile = lambda: withdraws(engine, ada_id, NOW + timedelta(seconds=1))
    queued(engine, ada_id)
    assert post(engine, settings, NOW) == (1, 0)
    with db.reading(engine) as session:
        entries = session.scalars(sa.select(ConsentEntry.action).where(ConsentEntry.customer_id == ada_id)).all()
    assert entries[-1] == "withdrawn"


def test_mail_about_an_account_rests_on_no_decision(engine: Engine, server: tuple[Server, Settings]) -> None:
    told, settings = server
    with db.writing(engine) as session:
        mail.queue(session, kind="reset", to="ada@example.org", subject="s", text="t", dedupe_key="k", now=NOW)
    assert post(engine, settings, NOW + timedelta(days=1)) == (1, 0)
    assert len(told.got) == 1
