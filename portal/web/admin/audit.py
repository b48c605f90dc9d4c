"""Who did what."""

from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from portal import audit
from portal.web.admin.blueprint import blueprint
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.pages import page

ROWS = 50


@blueprint.get("/audit", endpoint="audit")
def audit_log() -> ResponseReturnValue:
    """Acts of the team and of the portal, newest first, by kind, subject or name."""
    secret = str(current_app.secret_key)
    place = unseal(secret, request.args.get("after"), 1)
    wanted = {name: _typed(name) for name in ("act", "subject", "actor")}
    rows = audit.page(db.session, **wanted, before=place[0] if place else None, limit=ROWS + 1)
    chosen: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    further = seal(secret, [rows[ROWS - 1].id]) if len(rows) > ROWS else None
    return page(
        "admin/audit/audit.html",
        rows=rows[:ROWS],
        acts=audit.acts(db.session),
        wanted=wanted,
        next_href=url_for("admin.audit", after=further, **chosen) if further else None,
        first_href=url_for("admin.audit", **chosen) if place else None,
    )


def _typed(name: str) -> str:
    """What was typed into a filter, without what neither a page nor a database can hold."""
    return "".join(letter for letter in request.args.get(name, "").strip()[:200] if letter.isprintable())
