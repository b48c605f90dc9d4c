"""Purposes, their channels and topics: what an administrator adds, names, changes and retires."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit, db
from portal.consent.carrying import check_carried, usual
from portal.consent.models import CellPart, Notice, Purpose
from portal.consent.parts import CHANNEL, NAMES, TOPIC, Part, parts_of, stored
from portal.errors import Conflict, Invalid, NotFound


def add_purpose(session: Session, *, now: datetime, by: audit.Actor = audit.PORTAL, **values: Any) -> Purpose:
    """Add a purpose.

    :param values: the columns of `Purpose`: `key`, `sentence`, `lawful_basis`, `data_used`, `recipients`,
        `retention_days`, `honours_gpc`, `asks`, and optionally `position`, `expires_months`, `channels`, `topics`,
        `carries`; without the last, it carries what is `usual`.
    :raises Conflict: code `purpose-exists`. :raises Invalid: code `not-owed`, see `check_carried`.
    """
    if values.get("position") is None:
        values["position"] = (session.scalar(select(func.max(Purpose.position))) or 0) + 1
    if values.get("carries") is None:
        values["carries"] = list(usual(values["key"], asks=values["asks"]))
    purpose = Purpose(**values, created_at=now)
    check_carried(purpose)
    try:
        with session.begin_nested():
            session.add(purpose)
            session.flush()
    except IntegrityError:
        raise Conflict("There is already a purpose with this key.", code="purpose-exists") from None
    for kind, keys in ((CHANNEL, purpose.channels), (TOPIC, purpose.topics)):
        for key in keys or ():
            name_part(session, kind, key, None, now=now)
    audit.record(session, act="purpose.added", by=by, subject=f"purpose:{purpose.key}", now=now)
    return purpose


def heed_gpc(session: Session, key: str, heeds: bool, *, now: datetime, by: audit.Actor) -> Purpose:
    """Say whether the browser's signal (Global Privacy Control) counts as an objection to a purpose.

    What was recorded before stays: an objection is lifted by its customer only.
    """
    purpose = _locked(session, key)
    if purpose.honours_gpc != heeds:
        purpose.honours_gpc = heeds
        audit.record(session, act="purpose.gpc", by=by, subject=f"purpose:{key}", detail={"heeds": heeds}, now=now)
    return purpose


def retire_purpose(session: Session, key: str, *, now: datetime, by: audit.Actor) -> Purpose:
    """Stop using a purpose: it allows nothing from now on. The ledger keeps what was said."""
    purpose = _locked(session, key)
    if purpose.retired_at is None:
        purpose.retired_at = now
        audit.record(session, act="purpose.retired", by=by, subject=f"purpose:{key}", now=now)
    return purpose


def amend_purpose(
    session: Session, key: str, *, lawful_basis: str, retention_days: int, expires_months: int, now: datetime,
    by: audit.Actor,
) -> Purpose:  # fmt: skip
    """Change how long things are kept and how long a yes lasts, and, before any words are published, the ground.

    How long a yes lasts holds for what is said from now on; earlier ones keep the end they were given with.

    :raises Invalid: code `published`, when words were published and the ground would change or things be kept longer
        than people were told.
    """
    purpose = _locked(session, key)
    asked = {"lawful_basis": lawful_basis, "retention_days": retention_days, "expires_months": expires_months}
    changed = {name: [getattr(purpose, name), to] for name, to in asked.items() if getattr(purpose, name) != to}
    published = select(Notice.id).where(Notice.purpose_key == key, Notice.published_at.is_not(None)).limit(1)
    if ("lawful_basis" in changed or retention_days > purpose.retention_days) and session.scalar(published):
        raise Invalid(
            "Words are published: the ground stays, and nothing is kept longer than people were told.", code="published"
        )
    for name, (_before, to) in changed.items():
        setattr(purpose, name, to)
    if changed:
        audit.record(session, act="purpose.amended", by=by, subject=f"purpose:{key}", detail=changed, now=now)
    return purpose


_PARTS = select(CellPart).order_by(CellPart.kind, CellPart.position, CellPart.key)


def cell_parts(session: Session) -> Sequence[CellPart]:
    """Every channel and topic with its words, in their order."""
    return session.scalars(_PARTS).all()


def name_part(
    session: Session, kind: str, key: str, name: str | None, *, now: datetime, by: audit.Actor = audit.PORTAL
) -> CellPart:
    """Give a channel or topic the words people read, wherever it is named; it is made when there is none yet.

    :param name: the words; None leaves those it has.
    """
    here = select(CellPart).where(CellPart.kind == kind, CellPart.key == key)
    part = session.scalars(here).one_or_none()
    if part is None:
        last = select(func.coalesce(func.max(CellPart.position), 0)).where(CellPart.kind == kind)
        name = name or NAMES[kind].get(key, key)
        row = {"kind": kind, "key": key, "name": name, "position": (session.scalar(last) or 0) + 1, "created_at": now}
        db.insert_new(session, CellPart, [row])
        part = session.scalars(here).one()
    elif name and name != part.name:
        audit.record(
            session, act="part.named", by=by, subject=f"{kind}:{key}", detail={"from": part.name, "to": name}, now=now
        )
        part.name = name
    return part


def add_part(
    session: Session, purpose_key: str, kind: str, key: str, *, name: str, now: datetime, by: audit.Actor
) -> Purpose:
    """Add a channel or topic to a purpose. Nobody has been asked about it: a yes said before does not cover it.

    :raises Conflict: code `part-exists`; it is there, or was retired, which is for good.
    """
    purpose = _locked(session, purpose_key)
    parts = parts_of(purpose.part_dates)
    if purpose.retired_at is not None:
        raise Conflict("This purpose is retired.", code="retired")
    if key in _listed(purpose, kind) or any((one.kind, one.key) == (kind, key) for one in parts):
        raise Conflict("This purpose has it, or had it: what is retired does not come back.", code="part-exists")
    name_part(session, kind, key, name, now=now, by=by)
    _list(purpose, kind, [*_listed(purpose, kind), key])
    purpose.part_dates = stored([*parts, Part(kind, key, added_at=now)])
    _note(session, "purpose.part-added", purpose, kind, key, now, by)
    return purpose


def retire_part(session: Session, purpose_key: str, kind: str, key: str, *, now: datetime, by: audit.Actor) -> Purpose:
    """Take a channel or topic from a purpose: it is asked no more and allows nothing. The ledger keeps what was said.

    :raises NotFound: the purpose has no such channel or topic.
    :raises Invalid: code `last-channel`: without any, a purpose would not be held by a pause.
    """
    purpose = _locked(session, purpose_key)
    listed = _listed(purpose, kind)
    if key not in listed:
        raise NotFound("This purpose has no such channel or topic.")
    if kind == CHANNEL and len(listed) == 1:
        raise Invalid("This is its last channel. Retire the purpose instead.", code="last-channel")
    parts = {(one.kind, one.key): one for one in parts_of(purpose.part_dates)}
    parts[kind, key] = replace(parts.get((kind, key), Part(kind, key)), retired_at=now)
    _list(purpose, kind, [one for one in listed if one != key])
    purpose.part_dates = stored(list(parts.values()))
    _note(session, "purpose.part-retired", purpose, kind, key, now, by)
    return purpose


def _locked(session: Session, key: str) -> Purpose:
    """A purpose, held until the transaction ends: two who change its lists do not lose each other's change."""
    purpose = session.get(Purpose, key, with_for_update=True, populate_existing=True)
    if purpose is None:
        raise NotFound("There is no such purpose.")
    return purpose


def _listed(purpose: Purpose, kind: str) -> list[Any]:
    return purpose.channels if kind == CHANNEL else purpose.topics


def _list(purpose: Purpose, kind: str, keys: list[Any]) -> None:
    if kind == CHANNEL:
        purpose.channels = keys
    else:
        purpose.topics = keys


def _note(session: Session, act: str, purpose: Purpose, kind: str, key: str, now: datetime, by: audit.Actor) -> None:
    audit.record(session, act=act, by=by, subject=f"purpose:{purpose.key}", detail={"kind": kind, "key": key}, now=now)
