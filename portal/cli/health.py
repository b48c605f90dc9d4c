"""`candour check`: what is misconfigured, and what to do about it."""

import click

from portal.health import findings, misreadings
from portal.settings import read_environment


@click.command()
def check() -> None:
    """Say what is misconfigured and what to do. Exit code 1 when something must be mended."""
    settings, misread = read_environment()
    found = [*misreadings(misread), *findings(settings)]
    for finding in found:
        text, advice = str(finding).splitlines()
        click.echo(f"{'mend' if finding.serious else 'note'}  {text}\n      {advice}")
    serious = sum(finding.serious for finding in found)
    if serious:
        raise click.ClickException(f"{serious} of these must be mended before people use this portal.")
    click.echo("Nothing must be mended." if found else "All is well.")


COMMANDS = {"check": check}
