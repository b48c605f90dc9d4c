"""Plays what customers answered about their data, and how they want to hear from the bank."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal import consent, privacy
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import NewEntry
from portal.demo.company import actor
from portal.demo.consents import Choice, Visit
from portal.demo.persons import Person
from portal.demo.timeline import Act, World

LEILA = "leila@example.org"
PLACE = "me/consent"
ACTS = {"give": "give", "refuse": "withdraw", "withdraw": "withdraw", "object": "object"}
CAST_PREFERENCES: dict[str, dict[str, Any]] = {
    "ada": {"time_zone": "Europe/Rome", "quiet_from": time(21), "quiet_until": time(8), "channel": "in_app"},
    "ben": {"max_per_week": 1, "channel": "email"},
    "cleo": {"quiet_from": time(23), "quiet_until": time(10), "channel": "in_app", "digest": "weekly"},
}


def acts(visits: Sequence[Visit], people: Sequence[Person], now: datetime, rng: random.Random) -> list[Act]:
    """Every answer, and the preferences of those who said theirs."""
    made = [Act(visit.at, partial(_visit, visit)) for visit in visits]
    first = {visit.person.key: visit.at for visit in reversed(visits)}
    for person in people:
        values = CAST_PREFERENCES.get(person.key) or (_preferences(rng) if rng.random() < 0.3 else None)
        if values and person.key in first:
            at = first[person.key] + timedelta(minutes=rng.uniform(1, 9))
            made.append(Act(at, partial(_prefer, person, values)))
    return made


def _preferences(rng: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {"channel": rng.choice(("email", "in_app", "post", "phone"))}
    if rng.random() < 0.4:
        values |= {"quiet_from": time(rng.choice((19, 20, 21))), "quiet_until": time(rng.choice((8, 9, 10)))}
    if rng.random() < 0.3:
        values["max_per_week"] = rng.choice((1, 1, 2))
    return values


def _prefer(person: Person, values: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    consent.set_preference(session, world.customer(session, person.key), now=now, **values)


def _visit(visit: Visit, session: Session, world: World, now: datetime) -> None:
    customer = world.customer(session, visit.person.key)
    if visit.pause_days:
        until = now.date() + timedelta(days=visit.pause_days)
        consent.pause(session, customer, until=until, now=now, actor=customer.name)
    elif visit.method == "import":
        for choice in visit.choices:
            _bring_in(session, customer, choice, now)
    else:
        _answer(visit, session, world, customer, now)


def _answer(visit: Visit, session: Session, world: World, customer: Customer, now: datetime) -> None:
    if visit.method == "web_form":
        for choice in visit.choices:
            notice = consent.current_notice(session, choice.purpose, "en", now=now)
            if notice is not None:
                consent.serve(session, customer.id, notice, PLACE, now)
        who = Actor("customer", None, customer.name)
        seen = consent.head(session, customer.id)
    else:
        who, seen = actor(session, world, LEILA), None
    changes = [
        privacy.CellChange(purpose=choice.purpose, act=ACTS[choice.answer], channel=choice.channel, topic=choice.topic)
        for choice in visit.choices
    ]
    privacy.change_consent(
        session,
        customer,
        changes,
        actor=who,
        method=visit.method,
        expected_seq=seen,
        now=now,
        earlier_words=visit.earlier_words,
    )


def _bring_in(session: Session, customer: Customer, choice: Choice, now: datetime) -> None:
    """A flag from an older system, without the words that were shown: kept, and it allows nothing."""
    entry = NewEntry(
        purpose=choice.purpose,
        action="imported",
        actor_type="team",
        actor="import",
        method="import",
        source_system="old core banking",
    )
    consent.record(session, customer, entry, now=now)
