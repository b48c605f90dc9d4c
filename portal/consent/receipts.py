"""Receipts: the customer's proof, found by a code nobody can guess."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.consent.models import Receipt

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
