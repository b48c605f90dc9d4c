"""`candour consent`: the ledger under scrutiny."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import BinaryIO

import click
import sqlalchemy as sa

from portal import accounts, db
from portal import consent as ledger
from portal.accounts import Customer
from portal.cli import ground
from portal.clock import utc_now


@click.group()
def consent() -> None:
    """Verify the consent ledger."""


KINDS = {
    "edited": "says something else than what was written",
    "deleted": "is gone from the middle, with what else is named",
    "inserted": "was put in: nothing follows from it",
    "reordered": "was moved: it belongs at the place named",
    "truncated": "and what came after it is gone from the end",
    "rewritten": "is another entry than the one that was signed",
    "evidence": "has other evidence than the one it was written with",
    "state": "is not what this cell was brought to: the state says something else than the ledger",
}


@consent.command("verify")
def verify() -> None:
    """Walk every customer's chain; report where and how entries were edited, deleted, inserted, reordered or cut off.

    What was cut off is found against the heads signed last. Exit code 0 when the ledger holds, 1 when it does not.
    """
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, db.reading(engine) as session:
        signed = ledger.read_heads(session, settings)
        faults = signed.faults + ledger.verify(session, signed=signed.heads)
        named = {fault.customer_id for fault in faults if fault.customer_id is not None}
        refs = {number: ref for number, ref in session.execute(sa.select(Customer.id, Customer.ref)) if number in named}
    for fault in faults:
        click.echo(in_words(fault, refs))
    click.echo(
        f"Compared with the heads of {len(signed.heads)} customers, signed last on {signed.newest}."
        if signed.newest
        else "No heads are signed yet: what is cut off at the end is found by the states only."
    )
    if faults:
        raise click.ClickException(f"The ledger does not hold: {len(faults)} faults.")
    click.echo("The ledger holds: every entry follows from the one before it.")


def in_words(fault: ledger.Fault, refs: Mapping[int, str]) -> str:
    """Where, what kind, and what that means, in a line."""
    if fault.kind == "heads":
        return f"heads: the signed heads of {fault.detail}."
    if fault.customer_id is None:
        return f"notice: the published words {fault.detail} were changed after they were published."
    who = refs.get(fault.customer_id, f"customer number {fault.customer_id}, who has no record")
    more = f" ({fault.detail})" if fault.detail else ""
    return f"{fault.kind}: {who}, entry {fault.seq} {KINDS[fault.kind]}{more}."


INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@consent.command("show")
@click.argument("customer")
@click.option("--known-at", type=INSTANT, help="Only what was recorded by then, in UTC; now if left out.")
@click.option("--valid-at", type=INSTANT, help="How it stood at that moment, in UTC; as --known-at if left out.")
def show(customer: str, known_at: datetime | None, valid_at: datetime | None) -> None:
    """Say what CUSTOMER (C-…) allows, or allowed: as known at one moment, as valid at another."""
    known = known_at.replace(tzinfo=UTC) if known_at else utc_now()
    valid = valid_at.replace(tzinfo=UTC) if valid_at else known
    with ground.migrated_engine(ground.settings()) as engine, db.reading(engine) as session:
        person = accounts.customer_by_ref(session, customer)
        cells = ledger.state_as_of(session, person.id, known_at=known, valid_at=valid)
    click.echo(f"{person.ref}, as known at {known:%Y-%m-%d %H:%M:%S} UTC, as valid at {valid:%Y-%m-%d %H:%M:%S} UTC")
    for cell in cells:
        answer = "allowed" if cell.permission else "not allowed"
        name = f"{cell.purpose.key} × {cell.channel} × {cell.topic}"
        click.echo(f"{name:<40} {answer:<12} {cell.permission.reason}")


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
