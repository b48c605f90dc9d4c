"""Registers of people who want no calls: an adapter reads one, it is brought in whole, a number is looked up in it."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import Conflict, Invalid
from portal.treatment.models import CallRegister, CallRegisterNumber

BATCH = 1_000


class CallList(Protocol):
    """A register as some source gives it. Write one of these for a register of another kind.

    :ivar name: what the register is called; a newer copy of the same name takes the place of the older.
    :ivar taken_at: as of when it is.
    """

    name: str
    taken_at: datetime

    def numbers(self) -> Iterable[str]:
        """Every number in it, written in any way."""
        ...


class FileList:
    """A register from a text file, one number a line; what follows a comma is left out, and so is an empty line."""

    def __init__(self, path: Path, *, name: str, taken_at: datetime) -> None:
        self.path, self.name, self.taken_at = path, name, taken_at

    def numbers(self) -> Iterator[str]:
        """Each line's number."""
        with self.path.open(encoding="utf-8") as lines:
            for line in lines:
                number = line.split(",")[0].strip().strip('"')
                if number:
                    yield number


def digits_of(number: str) -> str:
    """A number as it is compared: digits alone, an international one without its 00 or +."""
    digits = "".join(letter for letter in number if letter.isdecimal())
    return digits[2:] if digits.startswith("00") else digits


def _fingerprint(number: str) -> str:
    return hashlib.sha256(digits_of(number).encode()).hexdigest()


def import_register(session: Session, source: CallList, *, by: str, now: datetime) -> CallRegister:
    """Bring in a copy of a register; an older copy of the same name is taken out in the same transaction.

    :raises Invalid: when no number is in it, or it is of the future.
    :raises Conflict: when a copy as new as this is there already.
    """
    if source.taken_at > now:
        raise Invalid("This lies in the future.", code="in-the-future")
    prints = sorted({_fingerprint(number) for number in source.numbers() if digits_of(number)})
    if not prints:
        raise Invalid("There is no number in it.", code="empty-register")
    newest = session.scalar(sa.select(sa.func.max(CallRegister.taken_at)).where(CallRegister.name == source.name))
    if newest is not None and newest >= source.taken_at:
        raise Conflict("A copy as new as this is there already.", code="register-older")
    for old in session.scalars(sa.select(CallRegister).where(CallRegister.name == source.name)).all():
        session.execute(sa.delete(CallRegisterNumber).where(CallRegisterNumber.register_id == old.id))
    made = CallRegister(
        name=source.name, taken_at=source.taken_at, imported_at=now, imported_by=by, numbers=len(prints),
        sha256=hashlib.sha256("".join(prints).encode()).hexdigest(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    for at in range(0, len(prints), BATCH):
        rows = [{"register_id": made.id, "sha256": each} for each in prints[at : at + BATCH]]
        session.execute(sa.insert(CallRegisterNumber), rows)
    return made


_NEWEST = sa.select(sa.func.max(CallRegister.taken_at).label("taken_at")).group_by(CallRegister.name)
_LISTED = sa.select(CallRegisterNumber.register_id).where(CallRegisterNumber.sha256 == sa.bindparam("sha256")).limit(1)


def standing_of(session: Session, number: str) -> tuple[str, datetime | None]:
    """Whether a number is `listed` or `free`, or `none` when it cannot be said; and of when the oldest register is."""
    taken = list(session.scalars(_NEWEST))
    if not taken:
        return "none", None
    if not digits_of(number):
        return "none", min(taken)
    listed = session.execute(_LISTED, {"sha256": _fingerprint(number)}).first()
    return ("free" if listed is None else "listed"), min(taken)


def registers(session: Session) -> list[CallRegister]:
    """Every copy that was brought in, newest first."""
    return list(session.scalars(sa.select(CallRegister).order_by(CallRegister.taken_at.desc(), CallRegister.id.desc())))
