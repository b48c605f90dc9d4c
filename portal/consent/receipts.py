"""Receipts: the customer's proof, found by a code nobody can guess."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from portal.consent.models import Receipt
from portal.errors import NotFound

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
FIRST = {"consent": "C", "conversation": "M", "idea": "D"}


def issue_receipt(
    session: Session,
    *,
    kind: str,
    subject: str,
    body: dict[str, Any],
    customer_id: int | None,
    now: datetime,
    submission_key: str | None = None,
) -> Receipt:
    """Make a receipt under a new code such as `M-7Q2M-91XK-…` (80 bits, no letters that are easily confused).

    :param kind: `consent`, `conversation` or `idea`.
    :param subject: public ref of what it is about.
    :param body: JSON values the receipt page shows.
    :param submission_key: under which it is found again when the same form comes twice.
    """
    parts = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)]
    receipt = Receipt(
        code="-".join([FIRST[kind], *parts]),
        kind=kind,
        subject=subject,
        body=body,
        customer_id=customer_id,
        submission_key=submission_key,
        created_at=now,
    )
    session.add(receipt)
    session.flush()
    return receipt


def receipt_by_code(session: Session, code: str) -> Receipt:
    """The receipt with this code, however it is typed.

    :raises NotFound: when there is none.
    """
    typed = code.strip().upper()
    readable = typed.isascii() and typed.isprintable()
    found = session.scalars(select(Receipt).where(Receipt.code == typed)).one_or_none() if readable else None
    if found is None:
        raise NotFound("There is no receipt with this code.")
    return found


def receipt_by_key(session: Session, submission_key: str) -> Receipt | None:
    """The receipt that was issued under this key, if any."""
    return session.scalars(select(Receipt).where(Receipt.submission_key == submission_key)).one_or_none()


def receipt_naming(session: Session, customer_id: int, event_id: str) -> Receipt | None:
    """The first receipt of a customer that was issued for a ledger entry, if any."""
    theirs = (Receipt.customer_id == customer_id, Receipt.kind == "consent")
    named = cast(Receipt.body, Text).contains(event_id, autoescape=True)
    return session.scalars(select(Receipt).where(*theirs, named).order_by(Receipt.id).limit(1)).one_or_none()


def receipts_of(session: Session, customer_id: int, *, limit: int = 50, before: int | None = None) -> Sequence[Receipt]:
    """A customer's receipts, newest first.

    :param before: id of the last receipt of the page before.
    """
    mine = select(Receipt).where(Receipt.customer_id == customer_id)
    if before is not None:
        mine = mine.where(Receipt.id < before)
    return session.scalars(mine.order_by(Receipt.id.desc()).limit(limit)).all()
