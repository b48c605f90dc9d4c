"""`candour consent`: the ledger under scrutiny."""

import click

from portal import consent as ledger
from portal import db
from portal.cli import ground


@click.group()
def consent() -> None:
    """Verify the consent ledger."""


@consent.command("verify")
def verify() -> None:
    """Walk every customer's chain; report what was edited, deleted, inserted or put in another order."""
    with ground.migrated_engine(ground.settings()) as engine, db.reading(engine) as session:
        faults = ledger.verify(session)
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise click.ClickException(f"The ledger does not hold: {len(faults)} faults.")
    click.echo("The ledger holds: every entry follows from the one before it.")


COMMANDS = {"consent": consent}
