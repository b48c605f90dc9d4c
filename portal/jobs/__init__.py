"""Jobs: the schedule as data, what ran, and who leads. The process that runs them is `portal.jobs.scheduler`."""

from portal.jobs.models import JobRequest, JobRun, Lease
from portal.jobs.queries import Backlog, Leader, backlog, last_runs, leader, runs_page, troubles, waiting_requests
from portal.jobs.requests import ask
from portal.jobs.runs import run
from portal.jobs.schedule import JOBS, Job, Work, job_named, next_run

__all__ = [
    "JOBS",
    "Backlog",
    "Job",
    "JobRequest",
    "JobRun",
    "Leader",
    "Lease",
    "Work",
    "ask",
    "backlog",
    "job_named",
    "last_runs",
    "leader",
    "next_run",
    "run",
    "runs_page",
    "troubles",
    "waiting_requests",
]
