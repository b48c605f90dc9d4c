"""`candour user`: people who work here."""

import sys

import click

from portal import accounts, db
from portal.cli import ground
from portal.clock import utc_now
from portal.settings import Settings


@click.group()
def user() -> None:
    """Add people who work here."""


@user.command("add")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(accounts.ROLES))
@click.option("--team", default=None, help="The team they belong to, if any.")
@click.option("--password-stdin", is_flag=True, help="Read a password from standard input, instead of mailing a link.")
def add(email: str, name: str, role: str, team: str | None, password_stdin: bool) -> None:
    """Add a team member. Without a password, a link to choose one is mailed."""
    settings = ground.settings()
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    values = accounts.TeamMemberSchema().load({"email": email, "name": name, "role": role, "team": team or ""})
    with ground.migrated_engine(settings) as engine, db.writing(engine) as session:
        accounts.add_team_member(
            session,
            email=values["email"],
            name=values["name"],
            role=role,
            team=team,
            password=password,
            settings=settings,
            by=ground.COMMAND,
            now=utc_now(),
        )
    click.echo(
        f"{email} can sign in as {role} at {settings.base_url}/sign-in." if password else invited(email, settings)
    )


def invited(email: str, settings: Settings) -> str:
    """What happens next when a link was mailed."""
    if settings.smtp_url:
        return f"A link to choose a password is on its way to {email}."
    return f"No mail server is set: the link for {email} waits on the outbox page, /admin/outbox."


COMMANDS = {"user": user}
