"""What was recorded about what a customer allows: all of it, and how it stood at the end of any day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from portal import clock, consent, privacy
from portal.accounts import Customer
from portal.web import consent_words
from portal.web.cursors import seal, unseal
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import Asked, query
from portal.web.identity import current_customer, current_settings
from portal.web.pages import onward, page

SHOWN = 30
EARLIEST = date(1990, 1, 1)


class DaySchema(Schema):
    """For which day it is asked, and from which entry on."""

    on = fields.Date(validate=validate.Range(min=EARLIEST))
    after = fields.String()


@blueprint.get("/consent/history")
def consent_history() -> ResponseReturnValue:
    """Everything that was ever recorded about what you allow, newest first, and how it stood at the end of a day."""
    secret = str(current_app.secret_key)
    place = unseal(secret, request.args.get("after"), 1)
    customer, now = current_customer(), clock.utc_now()
    entries = consent.history(db.session, customer.id, before=place[0] if place else None, limit=SHOWN + 1)
    further = seal(secret, [entries[SHOWN - 1].seq]) if len(entries) > SHOWN else None
    form, zone = query(DaySchema()), ZoneInfo(customer.time_zone or current_settings().default_zone)
    ends = _end_of(form, zone, now)
    return page(
        "customer/history/history.html",
        entries=entries[:SHOWN],
        purposes={purpose.key: purpose for purpose in consent.purposes(db.session, retired=True)},
        further=further,
        paged=place is not None,
        words=consent_words,
        form=form,
        today=now.astimezone(zone).date(),
        day=form.values.get("on"),
        then=_then(customer, ends) if ends else [],
    )


@blueprint.post("/consent/history/<int(max=2147483647):seq>/receipt")
def consent_receipt(seq: int) -> ResponseReturnValue:
    """The receipt of an entry, whatever made it: the one that was issued with it, else one of its own."""
    receipt = privacy.receipt_of_entry(db.session, current_customer(), seq, now=clock.utc_now())
    return onward("open.receipt", code=receipt.code)


@blueprint.get("/receipts")
def receipts() -> ResponseReturnValue:
    """Your receipts: about what you allow, and for what you sent in, newest first."""
    secret = str(current_app.secret_key)
    place = unseal(secret, request.args.get("after"), 1)
    found = consent.receipts_of(db.session, current_customer().id, before=place[0] if place else None, limit=SHOWN + 1)
    return page(
        "customer/history/receipts.html",
        receipts=found[:SHOWN],
        further=seal(secret, [found[SHOWN - 1].id]) if len(found) > SHOWN else None,
        paged=place is not None,
        words=consent_words,
    )


def _then(customer: Customer, at: datetime) -> list[consent.CellState]:
    """How each purpose stood, and each channel and topic about which something was said."""
    cells = consent.state_as_of(db.session, customer.id, known_at=at, valid_at=at)
    return [cell for cell in cells if cell.cell is not None or (cell.channel, cell.topic) == (consent.ANY, consent.ANY)]


def _end_of(form: Asked, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end of the day that is asked for, where the customer lives, or now if it is not over; None when none is."""
    day = form.values.get("on")
    if day is not None and day > now.astimezone(zone).date():
        form.leave_out("on")
        return None
    return min(datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC), now) if day else None
