"""A receipt, for whoever holds its code."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from portal import consent
from portal.web import consent_words
from portal.web.database import db
from portal.web.identity import customer_or_none
from portal.web.open.blueprint import blueprint
from portal.web.pages import page


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
    return page("open/receipts/receipt.html", receipt=found, own=own, words=consent_words)


@blueprint.get("/notices/<purpose>/<int:version>")
def notice(purpose: str, version: int) -> ResponseReturnValue:
    """The exact words of a purpose, as they were published."""
    found = consent.notice(db.session, purpose, version, str(get_locale() or "en"))
    return page("open/receipts/notice.html", notice=found, words=consent_words)
