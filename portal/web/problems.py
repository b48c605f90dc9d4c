"""Errors as a person meets them: a page that says what to do, or problem+json (RFC 9457) for machines."""

import structlog
from flask import Flask, Response, jsonify, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

from portal.errors import CandourError
from portal.web.database import db
from portal.web.field_words import translated
from portal.web.identity import current_settings
from portal.web.layout import rendered
from portal.web.problem_kinds import KINDS, kind_of

log = structlog.get_logger()
MACHINES = ("/api/",)


def prepare(app: Flask) -> None:
    """Register how errors are answered."""
    app.register_error_handler(CandourError, refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(Exception, broken)


def answer(status: int, code: str, message: str, more: dict[str, object] | None = None) -> Response:
    """The error as problem+json under /api/, as a page elsewhere.

    :param message: what was wrong this time; `more` has particulars for machines.
    """
    db.session.rollback()
    if for_a_machine():
        kind = kind_of(code, status)
        body = {
            **(more or {}),
            "type": f"{current_settings().base_url.rstrip('/')}/api/v1/problems#{kind}",
            "title": str(KINDS[kind][0]),
            "detail": message,
            "status": status,
            "code": code,
        }
        response = jsonify(body)
        response.content_type = "application/problem+json"
    else:
        response = Response(
            rendered("layout/problem.html", status=status, code=code, message=message), mimetype="text/html"
        )
    response.status_code = status
    return response


def for_a_machine() -> bool:
    """Whether the API is asked."""
    return request.path.startswith(MACHINES)


def refused(error: CandourError) -> Response:
    """A refusal of our own, with its reason."""
    response = answer(error.status, error.code, translated(error.message), error.detail)
    if "retry_after" in error.detail:
        response.headers["Retry-After"] = str(error.detail["retry_after"])
    return response


def stale_form(error: CSRFError) -> Response:
    """A form without a valid token: old, or not from this site."""
    return answer(
        400, "stale-form", _("This form is too old or did not come from this page. Go back, reload, and send it again.")
    )


def http_error(error: HTTPException) -> Response:
    """What werkzeug refuses: not found, wrong method, too large, …"""
    status = error.code or 500
    response = answer(status, f"http-{status}", in_our_words(status))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def in_our_words(status: int) -> str:
    """What is wrong, by status: werkzeug's own texts are in English only, and speak of servers and browsers."""
    texts = {
        404: _("There is no such page, or it is not yours to see."),
        405: _("This address does not take that kind of request."),
        413: _("That is too large to send."),
        429: _("That was a lot at once. Wait a minute and try again."),
    }
    if for_a_machine():
        texts = {
            400: _("The body is not JSON that can be understood."),
            404: _("There is nothing at this address of the API."),
            405: _("This address does not take that method."),
            413: _("The body is larger than we take."),
            415: _("The body must be JSON, with the header Content-Type: application/json."),
        } | {429: texts[429]}
    if status in texts:
        return str(texts[status])
    return str(_("Something broke on our side.") if status >= 500 else _("This request cannot be understood."))


def busy(error: OperationalError) -> Response:
    """The database is busy, full or away: nothing was kept, try again."""
    log.error("database unavailable", kind=type(error.orig).__name__)
    response = answer(
        503, "busy", _("We could not keep that just now. Nothing is lost in your browser; try again in a moment.")
    )
    response.headers["Retry-After"] = "5"
    return response


def broken(error: Exception) -> Response:
    """A fault of ours. The log has the kind and the place, never what somebody wrote."""
    kind = type(error.orig).__name__ if isinstance(error, DBAPIError) else type(error).__name__
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""
    log.error("fault", kind=kind, place=place, path=request.path)
    if isinstance(error, InternalServerError):
        return http_error(error)
    return answer(
        500, "fault", _("Something broke on our side. It has been recorded; nothing you sent was kept by halves.")
    )
