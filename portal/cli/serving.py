"""`candour serve` and `candour work`."""

import click

from portal import migrate
from portal import serve as server
from portal.cli import ground
from portal.errors import Invalid
from portal.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every network.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--jobs/--no-jobs", default=None, help="Run the background jobs in here too (CANDOUR_JOBS_IN_WEB).")
def serve(host: str, port: int, jobs: bool | None) -> None:
    """Serve the portal."""
    settings = ground.settings()
    be_migrated(settings)
    inside = settings.jobs_in_web if jobs is None else jobs
    where = f"http://{host}:{port}"
    click.echo(f"Serving at {where}, {'with' if inside else 'without'} background jobs. Control-C ends it.")
    server.serve(settings, host=host, port=port, jobs=inside)


@click.command()
def work() -> None:
    """Run the background jobs, until told to stop. Several may run: one leads, the others stand by."""
    settings = ground.settings()
    be_migrated(settings)
    server.work(settings)


def be_migrated(settings: Settings) -> None:
    """Refuse to start on a database that is behind the code.

    :raises Invalid: when it is.
    """
    if not ground.has_data(settings) or migrate.current(settings.url) != migrate.newest():
        raise Invalid("The database is not there or not up to date. Run `candour migrate` first.", code="not-migrated")


COMMANDS = {"serve": serve, "work": work}
