"""`candour import`: customers, feedback, labels and consents from CSV and JSONL files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from tqdm import tqdm

from portal import accounts, conversations, crm, db, importing, needs
from portal.cli import ground
from portal.clock import utc_now
from portal.crm.models import ImportRun

Command = TypeVar("Command", bound=Callable[..., Any])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SAID = {
    "allow": "newly allowed",
    "deny": "newly denied",
    "noted": "kept, changing nothing that is allowed",
    "unknown": "a flag without proof, which counts as no",
    "same": "unchanged",
    "refused": "refused",
}
NOTHING_TAKEN, SOME_REFUSED = 1, 3
CODES = """Exit code: 0 every row is in, 1 nothing could be taken, 2 wrong options or no such file, 3 some rows were
rejected and the others are in."""


@click.group("import", epilog=CODES)
def import_() -> None:
    """Bring in customers, feedback, labels or consents from a CSV or JSONL file."""


@import_.command("feedback", epilog=CODES)
@click.argument("file", type=FILE)
@click.option("--text-column", required=True, help="Column with what somebody wrote.")
@click.option("--customer-column", default=None, help="Column with the customer's number or e-mail address.")
@click.option("--at-column", default=None, help="Column with when it was written.")
@click.option("--id-column", default=None, help="Column with the row's own number, by which it is known again.")
@click.option("--rating-column", default=None, help="Column with how it was for them, as a number.")
@click.option(
    "--rating-scale", nargs=2, type=float, default=(1, 5), show_default=True,
    help="The worst and the best of those numbers, such as 0 10; the nearest of our five steps is kept.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def feedback(
    file: Path,
    text_column: str,
    customer_column: str | None,
    at_column: str | None,
    id_column: str | None,
    rating_column: str | None,
    rating_scale: tuple[float, float],
    dry_run: bool,
) -> None:
    """Bring in what customers wrote. The same file twice changes nothing."""
    if rating_scale[0] == rating_scale[1]:
        raise click.BadOptionUsage("--rating-scale", "The worst and the best must differ.")
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, tqdm(unit=" rows") as bar:
        run = conversations.import_feedback(
            engine,
            file,
            text_column=text_column,
            customer_column=customer_column,
            at_column=at_column,
            id_column=id_column,
            rating_column=rating_column,
            rating_scale=rating_scale,
            dry_run=dry_run,
            clock=utc_now,
            progress=bar.update,
            reports=Path(settings.instance) / "reports",
        )
    tell(run, "Next: `candour job run read-messages`, unless the background jobs are running.")


@import_.command("labels", epilog=CODES)
@click.argument("file", type=FILE)
@click.option("--text-column", "text", required=True, help="Column with what somebody wrote.")
@click.option("--sentiment-column", "sentiment", default=None, help="Column with the feeling.")
@click.option("--needs-column", "needs", default=None, help="Column with needs, as `cost:unmet; support`, or `none`.")
@click.option("--intents-column", "intents", default=None, help="Column with what is wanted, as `idea; praise`.")
@click.option("--id-column", "id", default=None, help="Column with the row's own number, by which it is known again.")
@click.option("--by", required=True, help="E-mail address of whoever's reviews the labels become.")
@click.option("--seed", default=needs.SEED, show_default=True, help="Draws which fifth is only for measuring.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def labels(file: Path, by: str, seed: int, dry_run: bool, **columns: str | None) -> None:
    """Bring in texts somebody labelled already, to learn from. The same file twice changes nothing.

    Each text becomes feedback of nobody, unless it is there, and its labels a review. Only kinds with a column are
    settled, and of an empty cell nothing is said. A fifth is drawn for measuring: no model learns from it.
    """
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, tqdm(unit=" rows") as bar:
        with db.reading(engine) as session:
            account = accounts.account_by_email(session, by)
        if account is None:
            raise click.ClickException(f"Nobody here has the address {by}.")
        told = needs.import_labels(
            engine,
            file,
            columns={name: column for name, column in columns.items() if column},
            by=account,
            clock=utc_now,
            worker=f"command:{db.random_ref('W')}",
            seed=seed,
            dry_run=dry_run,
            progress=bar.update,
            reports=Path(settings.instance) / "reports",
        )
    if not dry_run:
        tell_labels(told, account.name, seed)
    tell(told.run, "")


def tell_labels(told: needs.Labelled, name: str, seed: int) -> None:
    """What became of the labels, and what to do next."""
    click.echo(f"{told.recorded} texts are reviews of {name} now, {told.known} were gone through before.")
    if told.recorded:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(told.kinds.items()))
        click.echo(f"Settled: {kinds}. {told.measured} are only for measuring, drawn with the seed {seed}.")
    if told.unreadable:
        click.echo(f"{told.unreadable} are in a language that is not read: nothing is learned from them.")
    if told.unread:
        click.echo(f"{told.unread} are being read at this moment: run this again to record their labels.")
    if told.recorded:
        click.echo("Next: `candour job run learn`, or wait for the night.")


@import_.command("customers", epilog=CODES)
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def customers(file: Path, dry_run: bool) -> None:
    """Bring in who your customers are. The same file twice changes nothing."""
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, tqdm(unit=" rows") as bar:
        run = crm.import_customers(engine, file, settings=settings, clock=utc_now, dry_run=dry_run, progress=bar.update)
    tell(run, "")


def _named(name: str) -> Callable[[Command], Command]:
    """The option that says what a column is called."""
    return click.option(f"--{name}-column", default=None, help=f"Column that holds “{name}”, if it has another name.")


@import_.command("consents", epilog=CODES)
@click.argument("file", type=FILE)
@click.option("--dry-run/--apply", default=True, help="Only show the difference (default), or let it take effect.")
@_named("customer")
@_named("purpose")
@_named("answer")
@_named("channel")
@_named("topic")
@_named("at")
@_named("grade")
@_named("source")
@_named("wording")
@_named("evidence")
def consents(file: Path, dry_run: bool, **columns: str | None) -> None:
    """Bring in what customers allow, the difference first. It can take away; it gives only what is proved and newest.

    The difference is kept, with its rows, on the admin's page of imports, and can be confirmed there.
    """
    settings, by = ground.settings(), ground.COMMAND.name
    named = {name.removesuffix("_column"): column for name, column in columns.items() if column}
    with ground.migrated_engine(settings) as engine:
        with db.writing(engine) as session:
            batch = importing.take_in(
                session, name=file.name, content=file.read_bytes(), columns=named, by=by, now=utc_now()
            )
        importing.bring_on(engine, batch.id, settings=settings, clock=utc_now)
        with db.writing(engine) as session:
            batch = importing.batch_by_ref(session, batch.ref)
            if batch.state == "unusable":
                raise click.ClickException(batch.fault)
            if not dry_run:
                importing.ask_apply(session, batch, by=by, now=utc_now())
        importing.bring_on(engine, batch.id, settings=settings, clock=utc_now)
        with db.reading(engine) as session:
            counts = importing.outcomes(session, [batch.id])[batch.id]
            written = importing.results(session, batch.id)["written"]
    tell_difference(batch.ref, counts, None if dry_run else written)


def tell_difference(ref: str, counts: dict[str, int], written: int | None) -> None:
    """The difference by outcome, what was written, and the exit code that says so to a script."""
    for outcome, count in counts.items():
        click.echo(f"{count:>9} {SAID[outcome]}")
    if written is None:
        click.echo(
            f"Nothing has changed yet. Row by row: /admin/imports/{ref}; again with --apply, or confirm it there."
        )
    else:
        click.echo(f"{written} entries written. Row by row, and to undo it: /admin/imports/{ref}.")
    if counts["refused"]:
        raise click.exceptions.Exit(SOME_REFUSED if sum(counts.values()) > counts["refused"] else NOTHING_TAKEN)


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
