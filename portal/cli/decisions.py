"""`candour decisions` and what is measured about us."""

from datetime import datetime

import click

from portal import db, insight
from portal.cli import ground
from portal.clock import utc_now

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def decisions() -> None:
    """Audit every decision; measure again what is shown about us."""


@decisions.command("audit")
def audit() -> None:
    """Derive every decision again and look for contradictions, whenever the last audit was.

    An audit that was stopped goes on where it was. Exit code 0 when there are none, 1 when there are some.
    """
    with ground.migrated_engine(ground.settings()) as engine:
        insight.audit_decisions(engine, clock=utc_now, worker="by hand", anyway=True)
        with db.reading(engine) as session:
            last = insight.last_audit(session)
            found = insight.contradictions_of(session, last.id) if last is not None else []
    for one in found:
        click.echo(f"{one.kind}: {one.ref} {one.detail}".rstrip())
    if last is not None and last.contradictions:
        raise click.ClickException(f"{last.contradictions} contradictions in {last.decisions} decisions.")
    click.echo(f"No contradiction in {last.decisions if last else 0} decisions.")


@decisions.command("measure")
@click.option("--since", type=DAY, required=True, help="First day, in UTC.")
@click.option("--until", type=DAY, required=True, help="Last day, in UTC.")
def measure(since: datetime, until: datetime) -> None:
    """Measure the indicators of trust anew for the days and weeks that end in a span, from what the data says."""
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        count = insight.measure_again(session, since.date(), until.date(), now=utc_now())
    click.echo(f"{count} days and weeks were measured again.")


COMMANDS = {"decisions": decisions}
