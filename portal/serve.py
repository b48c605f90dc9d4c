"""The web server: gunicorn with threads, started from Python, with the background jobs inside if wanted.

Why this server, and why requests have a deadline of our own: docs/decisions/0003-web-server.md.
"""

import errno
import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from gunicorn.app.base import BaseApplication

from portal import db
from portal.app import create_app
from portal.errors import Conflict
from portal.jobs.scheduler import Scheduler
from portal.settings import Settings

log = structlog.get_logger()
REQUEST_SECONDS = 30
"""A request that takes longer is stuck; its process is replaced."""
LEAVE_SECONDS = 20
"""How long requests may go on once the server was told to stop."""


class Deadline:
    """WSGI middleware that ends the process when a request is stuck, so that its thread is not lost for ever.

    gunicorn's own timeout cannot see this: with threads its main loop goes on saying that all is well. Only the making
    of the answer is watched; sending it, as a live stream does for long, is not.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        seconds: float = REQUEST_SECONDS,
        leave_seconds: float = LEAVE_SECONDS / 2,
    ) -> None:
        self.app, self.seconds, self.leave_seconds = app, seconds, leave_seconds
        self._begun: dict[int, float] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer the request, remembering when it began."""
        me = threading.get_ident()
        self._begun[me] = time.monotonic()
        try:
            return self.app(environ, start_response)
        finally:
            self._begun.pop(me, None)

    def is_stuck(self) -> bool:
        """Whether some request has been worked on for longer than allowed."""
        now = time.monotonic()
        return any(now - begun > self.seconds for begun in list(self._begun.values()))

    def watch(self) -> None:
        """Look every second; end the process when a request is stuck. The master starts another one."""
        while not self.is_stuck():
            time.sleep(1)
        log.error("a request is stuck, the process is replaced", seconds=self.seconds)
        os.kill(os.getpid(), signal.SIGTERM)  # the others may finish meanwhile
        time.sleep(self.leave_seconds)
        os._exit(1)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told what to do by our settings."""

    def __init__(
        self, settings: Settings, *, host: str, port: int, jobs: bool, ready: Callable[[], None] = lambda: None
    ) -> None:
        self.settings, self.host, self.port, self.jobs, self.ready = settings, host, port, jobs, ready
        self.scheduler: Scheduler | None = None
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn: everything it shall know."""
        values = {
            "bind": f"{self.host}:{self.port}",
            "worker_class": "gthread",
            "workers": self.settings.web_workers,
            "threads": self.settings.web_threads,
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": LEAVE_SECONDS,
            "keepalive": 5,
            "loglevel": "warning",
            "control_socket_disable": True,
            "proc_name": "candour",
            "when_ready": lambda _arbiter: self.ready(),
            "post_worker_init": self.begin_worker,
            "worker_exit": self.end_worker,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Iterable[bytes]]:
        """Called by gunicorn in each worker: the application, with somebody who watches over stuck requests."""
        guarded = self.application()
        gc.collect()
        gc.freeze()  # the application stays: the collector need not go through it again while somebody waits
        threading.Thread(target=guarded.watch, name="candour-deadline", daemon=True).start()
        return guarded

    def application(self) -> Deadline:
        """What is served."""
        return Deadline(create_app(self.settings))

    def begin_worker(self, _worker: object) -> None:
        """In each worker: stand by to lead the schedule, when jobs run in the web process."""
        if self.jobs:
            self.scheduler = Scheduler(db.make_engine(self.settings.url), settings=self.settings)
            self.scheduler.start()

    def end_worker(self, _arbiter: object, _worker: object) -> None:
        """In each worker that ends: let jobs finish their batch."""
        if self.scheduler is not None:
            self.scheduler.stop()


def serve(settings: Settings, *, host: str, port: int, jobs: bool, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until told to stop.

    :param jobs: run the background jobs in the web process too.
    :param ready: called once the address is open.
    :raises Conflict: when the port is taken.
    """
    be_free(host, port)
    Server(settings, host=host, port=port, jobs=jobs, ready=ready).run()


def be_free(host: str, port: int) -> None:
    """Make sure that nobody listens there.

    :raises Conflict: when somebody does, or when this user may not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reasons = {
                errno.EADDRINUSE: f"Port {port} is in use already. End what uses it, or choose another with --port.",
                errno.EACCES: f"Port {port} is not open to this user. Choose one above 1023 with --port.",
            }
            fallback = f"{host}:{port} cannot be used: {error.strerror}."
            raise Conflict(reasons.get(error.errno or 0, fallback), code="port") from None
