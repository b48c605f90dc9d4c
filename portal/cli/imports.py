"""`candour import`: customers and feedback from CSV and JSONL files."""

from pathlib import Path

import click
from tqdm import tqdm

from portal import conversations, crm
from portal.cli import ground
from portal.clock import utc_now
from portal.crm.models import ImportRun

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NOTHING_TAKEN, SOME_REFUSED = 1, 3
CODES = """Exit code: 0 every row is in, 1 nothing could be taken, 2 wrong options or no such file, 3 some rows were
rejected and the others are in."""


@click.group("import", epilog=CODES)
def import_() -> None:
    """Bring in customers or feedback from a CSV or JSONL file."""


@import_.command("feedback", epilog=CODES)
@click.argument("file", type=FILE)
@click.option("--text-column", required=True, help="Column with what somebody wrote.")
@click.option("--customer-column", default=None, help="Column with the customer's number or e-mail address.")
@click.option("--at-column", default=None, help="Column with when it was written.")
@click.option("--id-column", default=None, help="Column with the row's own number, by which it is known again.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def feedback(
    file: Path,
    text_column: str,
    customer_column: str | None,
    at_column: str | None,
    id_column: str | None,
    dry_run: bool,
) -> None:
    """Bring in what customers wrote. The same file twice changes nothing."""
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, tqdm(unit=" rows") as bar:
        run = conversations.import_feedback(
            engine,
            file,
            text_column=text_column,
            customer_column=customer_column,
            at_column=at_column,
            id_column=id_column,
            dry_run=dry_run,
            clock=utc_now,
            progress=bar.update,
            reports=Path(settings.instance) / "reports",
        )
    tell(run, "Next: `candour job run read-messages`, unless the background jobs are running.")


@import_.command("customers", epilog=CODES)
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def customers(file: Path, dry_run: bool) -> None:
    """Bring in who your customers are. The same file twice changes nothing."""
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, tqdm(unit=" rows") as bar:
        run = crm.import_customers(engine, file, settings=settings, clock=utc_now, dry_run=dry_run, progress=bar.update)
    tell(run, "")


def tell(run: ImportRun, onward: str) -> None:
    """What came of it, and the exit code that says so to a script."""
    verb = "would be added" if run.dry_run else "added"
    click.echo(f"{run.rows} rows: {run.added} {verb}, {run.already_there} already there, {run.rejected} rejected.")
    if run.report:
        click.echo(f"Why each was rejected: {run.report}")
    if run.added and not run.dry_run and onward:
        click.echo(onward)
    if run.rejected:
        raise click.exceptions.Exit(SOME_REFUSED if run.added + run.already_there else NOTHING_TAKEN)


COMMANDS = {"import": import_}
