"""Puts mail into the outbox."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import db
from portal.errors import Invalid
from portal.mail.models import OutboxMessage
from portal.mail.rules import fits_a_header


def queue(
    session: Session,
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    dedupe_key: str,
    now: datetime,
    customer_id: int | None = None,
    headers: dict[str, str] | None = None,
    not_before: datetime | None = None,
) -> OutboxMessage:
    """Keep one mail for sending, once per `dedupe_key`; asked again, it gives back the one already kept.

    :param kind: what it is about, such as `confirm`, `reset`, `answer`.
    :param not_before: when it may leave at the earliest; `now` if not given.
    :raises Invalid: when the address, the subject or a header carries a line break.
    """
    for value in (to, subject, *(headers or {}), *(headers or {}).values()):
        if not fits_a_header(value):
            raise Invalid("An address, subject or header of a mail may not contain line breaks.", code="bad-header")
    values: dict[str, Any] = {
        "kind": kind,
        "to_address": to,
        "subject": subject,
        "text": text,
        "dedupe_key": dedupe_key,
        "customer_id": customer_id,
        "headers": headers or {},
        "message_id": uuid.uuid4().hex,
        "state": "waiting",
        "attempts": 0,
        "not_before": not_before or now,
        "created_at": now,
    }
    db.insert_new(session, OutboxMessage, [values])
    return session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key == dedupe_key)).one()
