"""What every benchmark stands on: the machine in one line, CPU time in turns, a fresh database, texts of our own.

CPU seconds of this process and ratios taken in turns are compared, never seconds on the wall: those depend on who else
uses the machine. The work of a PostgreSQL server is in another process and not in these figures.
"""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from portal import db, migrate
from portal.demo.talks import all_talks

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def describe() -> str:
    """The machine and the versions that matter, in one line."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; load {load}"
    )


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process that one call takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def children_cpu() -> float:
    """CPU seconds of the processes begun by this one that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median CPU seconds of each piece of work, all of them run in every round, so that each meets the same weather."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            taken[name].append(cpu_seconds(work))
    return {name: statistics.median(values) for name, values in taken.items()}


@contextmanager
def sqlite() -> Iterator[Engine]:
    """An empty, migrated SQLite file, as the portal sets it up."""
    with (
        tempfile.TemporaryDirectory(prefix="candour-bench-") as folder,
        migrated(f"sqlite:///{Path(folder) / 'bench.sqlite3'}") as engine,
    ):
        yield engine


@contextmanager
def migrated(url: str) -> Iterator[Engine]:
    """The empty database at `url`, migrated."""
    migrate.upgrade(url)
    engine = db.make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def customers_words() -> list[str]:
    """What the customers of the demo company say in English, each text once."""
    talks = [talk for talk in all_talks() if talk.language == "en"]
    return list(dict.fromkeys(turn.text for talk in talks for turn in talk.turns if turn.side == "customer"))


if __name__ == "__main__":
    print(describe())
