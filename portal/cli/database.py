"""`candour migrate`."""

import click

from portal import migrate as migrations
from portal.cli import ground


@click.command()
def migrate() -> None:
    """Bring the database to the newest version. Safe when several processes do it at once."""
    settings = ground.settings()
    before = migrations.current(settings.url) if ground.has_data(settings) else None
    migrations.upgrade(settings.url)
    after = migrations.current(settings.url)
    click.echo(f"The database is {'already ' if before == after else ''}at version {after}.")


COMMANDS = {"migrate": migrate}
