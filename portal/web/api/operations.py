"""How an operation of the API is declared: once, for routing, for checking what comes in, and for the description.

A view is given what was asked (the query or the body, checked) and what the address names, and returns plain values.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from marshmallow import Schema, ValidationError

from portal.clock import utc_now
from portal.errors import CandourError, Invalid
from portal.web.api import idempotency
from portal.web.api.blueprint import blueprint
from portal.web.api.callers import caller
from portal.web.api.scopes import SCOPES
from portal.web.field_words import about_fields

Values = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One operation: where it is, what it takes, what it answers. `writes` makes it heed an Idempotency-Key."""

    endpoint: str
    path: str
    method: str
    summary: str
    text: str
    scope: str
    asks: Schema
    answers: Schema
    status: int
    writes: bool


OPERATIONS: dict[str, Operation] = {}


def operation(
    path: str,
    *,
    summary: str,
    asks: Schema,
    answers: Schema,
    method: str = "GET",
    status: int = 200,
    writes: bool = False,
) -> Callable[[Callable[..., Values]], Callable[..., Values]]:
    """Declare a view as an operation.

    :param asks: of the query for GET, of the JSON body otherwise.
    :param answers: of the answer's body.
    :raises KeyError: at start, when `scopes.SCOPES` does not name the endpoint.
    """

    def declare(view: Callable[..., Values]) -> Callable[..., Values]:
        endpoint = f"api.{view.__name__}"
        entry = Operation(
            endpoint=endpoint,
            path=path,
            method=method,
            summary=summary,
            text=" ".join((view.__doc__ or "").split("\n\n")[0].split()),
            scope=SCOPES[endpoint],
            asks=asks,
            answers=answers,
            status=status,
            writes=writes,
        )
        OPERATIONS[endpoint] = entry

        @functools.wraps(view)
        def answer(**names: str) -> Response:
            return respond(entry, view, names)

        blueprint.add_url_rule(path, view.__name__, answer, methods=[method])
        return view

    return declare


def respond(entry: Operation, view: Callable[..., Values], names: dict[str, str]) -> Response:
    """Know the caller, check what was asked, do it (once, if it writes), say the answer."""
    now = utc_now()
    token = caller(entry.scope, now)

    def act() -> tuple[Values, int]:
        asked = body(entry.asks) if entry.method == "POST" else query(entry.asks)
        be_speakable(names)
        said: Values = entry.answers.dump(view(asked, **names))
        return said, entry.status

    values, status, headers = idempotency.once(token, act, now=now) if entry.writes else (*act(), {})
    response = jsonify(values)
    response.status_code = status
    response.headers.update(headers)
    return response


def query(schema: Schema) -> Values:
    """The query of the address, checked.

    :raises Invalid: naming what is wrong by parameter.
    """
    return load(schema, request.args.to_dict())


def body(schema: Schema) -> Values:
    """The JSON body, checked.

    :raises Invalid: naming what is wrong by field.
    """
    try:
        said = request.get_json()
    except RecursionError:
        raise CandourError("This JSON is nested too deeply.", code="http-400") from None
    return load(schema, said)


def load(schema: Schema, said: Any) -> Values:
    """`said` through its schema, after making sure that its texts can be stored at all.

    :raises Invalid: code `invalid` with `errors` by field.
    """
    be_speakable(said)
    try:
        return dict(schema.load(said))
    except ValidationError as error:
        raise Invalid("Something in this request is not as it must be.", errors=about_fields(error.messages)) from None


def be_speakable(said: Any) -> None:
    """Refuse NUL and lone surrogates anywhere: no database keeps them.

    :raises Invalid: code `unspeakable`.
    """
    waiting = [said]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and any(char == "\0" or "\ud800" <= char <= "\udfff" for char in value):
            raise Invalid("A text carries NUL or half a character.", code="unspeakable")
