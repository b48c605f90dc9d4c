"""Plays what the analyst and the team set up: segments, rules that follow from them, entitlements given and used."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from portal import entitlements, outreach, segments, treatment
from portal.audit import Actor
from portal.demo.company import BEGAN_DAYS
from portal.demo.consents import at_home
from portal.demo.persons import Person, written
from portal.demo.timeline import Act, World
from portal.errors import Conflict

OMAR, PRIYA, LEILA = "omar@example.org", "priya@example.org", "leila@example.org"
INES = "ines@example.org"
TRIED, APPROVED, STARTED = timedelta(hours=-7), timedelta(hours=-5), timedelta(hours=-4)
"""When a campaign was tried, approved and started, before the jobs of its day ran."""
# When Ada sent money to her sister without the fee: days ago, and the time in Rome.
ADA_SENT = ((6, time(12, 41)), (4, time(18, 7)), (1, time(9, 22)))
STUDENT_WHY = "You study: your account costs nothing for a year."
LOUNGE_WHY = "Your card comes with four lounge visits a year, for you or somebody with you."
SAVER_WHY = "You opened Tide savings while it paid extra interest for the first six months."


def acts(people: Sequence[Person], now: datetime, rng: random.Random) -> list[Act]:
    """Everything that was defined, retired, granted by hand and used."""
    plan = written("groups")
    made = [
        Act(now - timedelta(days=BEGAN_DAYS), partial(_template, message)) for message in written("messages")["message"]
    ]
    for segment in plan["segment"]:
        made.append(Act(now - timedelta(days=segment["days_ago"]), partial(_segment, segment)))
        if "retired_days" in segment:
            made.append(Act(now - timedelta(days=segment["retired_days"]), partial(_retire, segment["key"])))
    made += [Act(now - timedelta(days=rule["days_ago"]), partial(_rule, rule)) for rule in plan["rule"]]
    for asked in plan["asked"]:
        began = datetime.combine(now.date() - timedelta(days=asked["days_ago"]), time(11, 0), now.tzinfo)
        made.append(Act(began + TRIED, partial(_campaign, asked)))
        for after, who, act in ((APPROVED, INES, "approve"), (STARTED, OMAR, "start")):
            made.append(Act(began + after, partial(_move, asked["key"], who, act)))
    for person in people:
        made += _given(person, now, rng)
        if "fees" in person.themes and person.key != "ada":  # sent abroad; free where a free transfer was left
            made += [
                Act(
                    now - timedelta(days=rng.uniform(0.2, 100)),
                    partial(_use, person.key, "free_transfers", f"sent:{number}"),
                )
                for number in range(rng.randint(0, 5))
            ]
    ada = next(person for person in people if person.key == "ada")
    made += [
        Act(at_home(ada, now, days, at), partial(_use, "ada", "free_transfers", f"transfer:{number}"))
        for number, (days, at) in enumerate(ADA_SENT)
    ]
    return made


def _given(person: Person, now: datetime, rng: random.Random) -> list[Act]:
    """What comes with a product, for those who opened it of late, and what they used of it."""
    made = []
    for product, since in person.products:
        days = (now.date() - since).days
        if product == "student_account" and days < 365:
            made.append(Act(now - timedelta(days=days - 0.5), partial(_grant, person, "fee_waiver", STUDENT_WHY)))
        elif product == "credit_card" and days < 365 and "travel" in person.themes:
            made.append(Act(now - timedelta(days=days - 0.5), partial(_grant, person, "lounge_visits", LOUNGE_WHY)))
            if person.key != "cleo":
                uses = (
                    sorted((rng.uniform(0.5, days - 1) for _ in range(rng.randint(0, 3))), reverse=True)
                    if days > 3
                    else []
                )
                made += [
                    Act(now - timedelta(days=ago), partial(_use, person.key, "lounge_visits", f"door:{number}"))
                    for number, ago in enumerate(uses)
                ]
        elif product == "savings" and days < 184:
            made.append(Act(now - timedelta(days=days - 0.5), partial(_grant, person, "preferential_rate", SAVER_WHY)))
    return made


def _template(message: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    topic = "*" if message["topic"] == "none" else message["topic"]
    outreach.add_template(
        session,
        key=message["key"],
        message_class=message["class"],
        purpose=message["purpose"],
        topic=topic,
        channel=message["channel"],
        subject=message["subject"],
        text=message["text"],
        data_used=message["data"],
        by=world.account(session, PRIYA).name,
        now=now,
    )


def _segment(segment: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    by = world.account(session, OMAR).name
    segments.define(
        session, key=segment["key"], name=segment["name"], why=segment["why"], tree=segment["tree"], by=by, now=now
    )
    if not segment.get("draft"):
        segments.go_live(session, segment["key"], now=now)


def _retire(key: str, session: Session, _world: World, now: datetime) -> None:
    segments.retire(session, key, now=now)


def _rule(rule: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    omar, goes_live = world.account(session, OMAR), not rule.get("draft")
    made = treatment.add_rule(
        session,
        key=rule["key"],
        name=rule["name"],
        sentence=rule["sentence"],
        kind=rule["kind"],
        segment_key=rule["segment"],
        benefit_key=rule.get("benefit"),
        template_key=rule.get("template"),
        by=omar.name,
        author_id=omar.id,
        now=now,
    )
    if goes_live and made.kind == "grant":
        treatment.switch_rule(session, made.key, to="live")
    elif goes_live:
        ines = world.account(session, INES)
        by = Actor("team", ines.id, ines.name)
        treatment.approve_rule(session, made.key, version=made.version, by=by, now=now + timedelta(hours=3))


def _campaign(asked: dict[str, Any], session: Session, world: World, now: datetime) -> None:
    omar = world.account(session, OMAR)
    by = Actor("team", omar.id, omar.name)
    names = ("key", "name", "reason", "control_percent", "product_line", "cross_sell")
    outreach.draft_campaign(
        session, segment_key=asked["segment"], template_key=asked["template"], priority=1, starts_on=now.date(),
        ends_on=now.date() + timedelta(days=asked["lasts_days"]), zone=world.settings.default_zone, author=by, now=now,
        **{name: asked[name] for name in names},
    )  # fmt: skip
    outreach.run_trial(session, asked["key"], by=by, now=now)


def _move(key: str, who: str, act: str, session: Session, world: World, now: datetime) -> None:
    account = world.account(session, who)
    outreach.move_campaign(session, key, act, by=Actor("team", account.id, account.name), now=now)


def _grant(person: Person, benefit: str, why: str, session: Session, world: World, now: datetime) -> None:
    kind = entitlements.benefit(session, benefit)
    entitlements.grant(
        session,
        world.customers[person.key],
        benefit,
        valid_from=now,
        valid_until=entitlements.usual_end(kind, now),
        source="product",
        source_ref=benefit,
        why=why,
        dedupe_key=f"product:{person.external_ref}:{benefit}",
        now=now,
    )


def _use(key: str, benefit: str, what: str, session: Session, world: World, now: datetime) -> None:
    try:
        entitlements.use(
            session,
            world.customers[key],
            benefit,
            1,
            key=f"{what}:{world.customers[key]}",
            by="Harbour Bank core",
            now=now,
        )
    except Conflict:
        return  # nothing left, so the fee was taken as usual
