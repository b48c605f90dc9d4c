"""`candour`: serve, work and look after a portal. Each command lives in the module that COMMANDS names."""

import importlib
from typing import Any

import click
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from portal.errors import CandourError

COMMANDS = {
    "serve": ("serving", "Serve the portal."),
    "work": ("working", "Run the background jobs."),
    "migrate": ("database", "Bring the database to the newest version."),
    "check": ("health", "Say what is misconfigured, and what to do."),
    "demo": ("demonstration", "Serve a fictional bank with its customers."),
    "job": ("job", "List background jobs, or run one now."),
    "token": ("token", "Make, list and revoke API tokens."),
    "user": ("user", "Add people who work here."),
    "import": ("imports", "Bring in customers, feedback, labels or consents from files."),
    "decisions": ("decisions", "Audit every decision; measure again what is shown about us."),
    "consent": ("ledger", "Verify the consent ledger."),
}
"""Command → module of this package, loaded only when asked for: `candour migrate` need not load the web."""


class Candour(click.Group):
    """The commands, with every expected error told as a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from its module."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"portal.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in --help, without loading any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_module, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run; what can go wrong for a known reason ends as a sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except (CandourError, ValidationError, ValueError, OSError, SQLAlchemyError) as error:
            raise click.ClickException(sentence(error)) from error


def sentence(error: Exception) -> str:
    """What to tell the person at the terminal."""
    if isinstance(error, CandourError):
        return error.message
    if isinstance(error, ValidationError):
        return " ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in dict(error.messages_dict).items())
    if isinstance(error, DBAPIError):
        first = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        return f"The database refused: {first[0]}. `candour check` says more; `candour migrate` brings it up to date."
    return str(error) or type(error).__name__


@click.group(cls=Candour, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="candour", prog_name="candour")
def main() -> None:
    """Candour, a portal where a company and its customers are candid with each other.

    Settings come from the environment (CANDOUR_…); without any, data lives in SQLite under instance/.
    """
