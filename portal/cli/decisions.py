"""`candour decisions` and what is measured about us."""

from datetime import UTC, datetime
from pathlib import Path

import click

from portal import accounts, db, insight, treatment
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


@decisions.command("mark")
@click.argument("customer")
@click.argument("kind", type=click.Choice(treatment.MARKS))
@click.option("--by", required=True, help="Who records it.")
@click.option("--note", default="", help="What it rests on.")
@click.option("--until", type=DAY, default=None, help="From when it does not count any more, such as coming of age.")
def mark(customer: str, kind: str, by: str, note: str, until: datetime | None) -> None:
    """Record about a CUSTOMER (C-…) what stops or limits what we send; it counts in the next decision."""
    ends = until.replace(tzinfo=UTC) if until else None
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        found = accounts.customer_by_ref(session, customer)
        made = treatment.set_mark(session, found.id, kind, by=by, now=utc_now(), note=note, until=ends)
    click.echo(f"Mark {made.id} holds: {kind}. End it with `candour decisions end-mark {made.id} --by …`.")


@decisions.command("end-mark")
@click.argument("number", type=int)
@click.option("--by", required=True, help="Who ends it.")
def end_mark(number: int, by: str) -> None:
    """End a mark; it stays readable."""
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        treatment.end_mark(session, number, by=by, now=utc_now())
    click.echo("It does not hold any more.")


@decisions.command("holder")
@click.argument("customer")
@click.argument("name")
@click.argument("state", type=click.Choice(["asked", "approved", "revoked", "left"]))
@click.option("--by", required=True, help="Who records it.")
def holder(customer: str, name: str, state: str, by: str) -> None:
    """Record who holds a CUSTOMER's relationship together with others, and whether they agree."""
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        found = accounts.customer_by_ref(session, customer)
        treatment.set_holder(session, found.id, name, state, by=by, now=utc_now())
    click.echo(f"{name}: {state}.")


@decisions.command("call-register")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", required=True, help="What the register is called.")
@click.option("--taken", type=DAY, required=True, help="Day the copy is of, in UTC.")
@click.option("--by", required=True, help="Who brings it in.")
def call_register(file: Path, name: str, taken: datetime, by: str) -> None:
    """Bring in a copy of a do-not-call register: one number a line. An older copy of the same name goes."""
    source = treatment.FileList(file, name=name, taken_at=taken.replace(tzinfo=UTC))
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        made = treatment.import_register(session, source, by=by, now=utc_now())
    click.echo(f"{made.numbers} numbers are in.")


COMMANDS = {"decisions": decisions}
