"""Loads the demo company: plans two years, then lives them again in order, with the background jobs running in between.

Everything goes through the same actions as in the portal, with the `now` of that day, so that every invariant holds.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import audit, db, entitlements, live, mail, needs, outreach, privacy, segments, treatment
from portal.accounts.models import Customer
from portal.demo import agreed, backed, company, contacted, groups, recorded, reviewed, said, told
from portal.demo.calendar import threads as all_threads
from portal.demo.company import BEGAN_DAYS
from portal.demo.consents import visits as all_visits
from portal.demo.persons import everybody
from portal.demo.talks import Talk, all_talks
from portal.demo.timeline import Act, World, by_time
from portal.errors import Conflict
from portal.settings import Settings

SEED = "harbour-bank-26"
LOADED = "demo.loaded"
WORKER = "demo"
MIDDAY = time(11, 0)
NIGHT = time(2, 0)
# How the jobs ran: up to so many days ago, every so many days. Further back nobody had said anything yet.
STEPS = ((760, BEGAN_DAYS), (420, 30), (120, 14), (15, 7), (0, 1))

Progress = Callable[[str, int, int], object]
"""Told the name of the step, how much of it is done, and how much there is."""


def quiet(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def is_loaded(engine: Engine) -> bool:
    """Whether the demo company was loaded to the end."""
    entry = audit.AuditEntry
    with db.reading(engine) as session:
        return session.scalar(sa.select(entry.id).where(entry.act == LOADED).limit(1)) is not None


def load(
    engine: Engine,
    *,
    settings: Settings,
    now: datetime,
    progress: Progress = quiet,
    scale: float = 1.0,
    seed: str = SEED,
) -> None:
    """Bring the demo company into an empty, migrated database. The same seed and `now` give the same data.

    :param now: the moment at which the two years end; everything is dated relative to it.
    :param scale: share of the customers and conversations, 0…1; the cast is always whole.
    :raises Conflict: code `not-empty`, when there are customers already (also after a load that was broken off).
    """
    with db.reading(engine) as session:
        if session.scalar(sa.select(Customer.id).limit(1)) is not None:
            raise Conflict(
                "There are customers in this database already. The demo company needs an empty one: `make demo-reset`.",
                code="not-empty",
            )
    world, acts = World(settings), plan(now, scale=scale, seed=seed)
    days = list(evenings(now))
    settings = replace(settings, smtp_url="")  # nobody at example.org shall get mail
    done = 0
    for number, until in enumerate(days, 1):
        upto = next((place for place in range(done, len(acts)) if acts[place].at > until), len(acts))
        _live(engine, world, acts[done:upto])
        done = upto
        _run_jobs(engine, settings, until, now)
        _review(engine, until, now)
        progress("Two years at Harbour Bank", number, len(days))
    with db.writing(engine) as session:
        live.forget(session, now)  # no page was open in those two years
        audit.record(session, act=LOADED, now=now, detail={"seed": seed})


def plan(now: datetime, *, scale: float = 1.0, seed: str = SEED) -> list[Act]:
    """Everything that happened, oldest first."""
    people = everybody(now.date(), random.Random(f"{seed}:people"), scale=scale)
    threads = all_threads(_some(all_talks(), scale), people, now, random.Random(f"{seed}:threads"))
    first_words = {thread.person.key: thread.opened_at for thread in reversed(threads)}
    visits = all_visits(people, first_words, now, random.Random(f"{seed}:consents"))
    acts = company.acts(people, now)
    acts += agreed.acts(visits, people, now, random.Random(f"{seed}:preferences"))
    acts += said.acts(threads, now, random.Random(f"{seed}:promises"))
    acts += backed.acts(people, now, random.Random(f"{seed}:ideas"))
    acts += groups.acts(people, now, random.Random(f"{seed}:groups"))
    acts += contacted.acts(people, threads, now, random.Random(f"{seed}:contacts"))
    acts += told.acts(now)
    acts += recorded.acts(people, now)
    return by_time([act for act in acts if act.at <= now])


def _some(talks: list[Talk], scale: float) -> list[Talk]:
    """The cast's conversations, and every so many of the others."""
    every = max(1, round(1 / scale))
    return [talk for number, talk in enumerate(talks) if talk.person is not None or number % every == 0]


def evenings(now: datetime) -> Iterator[datetime]:
    """The moments at which the background jobs ran, oldest first; the last is `now`."""
    days = BEGAN_DAYS
    for limit, step in STEPS:
        while days > limit:
            days = max(limit, days - step)
            if days:
                yield datetime.combine(now.date() - timedelta(days=days), MIDDAY, now.tzinfo)
    yield now


def _review(engine: Engine, until: datetime, now: datetime) -> None:
    """What was said of messages on that day; a model learned from it in the night before today."""
    days = (now.date() - until.date()).days
    if until == now:
        reviewed.begin_today(engine, now)
    elif days <= reviewed.DAYS:
        reviewed.go_through(engine, until)
        if days == 1:
            reviewed.learn(engine, min(now, datetime.combine(now.date(), NIGHT, now.tzinfo)))


def _live(engine: Engine, world: World, acts: list[Act]) -> None:
    with db.writing(engine) as session:
        for act in acts:
            act.do(session, world, act.at)


def _run_jobs(engine: Engine, settings: Settings, until: datetime, now: datetime) -> None:
    def clock() -> datetime:
        return until

    needs.read_waiting(engine, clock=clock, worker=WORKER)
    segments.place_customers(engine, clock=clock, worker=WORKER)
    treatment.reconcile_grants(engine, clock=clock, worker=WORKER)
    outreach.run_campaigns(engine, settings=settings, clock=clock, worker=WORKER)
    outreach.intend_from_rules(engine, clock=clock, worker=WORKER)
    outreach.tell_outcomes(engine, clock=clock, worker=WORKER)
    outreach.tell_answers(engine, clock=clock, worker=WORKER)
    outreach.send_due(engine, settings=settings, clock=clock, worker=WORKER)
    entitlements.expire_due(engine, clock=clock, worker=WORKER)
    privacy.expire_consents(engine, clock=clock, worker=WORKER)
    mail.send_waiting(engine, settings=settings, clock=clock, worker=WORKER)
