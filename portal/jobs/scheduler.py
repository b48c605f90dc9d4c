"""The scheduler process: APScheduler calls the jobs on time, but only in the one process that holds the lease.

A watching thread renews the lease, takes the wishes of people, and notices when the clock jumps: APScheduler plans by
the clock on the wall, so after a jump every job is planned anew. What matters here is measured with a clock that cannot
jump.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.engine import Engine

from portal import db
from portal.clock import utc_now
from portal.db import random_ref
from portal.jobs import lease, queries, requests, runs
from portal.jobs.rules import TERM, kind_of, next_at, was_missed
from portal.jobs.schedule import JOBS, Job, Work
from portal.settings import Settings

log = structlog.get_logger()
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a run is longer than its interval is no news
TICK_SECONDS = 1.0
RENEW_SECONDS = TERM.total_seconds() / 4
JUMP_SECONDS = 3.0


class Scheduler:
    """Runs the schedule while this process leads. `start` and `stop` may each be called once."""

    def __init__(
        self,
        engine: Engine,
        *,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
        jobs: tuple[Job, ...] = JOBS,
        worker: str | None = None,
    ) -> None:
        self.engine, self.settings, self.clock, self.jobs = engine, settings, clock, jobs
        self.worker = worker or f"{socket.gethostname()}:{os.getpid()}:{random_ref('W')}"
        self.fence: int | None = None
        self._renewed = 0.0
        self._offset = self._wall_offset()
        self._asked: dict[str, str] = {}
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="candour-scheduler", daemon=True)
        self._plan = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(len(jobs))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    @property
    def leads(self) -> bool:
        """Whether this process may run jobs: it holds the lease and has said so within the term."""
        return self.fence is not None and time.monotonic() - self._renewed < TERM.total_seconds()

    def start(self) -> None:
        """Begin: lead if nobody does, else stand by."""
        for job in self.jobs:
            self._plan.add_job(self._run, self._trigger(job), args=[job], id=job.name)
        self._plan.start()
        self._watcher.start()

    def stop(self) -> None:
        """Let running jobs finish the batch they are at, then hand leadership back."""
        self._stopping.set()
        self._watcher.join()
        self._plan.shutdown(wait=True)
        if self.fence is not None:
            with db.writing(self.engine) as session:
                lease.give_up(session, self.worker, self.fence, now=self.clock())
            self.fence = None

    def tick(self) -> None:
        """What the watching thread does every second."""
        if abs(self._wall_offset() - self._offset) > JUMP_SECONDS:
            self._offset = self._wall_offset()
            log.warning("the clock jumped, every job is planned anew")
            self._run_all_now()
        if self.fence is None:
            self._try_to_lead()
        elif time.monotonic() - self._renewed >= RENEW_SECONDS:
            self._stay()
        if self.leads:
            self._take_wishes()

    def should_stop(self) -> bool:
        """Told to jobs between batches."""
        return self._stopping.is_set() or not self.leads

    def _watch(self) -> None:
        while True:
            try:
                self.tick()
            except Exception as error:  # a database that is away is waited out; leadership lapses by itself
                log.warning("the scheduler could not do its round", error=kind_of(error))
            if self._stopping.wait(TICK_SECONDS):
                return

    def _try_to_lead(self) -> None:
        now = self.clock()
        with db.reading(self.engine) as session:
            if not lease.seems_free(session, now=now):
                return
        asked_at = time.monotonic()
        with db.writing(self.engine) as session:
            fence = lease.take(session, self.worker, now=now)
            if fence is None:
                return
            abandoned = runs.mark_abandoned(session, fence=fence, now=now)
        self.fence, self._renewed = fence, asked_at
        log.info("this process leads the schedule", fence=fence, abandoned=abandoned)
        self._run_all_now()

    def _stay(self) -> None:
        asked_at = time.monotonic()
        with db.writing(self.engine) as session:
            kept = lease.keep(session, self.worker, self.fence or 0, now=self.clock())
        if kept:
            self._renewed = asked_at
        else:
            self.fence = None
            log.warning("another process has taken over the schedule")

    def _take_wishes(self) -> None:
        with db.reading(self.engine) as session:
            if not requests.any_waiting(session):
                return
        with db.writing(self.engine) as session:
            wishes = {wish.job: wish.asked_by for wish in requests.take(session, now=self.clock())}
        self._asked.update(wishes)
        for name in wishes:
            self._run_soon(name)

    def _trigger(self, job: Job) -> BaseTrigger:
        if job.at is None:
            return IntervalTrigger(seconds=job.every(self.settings), timezone="UTC")
        return CronTrigger(hour=job.at.hour, minute=job.at.minute, timezone=self.settings.default_zone)

    def _run_all_now(self) -> None:
        """Every job at once; one that waits for its hour only when it missed it."""
        with db.reading(self.engine) as session:
            last = queries.last_runs(session)
        now, zone = self.clock(), self.settings.default_zone
        for job in self.jobs:
            ran = last.get(job.name)
            if job.at is None or was_missed(job.at, zone, ran.started_at if ran else None, now):
                self._run_soon(job.name)
            else:
                self._run_soon(job.name, next_at(job.at, zone, now))

    def _run_soon(self, name: str, at: datetime | None = None) -> None:
        planned = self._plan.get_job(name)
        if planned is not None:
            planned.modify(next_run_time=at or utc_now())

    def _run(self, job: Job) -> None:
        """Run a job for the schedule, and again for each person who asked meanwhile."""
        by = self._asked.pop(job.name, "schedule")
        while not self.should_stop():
            work = Work(self.engine, self.settings, self.clock, self.worker, self.should_stop)
            try:
                runs.run(job, work, by=by, fence=self.fence)
            except Exception as error:  # not even the run could be written down: wait for the next turn
                log.error("a run could not be recorded", job=job.name, error=kind_of(error))
                return
            if job.name not in self._asked:
                return
            by = self._asked.pop(job.name)

    def _wall_offset(self) -> float:
        """Difference between the clock on the wall and one that cannot jump, in seconds."""
        return utc_now().timestamp() - time.monotonic()
