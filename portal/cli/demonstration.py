"""`candour demo`."""

from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.engine import make_url
from tqdm import tqdm

from portal import db, demo, migrate
from portal import serve as server
from portal.cli import ground
from portal.clock import utc_now
from portal.consent import heads_folder
from portal.errors import Invalid
from portal.settings import Settings


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Throw the demo company away and begin anew.")
def demonstrate(host: str, port: int, reset: bool) -> None:
    """Load a fictional bank with its customers, if absent, and serve it with its background jobs."""
    url = f"http://{host}:{port}"
    settings = replace(ground.settings(), demo=True, jobs_in_web=True, base_url=url)
    server.be_free(host, port)
    if reset:
        throw_away(settings)
    migrate.upgrade(settings.url)
    load(settings)
    server.serve(settings, host=host, port=port, jobs=True, ready=lambda: click.echo(welcome(url)))


def throw_away(settings: Settings) -> None:
    """Delete the SQLite file of the demo.

    :raises Invalid: when the database is not such a file; that is for its owner to empty.
    """
    url = make_url(settings.url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise Invalid("--reset only throws away an SQLite file. Empty this database yourself.", code="not-sqlite")
    for suffix in ("", "-wal", "-shm"):
        Path(url.database + suffix).unlink(missing_ok=True)
    for signed in heads_folder(settings).glob("*.json"):  # of the ledger that is thrown away
        signed.unlink()


def load(settings: Settings) -> None:
    """Load the demo company unless it is there already, with a progress bar."""
    engine = db.make_engine(settings.url)
    try:
        if demo.is_loaded(engine):
            return
        click.echo("Loading the demo company. This takes a moment, once.", err=True)
        with tqdm(bar_format="{desc} {percentage:3.0f}% |{bar}| {elapsed}", leave=True) as bar:
            demo.load(engine, settings=settings, now=utc_now(), progress=lambda *step: show(bar, *step))
    finally:
        engine.dispose()


def show(bar: "tqdm[NoReturn]", what: str, number: int, of: int) -> None:
    """Move the bar to `number` of `of` steps of `what`."""
    bar.total = of
    bar.set_description_str(what, refresh=False)
    bar.update(number - bar.n)


def welcome(url: str) -> str:
    """Where to go and who can sign in."""
    lines = [f"{email:<20} {who:<22} {url}{path}" for email, who, path in demo.SIGN_INS]
    above = f"\nCandour is at {url}\nSign in at {url}/sign-in with the password {demo.PASSWORD} as\n"
    return "\n".join([above, *lines, "\nControl-C ends it."])


COMMANDS = {"demo": demonstrate}
