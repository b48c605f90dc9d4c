"""200 claims a second over HTTP for 30 seconds, served as `candour serve` does, and a bare Flask served the same way.

Whoever asks does not wait for the answer before: each request has its time, and what it waits counts from then on. Both
servers, and the one who asks, share the cores; the network is this machine's own.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from claiming import people, wish
from flask import Flask, request
from gunicorn.app.base import BaseApplication
from machine import NOW, describe

from portal import clock, db, migrate
from portal.settings import Settings

RATE, SECONDS, WARM, ASKERS = 200, 30, 3, 24
THREADS = Settings().web_threads


class Bare(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """A Flask that keeps what it is sent, as durably as the portal does, with as many threads."""

    def __init__(self, folder: str, port: int) -> None:
        self.folder, self.port = folder, port
        super().__init__()

    def load_config(self) -> None:
        values = {"bind": f"127.0.0.1:{self.port}", "worker_class": "gthread", "threads": THREADS, "keepalive": 5}
        for name, value in {**values, "loglevel": "warning", "control_socket_disable": True}.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        kept = sqlite3.connect(f"{self.folder}/bare.sqlite3", isolation_level=None, check_same_thread=False)
        kept.executescript("pragma journal_mode=wal; pragma synchronous=full; create table kept (wish text)")
        app, one = Flask("bare"), threading.Lock()

        @app.post("/api/v1/decisions")
        def keep() -> tuple[str, int]:
            with one:
                kept.execute("insert into kept values (?)", [request.get_data(as_text=True)])
            return "kept", 201

        return app


@contextmanager
def served(command: list[str], port: int, folder: str) -> Iterator[int]:
    """A server in a process of its own, until it answers and as long as it is needed; gives the process's number."""
    told = {"CANDOUR_INSTANCE": folder, "CANDOUR_SECRET_KEY": f"benchmarks only, {NOW}",
            "CANDOUR_RATE_API": "1000000 per minute"}  # fmt: skip
    with subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            yield server.pid
        finally:
            server.terminate()


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and its children."""
    of = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = (Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for one in of)
    return sum(int(part) for two in ticks for part in two) / os.sysconf("SC_CLK_TCK")


def asked(port: int, refs: list[str], token: str, seconds: float) -> tuple[list[float], list[int]]:
    """What each request waited from its time on, in ms; and every answer other than 201."""
    numbers, waited, began = count(), [], time.perf_counter()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    odd: list[int] = []

    def ask() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (number := next(numbers)) < RATE * seconds:
            due = began + number / RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            said = wish(refs[number % len(refs)])
            line.request("POST", "/api/v1/decisions", json.dumps({**said, "key": f"{said['key']}-{number}"}), headers)
            answer = line.getresponse()
            answer.read()
            waited.append(1e3 * (time.perf_counter() - due))
            if answer.status != 201:
                odd.append(answer.status)

    askers = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    return waited, odd


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    print(describe())
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        settings = Settings(instance=folder, secret_key=f"benchmarks only, {NOW}")
        migrate.upgrade(settings.url)
        engine = db.make_engine(settings.url)
        refs, token = people(engine)
        engine.dispose()
        port = str(free_port())
        candour = [str(Path(sys.executable).parent / "candour"), "serve", "--port", port, "--no-jobs"]
        bare = [sys.executable, __file__, "bare", folder, port]
        for name, command in {"bare Flask, one row": bare, "claim": candour}.items():
            with served(command, int(port), folder) as pid:
                asked(int(port), refs, token, WARM)
                before, began = cpu_of(pid), time.perf_counter()
                waited, odd = asked(int(port), refs, token, SECONDS)
                took, cpu = time.perf_counter() - began, cpu_of(pid) - before
            rate, worst = len(waited) / took, statistics.quantiles(waited, n=100)[98]
            print(
                f"{name:<20} {rate:5.0f} a second  p50 {statistics.median(waited):7.1f} ms  p99 {worst:7.1f} ms  "
                f"{1e3 * cpu / len(waited):5.2f} ms of CPU each; {len(odd)} not answered 201"
            )
    print(f"{describe()}; measured at {clock.utc_now():%Y-%m-%d}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        Bare(sys.argv[2], int(sys.argv[3])).run()
    else:
        main()
