"""`candour serve`."""

import click

from portal import serve as server
from portal.cli import ground


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every network.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--jobs/--no-jobs", default=None, help="Run the background jobs in here too (CANDOUR_JOBS_IN_WEB).")
def serve(host: str, port: int, jobs: bool | None) -> None:
    """Serve the portal."""
    settings = ground.settings()
    ground.be_migrated(settings)
    inside = settings.jobs_in_web if jobs is None else jobs
    where = f"http://{host}:{port}"
    click.echo(f"Serving at {where}, {'with' if inside else 'without'} background jobs. Control-C ends it.")
    server.serve(settings, host=host, port=port, jobs=inside)


COMMANDS = {"serve": serve}
