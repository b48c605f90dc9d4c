"""A demo to go through, started as `make demo` starts it, or one that runs already."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CANDOUR = Path(sys.executable).with_name("candour")
START_SECONDS = 300


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, and what a shell beside it has in its environment."""

    url: str
    environment: dict[str, str]

    def candour(self, *words: str) -> str:
        """What the command `candour` prints, run on the instance of this demo."""
        done = subprocess.run(
            [CANDOUR, *words], env=self.environment, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout


@contextmanager
def served(folder: Path) -> Iterator[Demo]:
    """The demo in an instance folder of its own, ended afterwards.

    :raises RuntimeError: with the end of its log, when it does not answer in time.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    demo = Demo(
        url=f"http://127.0.0.1:{port}",
        environment={
            **os.environ,
            "CANDOUR_INSTANCE": str(folder / "instance"),
            "CANDOUR_RATE_SIGN_IN": "1000 per minute",
        },
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([CANDOUR, "demo", "--port", str(port)], env=demo.environment, stdout=log, stderr=log)
    try:
        wait_until_up(server, demo.url, folder / "log")
        yield demo
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_until_up(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"The demo did not start:\n{log.read_text()[-4000:]}")
