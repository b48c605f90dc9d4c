"""`candour token`: what machines sign in with."""

import click

from portal import accounts, db
from portal.cli import ground
from portal.clock import utc_now


@click.group()
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command("add")
@click.option("--name", required=True, help="What will use it, such as crm.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(accounts.SCOPES),
    help="What it may do; give it once for each.",
)
@click.option("--person", help="E-mail address of the team member whose it is: for what two people decide.")
def add(name: str, scopes: tuple[str, ...], person: str | None) -> None:
    """Make a token and print it, this once; only its hash is kept."""
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        whose = accounts.account_by_email(session, person) if person else None
        if person and (whose is None or whose.role is None):
            raise click.ClickException(f"No team member has the address {person}.")
        kept, plain = accounts.add_token(
            session, name=name, scopes=list(scopes), created_by="command line", now=utc_now(), by=ground.COMMAND,
            account_id=whose.id if whose else None,
        )  # fmt: skip
        identity = kept.id
    click.echo(f"Token {identity} for {name}. Copy it now, it is not shown again:", err=True)
    click.echo(plain)


@token.command("list")
def list_tokens() -> None:
    """Every token: its number, its beginning, what it may do, when it was last used."""
    with ground.migrated_engine(ground.settings()) as engine, db.reading(engine) as session:
        rows = accounts.tokens(session)
    if not rows:
        click.echo("There are no tokens.")
    for row in rows:
        used = f"last used {row.last_used_at:%Y-%m-%d %H:%M} UTC" if row.last_used_at else "never used"
        state = f"revoked {row.revoked_at:%Y-%m-%d}" if row.revoked_at else used
        click.echo(f"{row.id:>4}  {row.prefix}…  {row.name:<24} {', '.join(row.scopes)}  ({state})")


@token.command("revoke")
@click.argument("number", type=int)
def revoke(number: int) -> None:
    """End token NUMBER; the next request with it is refused."""
    with ground.migrated_engine(ground.settings()) as engine, db.writing(engine) as session:
        row = accounts.revoke_token(session, number, now=utc_now(), by=ground.COMMAND)
    click.echo(f"Token {number} ({row.name}) is revoked.")


COMMANDS = {"token": token}
