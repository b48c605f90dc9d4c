"""Who calls: the bearer token of another system, and whether it has the scope a route asks for."""

from datetime import datetime, timedelta

import structlog
from flask import Response, after_this_request, g, request
from sqlalchemy import or_, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from portal import accounts
from portal import db as ground
from portal.accounts.models import ApiToken
from portal.errors import CandourError, NotAllowed
from portal.sentences import Sentence
from portal.web.database import db, engine

log = structlog.get_logger()
NOTED_EVERY = timedelta(minutes=1)


class NotKnown(CandourError):
    """Nobody said who calls, or with a token that does not count."""

    status = 401
    code = "token-needed"


def caller(scope: str, now: datetime) -> ApiToken:
    """The token of this request.

    :raises NotKnown: when there is none, or one that is unknown or revoked.
    :raises NotAllowed: code `scope-missing`, when it may not do this.
    """
    token = accounts.token_for(db.session, bearer(), now)
    if token is None:
        raise NotKnown("This token is not known or was revoked.", code="token-unknown")
    if scope not in token.scopes:
        raise NotAllowed(
            Sentence("This token lacks the scope %(scope)s.", scope=scope), code="scope-missing", scope=scope
        )
    g.api_token = token
    if token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
        note_use_afterwards(engine(), token.id, now)
    return token


def bearer() -> str:
    """What follows `Authorization: Bearer`.

    :raises NotKnown: when there is no such header.
    """
    kind, _space, plain = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not plain.strip():
        raise NotKnown("Send your token: Authorization: Bearer cnd_….")
    return plain.strip()


def note_use_afterwards(where: Engine, token_id: int, now: datetime) -> None:
    """Once the answer has left, write down that the token was used; reading requests stay reading ones."""

    def note() -> None:
        unused = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now - NOTED_EVERY)
        try:
            with ground.writing(where) as session:
                session.execute(update(ApiToken).where(ApiToken.id == token_id, unused).values(last_used_at=now))
        except OperationalError as error:  # a convenience for admins is not worth an error
            log.warning("the use of a token was not noted", kind=type(error.orig).__name__)

    def arrange(response: Response) -> Response:
        response.call_on_close(note)
        return response

    after_this_request(arrange)
