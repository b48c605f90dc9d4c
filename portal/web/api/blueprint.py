"""The API for machines."""

from flask import Blueprint, Response, request

from portal.errors import NotAllowed
from portal.web.api.scopes import OPEN, SCOPES

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.before_request
def named_in_the_table() -> None:
    """Refuse an endpoint that nobody gave a scope.

    :raises NotAllowed: code `no-scope`.
    """
    if request.endpoint not in SCOPES and request.endpoint not in OPEN:
        raise NotAllowed("No scope opens this address.", code="no-scope")


@blueprint.after_request
def ask_for_a_token(response: Response) -> Response:
    """Say how to identify oneself, where that was missing (RFC 6750)."""
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="candour"'
    return response
