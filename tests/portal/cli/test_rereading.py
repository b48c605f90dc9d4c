"""`candour job run reread`: history is read again by hand, shown as it goes, stopped and gone on with."""

import os
import signal
from datetime import datetime

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from portal import conversations, db, needs
from portal.cli import main, rereading


@pytest.fixture
def said(engine: Engine, now: datetime) -> int:
    """Three messages that were read; gives how many."""
    with db.writing(engine) as session:
        for text in ("Your fees are too high.", "I love the app.", "Nobody answers my letters."):
            conversations.submit(session, customer=None, text=text, now=now)
    return needs.read_waiting(engine, clock=lambda: now, worker="test")[0]


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("CANDOUR_DATABASE_URL", database_url)
    monkeypatch.setenv("CANDOUR_SECRET_KEY", "a key for tests only, long enough to be taken seriously")
    return CliRunner()


def test_history_is_read_again_and_what_came_of_it_is_told(command: CliRunner, said: int) -> None:
    ran = command.invoke(main, ["job", "run", "reread"])
    assert ran.exit_code == 0, ran.output
    assert f"finished: {said} of {said} read, 0 with other tags than before." in ran.output
    assert f"reread: {said} done, 0 failed." in ran.output


def test_what_was_stopped_is_gone_on_with(command: CliRunner, said: int, engine: Engine, now: datetime) -> None:
    with db.writing(engine) as session:
        first = needs.ask_reread(session, by="Ines", now=now).id
        needs.stop_reread(session, first, by="Ines", now=now)
    assert f"finished: {said} of {said}" in command.invoke(main, ["job", "run", "reread"]).output
    with db.reading(engine) as session:
        assert [run.id for run in needs.rereads(session)] == [first]


def test_ctrl_c_stops_it_where_it_can_go_on(engine: Engine, said: int, now: datetime) -> None:
    before = signal.getsignal(signal.SIGINT)
    watch = rereading.Watch(engine, rereading.take_up(engine))
    os.kill(os.getpid(), signal.SIGINT)
    assert needs.reread(engine, clock=lambda: now, worker="test", should_stop=watch.should_stop) == (0, 0)
    assert watch.end() == f"stopped: 0 of {said} read, 0 with other tags than before. Run this again to go on."
    assert signal.getsignal(signal.SIGINT) is before
    assert rereading.take_up(engine).state == "waiting"
