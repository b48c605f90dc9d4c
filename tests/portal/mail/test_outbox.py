"""Mail is kept before, while and after it is sent: once queued never lost, never claimed by two."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, mail
from portal.errors import Invalid, NotFound
from portal.mail.models import OutboxMessage
from portal.mail.rules import LEASE, MAX_ATTEMPTS
from portal.mail.sending import claim, settle
from portal.settings import Settings

STOP = f"<https://portal.example.org/u/{'aB3_-x' * 30}.{'q' * 27}>"
LINK = "http://127.0.0.1:8000/reset/sTtb3WXJH8x38D_vc1hZQxS-fcPhEDKy-aP3Myan4LY"


class Received:
    """A mail server that keeps what it gets and refuses whom it is told to."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(envelope)
        return "250 Message accepted for delivery"


@pytest.fixture
def server() -> Iterator[tuple[Received, str]]:
    received = Received()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port)
    controller.start()
    yield received, f"smtp://127.0.0.1:{port}"
    controller.stop()


def write(
    session: Session, now: datetime, key: str = "k-1", to: str = "ada@example.org", **values: Any
) -> OutboxMessage:
    return mail.queue(
        session,
        kind="answer",
        to=to,
        subject="Your answer – très bien",
        text="We read it.",
        dedupe_key=key,
        now=now,
        **values,
    )


@pytest.fixture
def send(engine: Engine, settings: Settings) -> Callable[..., tuple[int, int]]:
    def sending(at: datetime, smtp_url: str = "") -> tuple[int, int]:
        chosen = Settings(mail_from=settings.mail_from, smtp_url=smtp_url)
        return mail.send_waiting(engine, settings=chosen, clock=lambda: at, worker="w")

    return sending


def only(engine: Engine) -> OutboxMessage:
    with db.reading(engine) as fresh:
        return fresh.scalars(sa.select(OutboxMessage)).one()


def test_the_same_mail_is_queued_once(session: Session, now: datetime) -> None:
    first = write(session, now)
    assert write(session, now, to="ben@example.org").id == first.id
    assert mail.state_counts(session) == {"waiting": 1}


@pytest.mark.parametrize("field", ["to", "subject", "headers"])
def test_a_line_break_cannot_add_a_header(session: Session, now: datetime, field: str) -> None:
    bad: Any = {"X-Note": "a\r\nBcc: ben@example.org"} if field == "headers" else "a\r\nBcc: ben@example.org"
    values = {"kind": "answer", "to": "ada@example.org", "subject": "Hello", "text": "", "dedupe_key": "k", field: bad}
    with pytest.raises(Invalid):
        mail.queue(session, now=now, **values)


def test_without_a_mail_server_mail_is_kept_to_be_read_in_the_portal(
    engine: Engine, session: Session, now: datetime, send: Callable[..., tuple[int, int]]
) -> None:
    write(session, now)
    session.commit()
    assert send(now) == (1, 0)
    assert send(now) == (0, 0)
    assert (only(engine).state, only(engine).text) == ("kept", "We read it.")


def test_a_mail_goes_out_whole_with_its_own_message_id(
    engine: Engine, session: Session, now: datetime, send: Callable[..., tuple[int, int]], server: tuple[Received, str]
) -> None:
    received, url = server
    row = write(session, now, headers={"List-Id": "answers.example.org"})
    session.commit()
    assert send(now, url) == (1, 0)
    text = received.mails[0].content.decode()
    assert f"Message-ID: <{row.message_id}@example.org>" in text
    assert "List-Id: answers.example.org" in text
    assert "Auto-Submitted: auto-generated" in text
    assert received.mails[0].rcpt_tos == ["ada@example.org"]
    assert (only(engine).state, only(engine).sent_at) == ("sent", now)
    assert send(now, url) == (0, 0)


def test_a_link_that_acts_is_not_kept_after_sending(
    engine: Engine, session: Session, now: datetime, send: Callable[..., tuple[int, int]], server: tuple[Received, str]
) -> None:
    received, url = server
    mail.queue(session, kind="reset", to="ada@example.org", subject="s", text=LINK, dedupe_key="k", now=now)
    session.commit()
    send(now, url)
    assert LINK in received.mails[0].content.decode()
    assert LINK not in only(engine).text


