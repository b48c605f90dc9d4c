"""What one customer allows, and writing down what they said to somebody here: a no at once, a yes with its proof."""

import hashlib
from datetime import UTC, date, datetime, time

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import accounts, clock, consent, privacy, treatment
from portal.accounts import Customer
from portal.errors import CandourError, Conflict
from portal.privacy.schemas import ToldSchema
from portal.web import consent_words
from portal.web.acting import current_actor, note
from portal.web.database import db
from portal.web.forms import Submitted, empty, submitted
from portal.web.pages import onward, page
from portal.web.team.blueprint import blueprint

NEWEST = 20


@blueprint.get("/customers/<ref>/consent")
def allowed(ref: str) -> ResponseReturnValue:
    """What a customer allows, what was recorded lately, and a form for what they told us."""
    return _show(accounts.customer_by_ref(db.session, ref), empty())


@blueprint.post("/customers/<ref>/consent")
def allowed_told(ref: str) -> ResponseReturnValue:
    """Write down what they said. A file is not kept: its fingerprint is."""
    customer, form = accounts.customer_by_ref(db.session, ref), submitted(ToldSchema())
    said_at = _said_at(form.values.get("said_on"))
    if said_at is not None and said_at > clock.utc_now():
        form.refuse("said_on", _("This lies in the future."))
    if not form.good:
        return _show(customer, form)
    values = form.values
    purpose, channel, topic = values["cell"].split(" ")
    change = privacy.CellChange(purpose=purpose, channel=channel, topic=topic, act=values["act"])
    try:
        receipt = privacy.told(
            db.session, customer, change, actor=current_actor(), method=values["method"], evidence=_evidence(form),
            grade=values["grade"], said_at=said_at, expected_seq=values["seq"], now=clock.utc_now(),
            submission_key=values["key"], authority=values["authority"],
        )  # fmt: skip
    except CandourError as refused:
        field = {"needs-evidence": "note", "objected": "act", "no-guardian": "authority"}.get(refused.code, "form")
        return _show(customer, form.refuse(field, str(refused)), refused if isinstance(refused, Conflict) else None)
    if not receipt.body["changes"]:
        return onward("team.allowed", _("It was so already; nothing had to change."), ref=ref)
    detail = {"cell": values["cell"], "said": values["act"], "method": values["method"], "receipt": receipt.code}
    note("consent.told", f"customer:{customer.ref}", **detail)
    if any(one["action"] == "imported" and one["notice_version"] is None for one in receipt.body["changes"]):
        return onward(
            "team.allowed",
            _(
                "Written down as unknown (C): that day no words were in force, so nobody knows what they said yes to. "
                "It allows nothing."
            ),
            ref=ref,
        )
    return onward("team.allowed", _("Written down, and in force. They see it on their page, with your name."), ref=ref)


def _show(customer: Customer, form: Submitted, conflict: Conflict | None = None) -> ResponseReturnValue:
    now = clock.utc_now()
    entries = consent.history(db.session, customer.id, limit=NEWEST)
    cells, stops = consent.state_and_stops(db.session, customer.id, now)
    answer = page(
        "team/allowed/allowed.html",
        customer=customer,
        form=form,
        cells=cells,
        entries=entries,
        stops=[(key, one) for key, one in sorted(stops.items()) if one.state in ("denied", "objected")],
        head=entries[0].seq if entries else 0,
        changes=conflict.detail.get("changes", []) if conflict else [],
        guarded=treatment.has_guardian(db.session, customer.id, now),
        today=now.date(),
        words=consent_words,
    )
    answer.status_code = 409 if conflict else answer.status_code
    return answer


def _said_at(day: date | None) -> datetime | None:
    """The beginning of the day it was said, so that a no of the same day is never older than the yes."""
    return None if day is None or day == clock.utc_now().date() else datetime.combine(day, time.min, tzinfo=UTC)


def _evidence(form: Submitted) -> str:
    """The note, and the name and fingerprint of a file that proves it."""
    upload = request.files.get("file")
    data = upload.read() if upload else b""
    file = f"{upload.filename} sha256:{hashlib.sha256(data).hexdigest()}" if upload and data else ""
    return "; ".join(part for part in (form.values["note"], file) if part)
