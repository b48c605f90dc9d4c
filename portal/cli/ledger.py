"""`candour consent`: the ledger under scrutiny."""

from typing import BinaryIO

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


SAID = {
    "ours": "This receipt is ours and unchanged, and the ledger says the same.",
    "ours-elsewhere": "We signed this receipt and it is unchanged, but the ledger does not have these entries.",
    "changed": "This receipt was changed after it was signed.",
    "not-ours": "This receipt was not signed with a key of this instance.",
    "no-receipt": "This is not a signed receipt.",
}


@consent.command("check-receipt")
@click.argument("file", type=click.File("rb"))
def check_receipt(file: BinaryIO) -> None:
    """Say whether a downloaded receipt (FILE, or - for what is piped in) is ours and unchanged."""
    settings, data = ground.settings(), file.read()
    with ground.migrated_engine(settings) as engine, db.reading(engine) as session:
        found = ledger.check_receipt(session, data, settings)
    if found != "ours":
        raise click.ClickException(SAID[found])
    click.echo(SAID[found])


COMMANDS = {"consent": consent}
