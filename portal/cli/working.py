"""`candour work`."""

import click

from portal.cli import ground
from portal.jobs import working


@click.command()
def work() -> None:
    """Run the background jobs, until told to stop. Several may run: one leads, the others stand by."""
    settings = ground.settings()
    ground.be_migrated(settings)
    working.work(settings)


COMMANDS = {"work": work}
