"""The real processes: they serve, they end when told to, and a stuck request does not take the portal away."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal import db
from portal.errors import Conflict
from portal.jobs import lease
from portal.serve import Deadline, be_free
from portal.settings import Settings

CANDOUR = str(Path(sys.executable).with_name("candour"))
STARTS_WITHIN = 120

FRAGILE = """
import sys, time
from portal.serve import Deadline, Server
from portal.settings import Settings

def app(environ, start_response):
    if environ["PATH_INFO"] == "/stuck":
        time.sleep(3600)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"well"]

class Fragile(Server):
    def application(self):
        return Deadline(app, seconds=1, leave_seconds=0.5)

Fragile(Settings(web_threads=2), host="127.0.0.1", port=int(sys.argv[1]), jobs=False).run()
"""

TOLD_BY_A_THREAD = """
import signal, threading, time
from portal.jobs.working import work
from portal.settings import from_environment

def tell():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.1)
    time.sleep(1)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=tell).start()
work(from_environment())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str = "/health", seconds: float = 10) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


@contextmanager
def process(*command: str, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        running = subprocess.Popen(command, env={**os.environ, **environment}, stdout=out, stderr=out)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def until(
    true: Callable[[], object], seconds: float = STARTS_WITHIN, running: subprocess.Popen[bytes] | None = None
) -> bool:
    """Whether it comes true in time; no sooner given up than the process has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and (running is None or running.poll() is None):
        if true():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def environment(settings: Settings) -> dict[str, str]:
    return {
        "CANDOUR_DATABASE_URL": settings.database_url,
        "CANDOUR_INSTANCE": settings.instance,
        "CANDOUR_SECRET_KEY": settings.secret_key,
    }


def somebody_leads(settings: Settings) -> bool:
    engine = db.make_engine(settings.url)
    with db.reading(engine) as session:
        free = lease.seems_free(session, now=datetime.now(UTC))
    engine.dispose()
    return not free


def test_the_portal_serves_with_its_jobs_and_hands_leadership_back_when_it_is_told_to_end(
    settings: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    log = tmp_path / "log"
    with process(CANDOUR, "serve", "--port", str(port), "--jobs", log=log, **environment) as running:
        assert until(lambda: get(port) == 200, running=running), log.read_text()
        assert until(lambda: somebody_leads(settings), 20), log.read_text()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 0, log.read_text()
    assert not somebody_leads(settings)
    assert "Traceback" not in log.read_text()


def test_a_worker_ends_when_told_to_after_finishing_what_it_has_begun(
    settings: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with process(CANDOUR, "work", log=log, **environment) as running:
        assert until(lambda: somebody_leads(settings), running=running), log.read_text()
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) == 0, log.read_text()
    assert not somebody_leads(settings)
    assert "finishing the batch at hand" in log.read_text()


def test_a_worker_ends_though_another_of_its_threads_took_the_signal(
    environment: dict[str, str], tmp_path: Path
) -> None:
    log, script = tmp_path / "log", tmp_path / "told.py"
    script.write_text(TOLD_BY_A_THREAD)
    with process(sys.executable, str(script), log=log, **environment) as running:
        assert running.wait(timeout=30) == 0, log.read_text()
    assert "finishing the batch at hand" in log.read_text()


def test_stuck_requests_cost_their_process_and_the_next_one_is_answered(tmp_path: Path) -> None:
    port, log, script = free_port(), tmp_path / "log", tmp_path / "fragile.py"
    script.write_text(FRAGILE)
    with process(sys.executable, str(script), str(port), log=log) as running:
        assert until(lambda: get(port, "/") == 200, running=running), log.read_text()
        stuck = [socket.create_connection(("127.0.0.1", port)) for _ in range(2)]
        for connection in stuck:
            connection.sendall(b"GET /stuck HTTP/1.1\r\nHost: here\r\n\r\n")
        assert until(lambda: get(port, "/", seconds=1) == 0, 5), "both threads should be taken"
        assert until(lambda: get(port, "/", seconds=1) == 200, 15), log.read_text()
        assert running.poll() is None
        for connection in stuck:
            connection.close()


def test_a_long_answer_that_is_being_sent_is_not_stuck() -> None:
    def stream(_environ: object, _start_response: object) -> Iterator[bytes]:
        return iter([b"one", b"two"])

    guarded = Deadline(stream, seconds=0)
    answer = guarded({}, lambda *_args: None)
    time.sleep(0.01)
    assert not guarded.is_stuck()
    assert list(answer) == [b"one", b"two"]


def test_a_request_that_fails_is_not_remembered_as_stuck() -> None:
    def broken(_environ: object, _start_response: object) -> Iterator[bytes]:
        raise RuntimeError

    guarded = Deadline(broken, seconds=0)
    with pytest.raises(RuntimeError):
        guarded({}, lambda *_args: None)
    time.sleep(0.01)
    assert not guarded.is_stuck()


def test_a_port_that_is_taken_is_named_in_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Conflict, match=f"Port {port} is in use already"):
            be_free("127.0.0.1", port)
    be_free("127.0.0.1", free_port())
