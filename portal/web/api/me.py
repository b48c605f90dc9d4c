"""Who calls."""

from typing import Any

from flask import g

from portal.accounts.models import ApiToken
from portal.web.api.operations import operation
from portal.web.api.schemas import MeSchema, NothingSchema
from portal.web.identity import current_settings


@operation("/me", summary="Who am I?", asks=NothingSchema(), answers=MeSchema())
def me(_asked: dict[str, Any]) -> dict[str, Any]:
    """The token that asks, and what it may do."""
    token: ApiToken = g.api_token
    return {
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "company": current_settings().company,
    }
