"""What the team of the demo company recorded on the last day: what holds contact back, a register, a file, a twin."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from portal import accounts, importing, treatment
from portal.demo.company import actor
from portal.demo.persons import Person
from portal.demo.timeline import Act, World, is_cast

INES, OMAR, PRIYA = "ines@example.org", "omar@example.org", "Priya"
MARKED = (
    ("vulnerable", "Call of 12 November, recording 4471"),
    ("court", "Order 17 C 204, in the safe of the branch"),
    ("guardian", "Certificate of guardianship 88, seen in the branch"),
)
NUMBERS = ("+44 20 7946 0100", "+44 20 7946 0101", "+39 06 555 0102")
"""Numbers that are given to nobody."""
HEADER = "customer,purpose,answer,at,source,wording,evidence"


def acts(people: Sequence[Person], now: datetime) -> list[Act]:
    """All of it in the last minutes, so that nothing of the two years before depends on it."""
    others = [person for person in people if not is_cast(person) and person.language == "en"]
    marked = [Act(now - timedelta(minutes=9), partial(_mark, *each)) for each in zip(others, MARKED, strict=False)]
    return [
        *marked,
        Act(now - timedelta(minutes=8), _register),
        Act(now - timedelta(minutes=7), partial(_file, others[:12])),
        Act(now - timedelta(minutes=6), partial(_twin, others[-1:])),
        Act(now - timedelta(minutes=5), _draft),
    ]


def _mark(person: Person, mark: tuple[str, str], session: Session, world: World, now: datetime) -> None:
    kind, note = mark
    treatment.set_mark(session, world.customers[person.key], kind, note=note, by=PRIYA, now=now)


def _register(session: Session, world: World, now: datetime) -> None:
    copy = treatment.LineList(NUMBERS, name="TPS", taken_at=now - timedelta(days=3))
    treatment.import_register(session, copy, by=actor(session, world, INES).name, now=now)


def _file(people: Sequence[Person], session: Session, world: World, now: datetime) -> None:
    """Consents from a system of before, to be looked at: the background works out the difference once it runs."""
    day = (now - timedelta(days=40)).date().isoformat()
    said = ("yes", "no", "yes")
    rows = [
        f"{person.email},marketing,{said[number % 3]},{day},Branch cards,1,card {1000 + number}"
        if number % 4
        else f"{person.email},research,yes,,,,"
        for number, person in enumerate(people)
    ]
    content = "\n".join([HEADER, *rows, f"somebody@example.org,marketing,no,{day},,,", ""]).encode()
    importing.take_in(
        session, name="branch-cards-2026.csv", content=content, columns={}, by=actor(session, world, INES).name, now=now
    )


def _twin(people: Sequence[Person], session: Session, world: World, now: datetime) -> None:
    """One person who is in the books twice, as somebody typed another form of their address."""
    for person in people:
        local, _at, domain = person.email.partition("@")
        accounts.add_customer(
            session, name=person.name, email=f"{local}+bank@{domain}", country=person.country, now=now,
            time_zone=person.time_zone,
        )  # fmt: skip


def _draft(session: Session, world: World, now: datetime) -> None:
    settings = {**treatment.whole(treatment.policy_in_force(session).settings), "cooldown_days": 21}
    why = "Three weeks of quiet after bad words instead of two: what would we not have sent?"
    treatment.draft_policy(session, settings, author=actor(session, world, OMAR), note=why, now=now)
