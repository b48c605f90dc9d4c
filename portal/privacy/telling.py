"""What a customer told somebody here: a no holds at once, a yes only with a proof, and both say who wrote them down."""

from datetime import datetime

from sqlalchemy.orm import Session

from portal import accounts, consent, treatment
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import ANY, Receipt
from portal.errors import Conflict, NotAllowed
from portal.privacy.actions import change_consent
from portal.privacy.rules import CellChange

LEAST = 8
"""Characters by which a proof of a yes can be found again; "ok" proves nothing."""


def told(
    session: Session,
    customer: Customer,
    change: CellChange,
    *,
    actor: Actor,
    method: str,
    evidence: str,
    grade: str,
    said_at: datetime | None,
    expected_seq: int,
    now: datetime,
    submission_key: str = "",
    authority: str = "self",
) -> Receipt:
    """Write down what a customer said on the phone, in a branch or by letter.

    :param change: to `withdraw` and to `object` are free; to `give`, and to `lift` a stop to everything, needs
        `evidence`.
    :param evidence: where the proof is: the number of a recording, the place of a letter, a file's fingerprint.
    :param grade: of a yes: A receipt or recording, B time with source and wording, C neither, which allows nothing.
    :param said_at: when it was said, if not now. A yes from before a no does not undo it.
    :param authority: who said it: `self`, or the `guardian` of somebody who has one.
    :raises NotAllowed: codes `needs-evidence`, and `no-guardian` where none is recorded.
    :raises Conflict: codes `stale`, and `objected`: an objection is lifted by its customer alone.
    """
    accounts.lock_customer(session, customer.id)
    gives, lifts = change.act == "give", change.act == "lift"
    if (gives or lifts) and len(evidence.strip()) < LEAST:
        raise NotAllowed(
            "Say what proves that the customer agreed, so that it can be found again.", code="needs-evidence"
        )
    if gives and authority == "guardian" and not treatment.has_guardian(session, customer.id, now):
        raise NotAllowed("No guardian is recorded for them.", code="no-guardian")
    cell = consent.cells_of(session, customer.id).get((change.purpose, change.channel, change.topic))
    if (gives or (lifts and change.purpose != ANY)) and cell is not None and cell.state == "objected":
        raise Conflict("They objected. Only they can lift an objection, on their own page.", code="objected")
    return change_consent(
        session, customer, [change], actor=actor, method=method, expected_seq=expected_seq, now=now,
        evidence=evidence.strip() or None, grade=grade if gives else None, said_at=said_at,
        submission_key=submission_key, authority=authority,
    )  # fmt: skip
