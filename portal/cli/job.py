"""`candour job`: list the background jobs, or run one by hand."""

import click

from portal import db, jobs
from portal.cli import ground, rereading
from portal.clock import utc_now
from portal.db import random_ref


@click.group()
def job() -> None:
    """List background jobs, or run one now."""


@job.command("list")
def list_jobs() -> None:
    """Every job, how often it runs, and how its last run went."""
    settings = ground.settings()
    with ground.migrated_engine(settings) as engine, db.reading(engine) as session:
        last, leader = jobs.last_runs(session), jobs.leader(session, utc_now())
    for entry in jobs.JOBS:
        often = f"at {entry.at:%H:%M}" if entry.at else f"every {entry.every(settings):>4} s"
        click.echo(f"{entry.name:<24} {often:<12} {how_it_went(last.get(entry.name))}")
    alive = leader is not None and leader.alive
    click.echo(f"The schedule is run by {leader.holder}." if leader and alive else "Nobody runs the schedule now.")


def how_it_went(run: jobs.JobRun | None) -> str:
    """One run in a line."""
    if run is None:
        return "never ran"
    counts = f"{run.state}, {run.done} done, {run.failed} failed, {run.started_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{counts}   {run.error}" if run.error else counts


@job.command("run")
@click.argument("name")
def run_job(name: str) -> None:
    """Run the job NAME now, here, until nothing is left for it to do. Safe beside the scheduler.

    `reread` begins to read history again, or goes on where that was stopped; ctrl-C stops it after the batch at hand.
    """
    settings = ground.settings()
    chosen = jobs.job_named(name)
    with ground.migrated_engine(settings) as engine:
        watch = rereading.Watch(engine, rereading.take_up(engine)) if name == "reread" else None
        should_stop = watch.should_stop if watch else _never
        work = jobs.Work(engine, settings, utc_now, f"command:{random_ref('W')}", should_stop)
        run = jobs.run(chosen, work, by="command")
        if watch:
            click.echo(watch.end())
    click.echo(f"{name}: {run.done} done, {run.failed} failed.")
    if run.error:
        raise click.ClickException(f"The job broke: {run.error}")


def _never() -> bool:
    return False


COMMANDS = {"job": job}
