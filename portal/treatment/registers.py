"""Registers of people who want no calls: an adapter reads one, it is brought in whole, a number is looked up in it."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import Conflict, Invalid, NotFound
from portal.treatment.models import CallRegister, CallRegisterNumber

BATCH, AT_ONCE = 1_000, 10_000


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
            yield from _numbers(lines)


class LineList:
    """The same from lines that are here already, such as of an uploaded file."""

    def __init__(self, lines: Iterable[str], *, name: str, taken_at: datetime) -> None:
        self.lines, self.name, self.taken_at = lines, name, taken_at

    def numbers(self) -> Iterator[str]:
        """Each line's number."""
        return _numbers(self.lines)


class ListDifference(NamedTuple):
    """What a copy of a register changes: so many numbers are added, taken out, and as before."""

    added: int
    gone: int
    same: int


def _numbers(lines: Iterable[str]) -> Iterator[str]:
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
    return put_in_force(session, stage_register(session, source, by=by, now=now).id, by=by, now=now)


def stage_register(session: Session, source: CallList, *, by: str, now: datetime) -> CallRegister:
    """Keep a copy of a register as a draft, which counts for nothing; an earlier draft of its name goes.

    :raises Invalid: when no number is in it, or it is of the future.
    :raises Conflict: when a copy as new as this is there already.
    """
    if source.taken_at > now:
        raise Invalid("This lies in the future.", code="in-the-future")
    prints = sorted({_fingerprint(number) for number in source.numbers() if digits_of(number)})
    if not prints:
        raise Invalid("There is no number in it.", code="empty-register")
    _check_newer(session, source.name, source.taken_at)
    for draft in session.scalars(_of(source.name, "draft")).all():
        discard_register(session, draft.id)
    made = CallRegister(
        name=source.name, taken_at=source.taken_at, imported_at=now, imported_by=by, numbers=len(prints),
        sha256=hashlib.sha256("".join(prints).encode()).hexdigest(), state="draft",
    )  # fmt: skip
    session.add(made)
    session.flush()
    for at in range(0, len(prints), BATCH):
        rows = [{"register_id": made.id, "sha256": each} for each in prints[at : at + BATCH]]
        session.execute(sa.insert(CallRegisterNumber), rows)
    return made


def put_in_force(session: Session, register_id: int, *, by: str, now: datetime) -> CallRegister:
    """Let a draft count from here on, in place of the older copy of its name; done twice, it changes nothing.

    :raises Conflict: when a copy as new as this came into force meanwhile.
    :raises NotFound: when there is no such copy.
    """
    made = call_register(session, register_id)
    if made.state != "draft":
        return made
    _check_newer(session, made.name, made.taken_at)
    for old in session.scalars(_of(made.name, "live")).all():
        session.execute(sa.delete(CallRegisterNumber).where(CallRegisterNumber.register_id == old.id))
        old.state = "replaced"
    made.state, made.imported_at, made.imported_by = "live", now, by
    session.flush()
    return made


def discard_register(session: Session, register_id: int) -> bool:
    """Throw a draft away; gives whether there was one."""
    drafts = sa.select(CallRegister.id).where(CallRegister.id == register_id, CallRegister.state == "draft")
    if session.scalar(drafts) is None:
        return False
    session.execute(sa.delete(CallRegisterNumber).where(CallRegisterNumber.register_id == register_id))
    session.execute(sa.delete(CallRegister).where(CallRegister.id == register_id))
    return True


def _of(name: str, state: str) -> sa.Select[CallRegister]:
    return sa.select(CallRegister).where(CallRegister.name == name, CallRegister.state == state)


def _check_newer(session: Session, name: str, taken_at: datetime) -> None:
    counted = (CallRegister.name == name, CallRegister.state != "draft")
    newest = session.scalar(sa.select(sa.func.max(CallRegister.taken_at)).where(*counted))
    if newest is not None and newest >= taken_at:
        raise Conflict("A copy as new as this is there already.", code="register-older")


_NEWEST = sa.select(CallRegister.taken_at).where(CallRegister.state == "live")
_LISTED = sa.select(CallRegister.id).where(
    CallRegister.state == "live",
    sa.exists().where(
        CallRegisterNumber.register_id == CallRegister.id, CallRegisterNumber.sha256 == sa.bindparam("sha256")
    ),
)


def standing_of(session: Session, number: str) -> tuple[str, datetime | None]:
    """Whether a number is `listed` or `free`, or `none` when it cannot be said; and of when the oldest register is."""
    taken = list(session.scalars(_NEWEST))
    if not taken:
        return "none", None
    if not digits_of(number):
        return "none", min(taken)
    listed = session.execute(_LISTED.limit(1), {"sha256": _fingerprint(number)}).first()
    return ("free" if listed is None else "listed"), min(taken)


_SOME = (
    sa.select(CallRegisterNumber.sha256)
    .join(CallRegister, CallRegister.id == CallRegisterNumber.register_id)
    .where(CallRegister.state == "live", CallRegisterNumber.sha256.in_(sa.bindparam("prints", expanding=True)))
)


def taken(session: Session) -> datetime | None:
    """Of when the oldest register in force is; None when there is none."""
    return min(session.scalars(_NEWEST), default=None)


def found_in(session: Session, numbers: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Of many numbers those that are `listed`, and those of which it cannot be said (`none`), each with its key."""
    waiting = iter(numbers)
    while some := list(islice(waiting, AT_ONCE)):
        prints = {key: _fingerprint(number) for key, number in some if digits_of(number)}
        listed = set(session.scalars(_SOME, {"prints": list(prints.values())}))
        yield from ((key, "none") for key, _number in some if key not in prints)
        yield from ((key, "listed") for key, found in prints.items() if found in listed)


def registers(session: Session) -> list[CallRegister]:
    """Every copy that was brought in, newest first."""
    return list(session.scalars(sa.select(CallRegister).order_by(CallRegister.taken_at.desc(), CallRegister.id.desc())))


def call_register(session: Session, register_id: int) -> CallRegister:
    """One copy.

    :raises NotFound: when there is none with this number.
    """
    found = session.get(CallRegister, register_id)
    if found is None:
        raise NotFound("There is no such register.", code="no-such-register")
    return found


def difference(session: Session, made: CallRegister) -> ListDifference:
    """What a draft would change in the copy of its name that is in force."""
    old = session.scalars(_of(made.name, "live")).first()
    if old is None:
        return ListDifference(made.numbers, 0, 0)
    theirs = sa.select(CallRegisterNumber.sha256).where(CallRegisterNumber.register_id == old.id)
    both = (CallRegisterNumber.register_id == made.id, CallRegisterNumber.sha256.in_(theirs))
    same = session.scalar(sa.select(sa.func.count()).select_from(CallRegisterNumber).where(*both)) or 0
    return ListDifference(made.numbers - same, old.numbers - same, same)
