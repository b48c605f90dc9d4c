"""A receipt, for whoever holds its code, to read, to print, and as a file that proves itself."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from marshmallow import Schema, fields

from portal import consent
from portal.clock import utc_now
from portal.web import consent_words
from portal.web.database import db
from portal.web.forms import Submitted, submitted
from portal.web.identity import current_settings, customer_or_none
from portal.web.open.blueprint import blueprint
from portal.web.pages import page

MIMETYPES = {consent.JSONLD: "application/ld+json", consent.KANTARA: "application/json"}


class CheckSchema(Schema):
    """A receipt that somebody pasted; one they upload comes beside it."""

    text = fields.String(load_default="")


@blueprint.get("/receipts")
def find_receipt() -> ResponseReturnValue:
    """Find a receipt by the code in the address's query."""
    code = request.args.get("code", "").strip()
    return redirect(url_for("open.receipt", code=code)) if code else page("open/receipts/find.html")


@blueprint.get("/receipts/<code>")
def receipt(code: str) -> ResponseReturnValue:
    """What was answered or sent in, as it was recorded. The page names nobody."""
    found = consent.receipt_by_code(db.session, code)
    viewer = customer_or_none()
    own = viewer is not None and viewer.id == found.customer_id
    views = consent.views_of(found)
    entries = consent.recorded_on(db.session, found) if found.kind == "consent" else []
    return page(
        "open/receipts/receipt.html",
        receipt=found,
        own=own,
        views=views,
        entries={one.event_id: one for one in entries},
        words=consent_words,
    )


@blueprint.get("/r/<code>.jsonld")
def receipt_file(code: str) -> ResponseReturnValue:
    """The receipt for machines, signed; `?profile=kantara-1.1` gives the view for older readers."""
    found = consent.receipt_by_code(db.session, code)
    profile = request.args.get("profile", consent.JSONLD)
    data = consent.receipt_file(db.session, found, current_settings(), profile)
    name = f"{found.code}.jsonld" if profile == consent.JSONLD else f"{found.code}.{profile}.json"
    said = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Cookie"}
    return Response(data, mimetype=MIMETYPES[profile], headers=said)


@blueprint.get("/receipts/check")
def check_receipt() -> ResponseReturnValue:
    """Where anybody learns whether a receipt is ours and unchanged, and what our own terms in it mean."""
    return page("open/receipts/check.html", found=None, words=consent_words)


@blueprint.post("/receipts/check")
def receipt_checked() -> ResponseReturnValue:
    """Whether what was pasted or uploaded is ours and unchanged. Nothing of it is kept, and nothing of it is shown."""
    form, upload = submitted(CheckSchema()), request.files.get("file")
    data = upload.read() if upload else b""
    data = data or str(form.values.get("text", "")).encode("utf-8", "replace")
    found = consent.check_receipt(db.session, data, current_settings()) if data.strip() else "nothing"
    return page("open/receipts/check.html", form=Submitted(), found=found, words=consent_words)


@blueprint.get("/notices/<purpose>/<int:version>")
def notice(purpose: str, version: int) -> ResponseReturnValue:
    """The exact words of a purpose, as they were published."""
    found = consent.notice(db.session, purpose, version, str(get_locale() or "en"))
    scheduled = found.effective_at is not None and found.effective_at > utc_now()
    return page("open/receipts/notice.html", notice=found, scheduled=scheduled, words=consent_words)
