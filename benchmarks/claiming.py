"""Claiming a contact through the API, in this process, against a bare Flask that keeps the same JSON in a durable row.

The network and the server in front are not in it. CPU and wall are both told: a claim commits, and waits for the disk.
"""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, request
from machine import NOW, describe
from sqlalchemy.engine import Engine

from portal import accounts, clock, consent, db, migrate
from portal.accounts import Customer
from portal.app import create_app
from portal.settings import Settings

CUSTOMERS, CLAIMS = 2_000, 600
Ask = Callable[[str], int]


def people(engine: Engine) -> tuple[list[str], str]:
    """Refs of customers who were asked for nothing, and a token that may claim for them."""
    with db.writing(engine) as session:
        consent.add_purpose(
            session, now=NOW, key="service", sentence="Tell you about your account", lawful_basis="contract",
            data_used="name", recipients="us", retention_days=730, honours_gpc=False, asks=False, channels=["email"],
        )  # fmt: skip
        rows = [{"ref": f"C-{number}", "name": f"Customer {number}", "created_at": NOW} for number in range(CUSTOMERS)]
        session.execute(sa.insert(Customer), rows)
        token = accounts.add_token(session, name="bench", scopes=list(accounts.SCOPES), created_by="bench", now=NOW)[1]
        return list(session.scalars(sa.select(Customer.ref))), token


def claiming(settings: Settings, token: str) -> Ask:
    """Claims of the portal: all rules with their trace, recorded and told to systems downstream."""
    client, headers = create_app(settings).test_client(), {"Authorization": f"Bearer {token}"}
    return lambda ref: client.post("/api/v1/decisions", json=wish(ref), headers=headers).status_code


def keeping(folder: Path) -> Ask:
    """The bare Flask that keeps what it is sent, as durably as the portal does."""
    kept = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    kept.executescript("pragma journal_mode=wal; pragma synchronous=full; create table kept (wish text)")
    app = Flask("bare")

    @app.post("/")
    def keep() -> tuple[str, int]:
        kept.execute("insert into kept values (?)", [request.get_data(as_text=True)])
        return "kept", 201

    client = app.test_client()
    return lambda ref: client.post("/", json=wish(ref)).status_code


def wish(ref: str) -> dict[str, str]:
    """One contact that somebody wants to make."""
    return {
        "customer": ref, "channel": "in_app", "message_class": "service", "purpose": "service",
        "key": f"bench-{time.monotonic_ns()}",
    }  # fmt: skip


def spread(ask: Ask, refs: list[str]) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile, in ms, of CPU and of wall."""
    cpu, wall = [], []
    for ref in refs:
        began, started = time.process_time(), time.perf_counter()
        status = ask(ref)
        cpu.append(1e3 * (time.process_time() - began))
        wall.append(1e3 * (time.perf_counter() - started))
        if status != 201:
            raise SystemExit(f"A claim was answered {status}.")
    return {
        name: (statistics.median(taken), statistics.quantiles(taken, n=100)[98])
        for name, taken in (("CPU", cpu), ("wall", wall))
    }


def main() -> None:
    print(describe())
    with tempfile.TemporaryDirectory(prefix="candour-bench-") as folder:
        settings = Settings(instance=folder, secret_key=f"benchmarks only, {NOW}", rate_api="1000000 per minute")
        migrate.upgrade(settings.url)
        engine = db.make_engine(settings.url)
        refs, token = people(engine)
        engine.dispose()
        works = {"bare Flask, one row": keeping(Path(folder)), "claim": claiming(settings, token)}
        for ask in works.values():
            spread(ask, refs[-20:])
        for name, ask in works.items():
            for what, (middle, worst) in spread(ask, refs[:CLAIMS]).items():
                print(f"{name:<20} {what:<5} p50 {middle:7.2f} ms  p99 {worst:7.2f} ms")
    print(f"measured at {clock.utc_now():%Y-%m-%d}")


if __name__ == "__main__":
    main()
