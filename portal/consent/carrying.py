"""Which classes of messages a purpose may carry: a yes to questions is no yes to offers, and a contract asks none."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.consent.models import Notice, Purpose
from portal.errors import Invalid, NotFound

CLASSES = ("mandatory", "service", "answer", "research", "marketing", "repermission")
OWED = ("mandatory", "service", "answer")
"""Classes of what we owe: no offer, and nothing on our own account."""
USUAL: dict[str, tuple[str, ...]] = {
    "reply": ("service", "answer"),
    "needs": (),
    "partners": (),
    "research": ("research", "repermission"),
}
"""What purposes of these names carry when nobody says. Reading and sharing contact nobody, so they carry nothing."""
ASKED = ("marketing", "repermission")
"""What any other purpose carries that is asked for: what was agreed to, and asking again; surveys have their own."""


def usual(key: str, *, asks: bool) -> tuple[str, ...]:
    """The classes a purpose carries when nobody says: without a yes, only what is owed."""
    return USUAL.get(key, ASKED) if asks else OWED


def check_carried(purpose: Purpose) -> None:
    """Refuse classes that a purpose may not carry, whoever wants it.

    :raises Invalid: code `not-owed`, when nobody is asked and it would carry more than what is owed.
    """
    if not purpose.asks and not set(purpose.carries) <= set(OWED):
        raise Invalid("Nobody is asked for this purpose, so it carries only what is owed.", code="not-owed")


def set_carried(session: Session, key: str, classes: Sequence[str], *, now: datetime, by: audit.Actor) -> Purpose:
    """Say which classes of messages a purpose carries; rule 4 denies every other from then on.

    Once its words are published, what is asked for carries only less: a yes never grows after it was given.

    :param classes: of `CLASSES`.
    :raises NotFound: when there is no such purpose. :raises Invalid: codes `not-owed`, `published`.
    """
    purpose = session.get(Purpose, key, with_for_update=True, populate_existing=True)
    if purpose is None:
        raise NotFound("There is no such purpose.")
    before, wanted = list(purpose.carries), [name for name in CLASSES if name in classes]
    published = select(Notice.id).where(Notice.purpose_key == key, Notice.published_at.is_not(None)).limit(1)
    if purpose.asks and set(wanted) - set(before) and session.scalar(published):
        raise Invalid(
            "Words are published, and nobody said yes to more: it may carry less from now on, not more.",
            code="published",
        )
    purpose.carries = wanted
    check_carried(purpose)
    if wanted != before:
        detail = {"carries": [before, wanted]}
        audit.record(session, act="purpose.carries", by=by, subject=f"purpose:{key}", detail=detail, now=now)
    return purpose