def test_a_mail_does_not_leave_before_its_time(
    session: Session, now: datetime, send: Callable[..., tuple[int, int]]
) -> None:
    write(session, now, not_before=now + timedelta(hours=1))
    session.commit()
    assert send(now + timedelta(minutes=59)) == (0, 0)
    assert send(now + timedelta(hours=1)) == (1, 0)


def test_a_server_that_is_down_is_tried_again_later_and_given_up_in_the_end(
    engine: Engine, session: Session, now: datetime, send: Callable[..., tuple[int, int]]
) -> None:
    write(session, now)
    session.commit()
    nobody = "smtp://127.0.0.1:1"
    assert send(now, nobody) == (0, 1)
    assert send(now, nobody) == (0, 0)
    row = only(engine)
    assert (row.state, row.not_before, row.last_error) == (
        "waiting",
        now + timedelta(minutes=1),
        "ConnectionRefusedError",
    )
    at = now
    for _ in range(MAX_ATTEMPTS - 1):
        at += timedelta(hours=7)
        assert send(at, nobody) == (0, 1)
    assert only(engine).state == "dead"
    assert send(at + timedelta(days=9), nobody) == (0, 0)


def test_a_refused_recipient_is_given_up_without_holding_up_the_others_or_naming_anybody(
    engine: Engine, session: Session, now: datetime, send: Callable[..., tuple[int, int]], server: tuple[Received, str]
) -> None:
    received, url = server
    received.answers = {
        "gone@example.org": "550 no such person gone@example.org",
        "full@example.org": "452 mailbox full",
    }
    for name in ("gone", "full", "ada"):
        write(session, now, key=name, to=f"{name}@example.org")
    session.commit()
    assert send(now, url) == (1, 2)
    with db.reading(engine) as fresh:
        rows = {row.dedupe_key: row for row in fresh.scalars(sa.select(OutboxMessage))}
    assert {key: row.state for key, row in rows.items()} == {"gone": "dead", "full": "waiting", "ada": "sent"}
    assert "@" not in "".join(row.last_error or "" for row in rows.values())


def test_two_workers_never_claim_the_same_mail(engine: Engine, session: Session, now: datetime) -> None:
    for number in range(30):
        write(session, now, key=f"k-{number}")
    session.commit()
    claimed: list[int] = []

    def work(name: str) -> None:
        while batch := claim(engine, worker=name, now=now, limit=3):
            claimed.extend(row.id for row in batch)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 30


def test_a_mail_whose_worker_died_is_sent_again_under_the_same_message_id(
    engine: Engine, session: Session, now: datetime, send: Callable[..., tuple[int, int]], server: tuple[Received, str]
) -> None:
    received, url = server
    row = write(session, now)
    session.commit()
    dead = claim(engine, worker="dead", now=now)
    assert send(now + LEASE, url) == (0, 0)
    later = now + LEASE + timedelta(seconds=1)
    assert send(later, url) == (1, 0)
    assert row.message_id in received.mails[0].content.decode()
    settle(engine, dead[0], worker="dead", now=later)
    assert only(engine).attempts == 1


def test_the_outbox_is_read_newest_first_page_by_page(session: Session, now: datetime) -> None:
    ids = [write(session, now, key=f"k-{number}").id for number in range(5)]
    first = mail.outbox_page(session, limit=3)
    rest = mail.outbox_page(session, before=first[-1].id, limit=3)
    assert [row.id for row in (*first, *rest)] == ids[::-1]
    assert mail.outbox_page(session, state="dead") == []
    with pytest.raises(NotFound):
        mail.message(session, 0)


def test_a_long_link_to_stop_arrives_in_one_header_as_it_is_and_is_hidden_afterwards(
    engine: Engine, server: tuple[Received, str], now: datetime
) -> None:
    received, url = server
    headers = {"List-Unsubscribe": STOP, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    with db.writing(engine) as session:
        write(session, now, headers=headers)
    mail.send_waiting(engine, settings=Settings(smtp_url=url), clock=lambda: now, worker="w")
    lines = received.mails[0].content.decode("ascii").split("\r\n")
    assert lines.count(f"List-Unsubscribe: {STOP}") == 1
    assert lines.count("List-Unsubscribe-Post: List-Unsubscribe=One-Click") == 1
    assert sum(line.lower().startswith("list-unsubscribe:") for line in lines) == 1
    with db.reading(engine) as session:
        kept = session.scalars(sa.select(OutboxMessage)).one()
        assert kept.headers["List-Unsubscribe"] == "<https://portal.example.org/u/…>"
