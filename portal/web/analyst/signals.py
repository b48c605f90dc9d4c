"""Signals with everything they rest on, for the analyst; only those of customers who allow it now."""

from datetime import UTC, datetime, time
from typing import Any

from flask import current_app
from flask.typing import ResponseReturnValue

from portal import clock, needs
from portal.needs import SignalRow, SignalsQuery
from portal.web import margin, need_words, quotes
from portal.web.analyst.blueprint import blueprint
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.forms import query
from portal.web.pages import page
from portal.web.sheets import csv_answer

PER_PAGE = 50
CSV_ROWS = 50_000
HEADER = (
    "signal", "customer", "need", "state", "strength", "polarity", "observed_at", "message", "evidence", "reader",
    "consent_entry", "consent_position",
)  # fmt: skip


@blueprint.get("/signals")
def signals() -> ResponseReturnValue:
    """The newest signals, filtered, with their lineage and how far consent reaches."""
    form = query(SignalsQuery())
    wanted = _wanted(form.values)
    secret = str(current_app.secret_key)
    place = unseal(secret, wanted["after"], 1)
    found = needs.signals_page(
        db.session, now=clock.utc_now(), **_filter(wanted), before=int(place[0]) if place else 0, limit=PER_PAGE + 1
    )
    shown = found[:PER_PAGE]
    return page(
        "analyst/signals/signals.html",
        form=form,
        found=shown,
        wanted=wanted,
        quotes={row.signal.id: quotes.masked_excerpt(row.text, row.quotes) for row in shown},
        further=seal(secret, [shown[-1].signal.id]) if len(found) > PER_PAGE else None,
        paged=place is not None,
        coverage=needs.coverage(db.session, clock.utc_now()),
        threshold=needs.SIGNAL_THRESHOLD // 10,
        words=need_words,
        kept={name: wanted[name] for name in ("need", "state", "customer", "since") if wanted[name]},
    )


@blueprint.get("/signals.csv")
def signals_csv() -> ResponseReturnValue:
    """The same signals as a file, the newest first, with every column of their lineage."""
    wanted = _wanted(query(SignalsQuery()).values)
    found = needs.signals_page(db.session, now=clock.utc_now(), **_filter(wanted), before=0, limit=CSV_ROWS)
    return csv_answer("signals", HEADER, (_cells(row) for row in found))


def _wanted(values: dict[str, Any]) -> dict[str, Any]:
    return values or dict(SignalsQuery().load({}))


def _filter(wanted: dict[str, Any]) -> dict[str, Any]:
    since = wanted["since"]
    return {
        "need": wanted["need"],
        "state": wanted["state"],
        "customer_ref": wanted["customer"],
        "since": datetime.combine(since, time(), UTC) if since else None,
    }


def evidence(row: SignalRow) -> str:
    """The words a signal rests on, personal data covered."""
    return margin.covered_words(row.text, row.pii, row.spans)


def _cells(row: SignalRow) -> tuple[Any, ...]:
    signal = row.signal
    return (
        signal.id, row.customer_ref, signal.need, signal.need_state, signal.strength / 1000, signal.polarity / 1000,
        signal.observed_at.isoformat(), row.message_ref, evidence(row), signal.reader_version, signal.consent_entry_id,
        signal.consent_seq,
    )  # fmt: skip
