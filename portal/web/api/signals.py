"""Signals, as far as customers let them leave."""

from collections.abc import Sequence
from typing import Any

from flask import current_app
from marshmallow import fields, validate
from sqlalchemy import select

from portal import needs
from portal.clock import utc_now
from portal.consent.models import ConsentEntry
from portal.web.api.operations import operation
from portal.web.api.schemas import PageSchema, SignalsSchema, instant, line
from portal.web.cursors import seal, unseal
from portal.web.database import db

THOUSAND = 1000


class SignalsAskedSchema(PageSchema):
    """Which signals."""

    need = line(60, "Only of this need.")
    state = fields.String(
        validate=validate.OneOf(("unmet", "met", "wished")), metadata={"description": "Only in this state."}
    )
    customer = line(40, "Only of this customer (C-…).")
    since = instant("Only what was written at or after this instant.")


@operation("/signals", summary="Signals", asks=SignalsAskedSchema(), answers=SignalsSchema())
def signals(asked: dict[str, Any]) -> dict[str, Any]:
    """Signals that stand and rest on a consent in force at this moment, oldest first, each with its lineage.

    After a withdrawal the next call does not give them any more. Keep the last cursor to be told only what is new.
    """
    secret = str(current_app.secret_key)
    place = unseal(secret, asked.get("cursor"), 1)
    rows = needs.signals_page(
        db.session,
        now=utc_now(),
        need=asked.get("need"),
        state=asked.get("state"),
        customer_ref=asked.get("customer"),
        since=asked.get("since"),
        after=int(place[0]) if place else None,
        limit=asked["limit"] + 1,
    )
    shown = rows[: asked["limit"]]
    versions = _notice_versions([row.signal.consent_entry_id for row in shown])
    more = len(rows) > len(shown)
    return {
        "items": [_signal(row, versions) for row in shown],
        "next": seal(secret, [shown[-1].signal.id]) if more else None,
    }


def _notice_versions(entry_ids: Sequence[int]) -> dict[int, int | None]:
    """Version of the words shown, by ledger entry."""
    wanted = select(ConsentEntry.global_seq, ConsentEntry.notice_version).where(ConsentEntry.global_seq.in_(entry_ids))
    return dict(db.session.execute(wanted).all())


def _signal(row: needs.SignalRow, versions: dict[int, int | None]) -> dict[str, Any]:
    signal = row.signal
    return {
        "id": signal.id,
        "customer": row.customer_ref,
        "need": signal.need,
        "need_state": signal.need_state,
        "strength": signal.strength / THOUSAND,
        "polarity": signal.polarity / THOUSAND,
        "observed_at": signal.observed_at,
        "lineage": {
            "message": row.message_ref,
            "spans": [list(quote) for quote in row.quotes],
            "reader_version": signal.reader_version,
            "source": row.sureness[2],
            "consent": {
                "entry_seq": signal.consent_seq,
                "notice_version": versions.get(signal.consent_entry_id),
            },
        },
    }
