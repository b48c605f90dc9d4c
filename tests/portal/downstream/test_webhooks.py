"""Webhooks: signed, tried again, given up, told again by a person, and never led elsewhere."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db, downstream
from portal.downstream import Delivery, DownstreamSystem
from portal.settings import Settings
from tests import people

KEY = "a key for tests only, long enough to be taken seriously"


class Receiver:
    """A server of this machine that keeps what it is sent and answers what it is told to."""

    def __init__(self) -> None:
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        receiver = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.came.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                status, headers = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook?from=candour"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def furnish(engine: Engine, url: str, now: datetime, **values: Any) -> str:
    """A webhook, and a yes of Ada's that it must be told of; gives the ref of the system."""
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        ada = people.customer(session)
        system = downstream.add_system(
            session, name="CRM", how="webhook", url=url, by="Ines", started_after=0, now=now, **values
        )
        people.says(session, ada, "marketing", "granted", now)
    return system.ref


def deliver(engine: Engine, at: datetime, **values: Any) -> tuple[int, int]:
    settings = Settings(secret_key=KEY, webhook_private=values.pop("private", True))
    return downstream.deliver_webhooks(engine, settings=settings, clock=lambda: at, worker="test", **values)


def row(engine: Engine) -> Delivery:
    with db.reading(engine) as session:
        return session.scalars(sa.select(Delivery).order_by(Delivery.id)).first()


def test_a_change_arrives_signed_and_holds_nothing_personal(engine: Engine, receiver: Receiver, now: datetime) -> None:
    ref = furnish(engine, receiver.url, now)
    assert deliver(engine, now) == (1, 0)
    (path, headers, body), secret = receiver.came[0], downstream.webhook_secret(KEY, ref, 1)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert (
        headers["webhook-signature"]
        == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    )
    assert path == "/hook?from=candour"
    said = json.loads(body)
    assert (said["type"], headers["webhook-id"]) == ("consent.changed", said["data"]["event_id"])
    assert set(said["data"]) == {
        "position", "event_id", "customer", "seq", "purpose", "channel", "topic", "action",
    }  # fmt: skip
    assert (said["data"]["customer"], said["data"]["action"]) == ("C-ADA", "granted")
    assert row(engine).state == "acknowledged"
    with db.reading(engine) as session:
        assert session.scalar(sa.select(DownstreamSystem.acknowledged_up_to)) == 1
    assert deliver(engine, now) == (0, 0), "once is enough"


def test_what_fails_is_tried_again_later_each_time_and_given_up_in_the_end(
    engine: Engine, receiver: Receiver, now: datetime
) -> None:
    furnish(engine, receiver.url, now)
    receiver.answers = [(500, {})] * 10
    at, waits = now, []
    for _ in range(10):
        assert deliver(engine, at) == (0, 1)
        assert deliver(engine, at) == (0, 0), "not at once"
        waits.append(row(engine).not_before - at)
        at = max(row(engine).not_before, at)
    assert waits[:3] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
    assert (row(engine).state, row(engine).attempts, row(engine).last_error) == ("dead", 10, "answered 500")
    assert deliver(engine, at + timedelta(days=30)) == (0, 0)
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.came}) == 1
    with db.writing(engine) as session:
        assert downstream.revive(session, row(engine).system_id, now=at) == 1
    assert deliver(engine, at) == (1, 0)
    assert row(engine).state == "acknowledged"


def test_a_person_tells_again_under_the_same_number(engine: Engine, receiver: Receiver, now: datetime) -> None:
    furnish(engine, receiver.url, now)
    deliver(engine, now)
    with db.writing(engine) as session:
        downstream.tell_again(session, session.merge(row(engine)), now=now)
    assert deliver(engine, now + timedelta(minutes=1)) == (1, 0)
    assert receiver.came[0][1]["webhook-id"] == receiver.came[1][1]["webhook-id"]
    assert row(engine).acknowledged_at == now, "it is known since the first time"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(engine: Engine, receiver: Receiver, now: datetime, status: int) -> None:
    furnish(engine, receiver.url, now)
    receiver.answers = [(status, {"location": receiver.url})]
    assert deliver(engine, now) == (0, 1)
    assert len(receiver.came) == 1
    assert row(engine).last_error == "redirects are not followed"


def test_what_is_gone_is_given_up_at_once(engine: Engine, receiver: Receiver, now: datetime) -> None:
    furnish(engine, receiver.url, now)
    receiver.answers = [(410, {})]
    deliver(engine, now)
    assert row(engine).state == "dead"


def test_an_address_that_became_private_is_not_called(engine: Engine, receiver: Receiver, now: datetime) -> None:
    """Looked at each time, as a name can lead elsewhere tomorrow."""
    furnish(engine, "https://hooks.example.org/", now)
    assert deliver(engine, now, private=False, look_up=lambda _host, _port: ["10.0.0.7"]) == (0, 1)
    assert (row(engine).state, row(engine).last_error) == ("failed", "address not public")


def test_one_that_died_on_the_way_is_sent_again_after_the_lease(
    engine: Engine, receiver: Receiver, now: datetime
) -> None:
    furnish(engine, receiver.url, now)
    with db.writing(engine) as session:
        session.execute(sa.update(Delivery).values(state="sent", claimed_by="gone", claimed_at=now))
    assert deliver(engine, now + timedelta(minutes=1)) == (0, 0)
    assert deliver(engine, now + timedelta(minutes=3)) == (1, 0)


def test_who_was_switched_off_or_wants_other_events_is_not_called(
    engine: Engine, receiver: Receiver, now: datetime
) -> None:
    ref = furnish(engine, receiver.url, now)
    with db.writing(engine) as session:
        downstream.add_system(
            session, name="Other", how="webhook", url=receiver.url, events=["decision.made"], by="Ines",
            started_after=0, now=now,
        )  # fmt: skip
        people.says(session, people.customer(session, "Ben"), "marketing", "granted", now)
        downstream.switch_off(session, downstream.system(session, ref), now=now)
    assert deliver(engine, now) == (0, 0)
    assert receiver.came == []
