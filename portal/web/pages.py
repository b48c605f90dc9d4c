"""How a view answers: a page, or a way on."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.web.forms import WHOLE, Submitted
from portal.web.layout import rendered


def page(template: str, *, form: Submitted | None = None, **values: Any) -> Response:
    """Render `template`; with a form that has errors the status is 422.

    An error about a field that nobody sees, such as the hidden key of a form, is told as a sentence without a link; the
    value that was refused is dropped, so that the form carries a good one again.
    """
    form = form or Submitted()
    text = rendered(template, form=form, **values)
    form.unseen = [name for name in form.errors if f'id="f-{name}"' not in text and name != WHOLE]
    if form.unseen:
        form.raw = {name: value for name, value in form.raw.items() if name not in form.unseen}
        text = rendered(template, form=form, **values)
    response = make_response(text)
    if form.errors:
        response.status_code = 422
    return response


def onward(endpoint: str, message: str | None = None, **values: Any) -> BaseResponse:
    """After an act: go to `endpoint` (303), with a word about what happened."""
    if message:
        flash(message)
    return to(url_for(endpoint, **values))


def to(address: str) -> BaseResponse:
    """After an act: go to an address of this site (303)."""
    return redirect(address, code=303)


def safe_next(default: str) -> str:
    """Where `next` points, when that is a path of this site, else `default`. Guards against open redirects."""
    target = request.values.get("next", "")
    parts = urlsplit(target)
    odd = any(ord(char) < 33 or char == "\\" for char in target)
    if not target.startswith("/") or target.startswith("//") or odd or parts.scheme or parts.netloc:
        return default
    return target
