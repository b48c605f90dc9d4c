"""The schedule as data: which jobs there are, how often they run, and what they do, in order.

A step is a function of a capability, `(engine, *, clock, worker, should_stop) -> (done, failed)`, safe with several
processes, which goes on until nothing is left for it to do, and then returns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy.engine import Engine

from portal import (
    consent,
    downstream,
    entitlements,
    ideas,
    importing,
    insight,
    mail,
    needs,
    outreach,
    privacy,
    segments,
    treatment,
)
from portal.errors import NotFound
from portal.jobs import tidying
from portal.jobs.rules import next_at
from portal.sentences import Sentence
from portal.settings import Settings

Counts = tuple[int, int]


@dataclass(frozen=True)
class Work:
    """What a step is given: where to work, as whom, and how to learn that it should stop."""

    engine: Engine
    settings: Settings
    clock: Callable[[], datetime]
    worker: str
    should_stop: Callable[[], bool]

    @property
    def terms(self) -> dict[str, Any]:
        """The arguments every job function takes."""
        return {"clock": self.clock, "worker": self.worker, "should_stop": self.should_stop}


@dataclass(frozen=True)
class Job:
    """One entry of the schedule. `every` gives the seconds between runs; `at` the time of day it waits for, if any."""

    name: str
    every: Callable[[Settings], int]
    steps: tuple[Callable[[Work], Counts], ...]
    at: time | None = None


def _read(work: Work) -> Counts:
    by = work.settings
    return needs.read_together(work.engine, **work.terms, limit=by.read_batch, processes=by.read_workers)


def _reread(work: Work) -> Counts:
    return needs.reread(work.engine, **work.terms)


def _index_messages(work: Work) -> Counts:
    return needs.index_missing(work.engine, **work.terms)


def _index_ideas(work: Work) -> Counts:
    return ideas.index_missing(work.engine, **work.terms)


def _fill_queue(work: Work) -> Counts:
    return needs.fill_queue(work.engine, **work.terms)


def _learn(work: Work) -> Counts:
    return needs.learn(work.engine, **work.terms)


def _place(work: Work) -> Counts:
    return segments.place_customers(work.engine, **work.terms)


def _grant(work: Work) -> Counts:
    return treatment.reconcile_grants(work.engine, **work.terms)


def _intend(work: Work) -> Counts:
    return outreach.intend_from_rules(work.engine, **work.terms)


def _run_campaigns(work: Work) -> Counts:
    return outreach.run_campaigns(work.engine, settings=work.settings, **work.terms)


def _tell_outcomes(work: Work) -> Counts:
    return outreach.tell_outcomes(work.engine, **work.terms)


def _tell_answers(work: Work) -> Counts:
    return outreach.tell_answers(work.engine, **work.terms)


def _send_due(work: Work) -> Counts:
    return outreach.send_due(work.engine, settings=work.settings, **work.terms)


def _send_mail(work: Work) -> Counts:
    may_leave = outreach.may_leave(work.engine)
    return mail.send_waiting(work.engine, settings=work.settings, may_leave=may_leave, **work.terms)


def _deliver_webhooks(work: Work) -> Counts:
    return downstream.deliver_webhooks(work.engine, settings=work.settings, **work.terms)


def _expire_entitlements(work: Work) -> Counts:
    return entitlements.expire_due(work.engine, **work.terms)


def _expire_consents(work: Work) -> Counts:
    return privacy.expire_consents(work.engine, **work.terms)


def _measure_trust(work: Work) -> Counts:
    return treatment.measure_trust(work.engine, **work.terms)


def _count_campaigns(work: Work) -> Counts:
    return treatment.count_campaigns(work.engine, **work.terms)


def _measure_indicators(work: Work) -> Counts:
    limits = insight.limits_from(work.settings.trust_limits)
    return insight.measure_indicators(work.engine, limits=limits, **work.terms)


def _audit_decisions(work: Work) -> Counts:
    return insight.audit_decisions(work.engine, **work.terms)


def _warn_of_ends(work: Work) -> Counts:
    return privacy.warn_before_end(work.engine, settings=work.settings, **work.terms)


def _erase_due(work: Work) -> Counts:
    return privacy.erase_due(work.engine, settings=work.settings, **work.terms)


def _alarm_requests(work: Work) -> Counts:
    return privacy.alarm_requests(work.engine, settings=work.settings, **work.terms)


def _sign_heads(work: Work) -> Counts:
    return consent.sign_heads(work.engine, settings=work.settings, **work.terms)


def _bring_in_consents(work: Work) -> Counts:
    return importing.work_on_batches(work.engine, settings=work.settings, **work.terms)


def _tidy(work: Work) -> Counts:
    return tidying.tidy(work.engine, **work.terms)


AT_NIGHT = time(2, 0)
"""When models are trained, by the clock of the portal's own time zone: what people say in a day counts the next one."""

JOBS: tuple[Job, ...] = (
    Job("read-messages", lambda settings: settings.read_every_seconds, (_read,)),
    Job("place-customers", lambda _settings: 10, (_place,)),
    Job("reconcile-entitlements", lambda _settings: 15, (_grant,)),
    Job("send-outbox", lambda _settings: 5, (_intend, _tell_outcomes, _tell_answers, _send_due, _send_mail)),
    Job("deliver-webhooks", lambda _settings: 5, (_deliver_webhooks,)),
    Job("run-campaigns", lambda _settings: 10, (_run_campaigns,)),
    Job("reread", lambda _settings: 15, (_reread,)),
    Job("index-texts", lambda _settings: 60, (_index_messages, _index_ideas)),
    Job("fill-queue", lambda _settings: 3_600, (_fill_queue,)),
    Job("learn", lambda _settings: 86_400, (_learn,), at=AT_NIGHT),
    Job("measure-trust", lambda _settings: 300, (_measure_trust, _count_campaigns)),
    Job("measure-indicators", lambda _settings: 3_600, (_measure_indicators,)),
    Job("audit-decisions", lambda _settings: 3_600, (_audit_decisions,)),
    Job("import-consents", lambda _settings: 5, (_bring_in_consents,)),
    Job("erase-due", lambda _settings: 600, (_erase_due,)),
    Job("watch-requests", lambda _settings: 600, (_alarm_requests,)),
    Job("sign-heads", lambda _settings: 3_600, (_sign_heads,)),
    Job("expire", lambda _settings: 600, (_expire_entitlements, _expire_consents, _warn_of_ends, _tidy)),
)


def next_run(job: Job, settings: Settings, now: datetime) -> datetime:
    """When a job that waits for an hour of the day is due next."""
    if job.at is None:
        raise ValueError(f"{job.name} waits for no hour of the day")
    return next_at(job.at, settings.default_zone, now)


def job_named(name: str, jobs: tuple[Job, ...] = JOBS) -> Job:
    """The job called `name`.

    :raises NotFound: when there is none; the message lists those there are.
    """
    for job in jobs:
        if job.name == name:
            return job
    names = ", ".join(job.name for job in jobs)
    raise NotFound(
        Sentence("There is no job called %(name)s. There are: %(names)s.", name=name, names=names), code="no-such-job"
    )
