"""The description of the API as OpenAPI 3.1, made from the operations themselves.

Why apispec and not flask-smorest: docs/decisions/0004-openapi.md.
"""

import re
from functools import cache
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from portal.sentences import Sentence
from portal.web.api.idempotency import HEADER
from portal.web.api.operations import OPERATIONS, Operation
from portal.web.api.schemas import ProblemSchema

PROBLEMS: dict[int, str] = {
    400: Sentence("The request cannot be understood."),
    401: Sentence("No token, or one that does not count."),
    403: Sentence("The token lacks the scope."),
    404: Sentence("There is no such thing."),
    409: Sentence("Something newer, or the same request, is in the way; look again."),
    413: Sentence("The body is too large."),
    415: Sentence("The body is not JSON."),
    422: Sentence("Something in the request is not as it must be; `errors` says what."),
    429: Sentence("Too many requests; `Retry-After` says how long to wait."),
    503: Sentence("The database is busy; try again after `Retry-After` seconds. Nothing was kept by halves."),
}
INTRODUCTION = (
    "Only consented signals leave, each with what it rests on. Identify yourself with a token: "
    "`Authorization: Bearer cnd_…`. Lists are paged by cursor; errors are problem+json."
)
NAMES = {
    "ref": "Public ref of the customer, C-….",
    "key": "Key of the segment.",
    "code": "Code of the receipt, C-….",
    "decision": "Ref of the decision, D-….",
    "merge": "Ref of the merge, M-….",
    "purpose": "Key of the purpose.",
    "batch": "Ref of the file of consents, B-….",
    "campaign": "Key of the campaign.",
    "rule": "Key of a rule, such as `ask_app_strugglers`.",
    "version": "Number of the version.",
    "request": "Ref of the request by right, Q-….",
    "conversation": "Ref of the conversation, T-….",
    "promise": "Number of the promise, as the list of promises gives it.",
}


@cache
def description() -> dict[str, Any]:
    """The whole description."""
    spec = APISpec(
        title="Candour",
        version=version("candour"),
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        info={"description": INTRODUCTION},
        servers=[{"url": "/api/v1"}],
        tags=[],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for entry in OPERATIONS.values():
        path = re.sub(r"<(\w+)>", r"{\1}", entry.path)
        spec.path(path=path, operations={entry.method.lower(): _operation(entry)})
    described: dict[str, Any] = spec.to_dict()
    return described


def _name(schema: Any) -> str:
    """`SignalSchema` is called Signal; what takes nothing needs no name."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")


def _operation(entry: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": entry.endpoint.removeprefix("api."),
        "summary": entry.summary,
        "description": f"{entry.text} Scope: `{entry.scope}`.",
        "security": [{"token": []}],
        "parameters": [*_named_in_path(entry), *_named_in_query(entry), *_named_in_headers(entry)],
        "responses": {
            str(entry.status): {
                "description": "Done.",
                "content": {"application/json": {"schema": entry.answers}},
                "headers": _headers(entry),
            },
            **{str(status): _problem(status) for status in _refusals(entry)},
        },
    }
    if entry.method == "POST":
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": entry.asks}}}
    return described


def _named_in_path(entry: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"<(\w+)>", entry.path)
    return [
        {"in": "path", "name": name, "required": True, "description": NAMES[name], "schema": {"type": "string"}}
        for name in names
    ]


def _named_in_query(entry: Operation) -> list[dict[str, Any]]:
    has_any = entry.method == "GET" and bool(entry.asks.fields)
    return [{"in": "query", "schema": entry.asks}] if has_any else []


def _named_in_headers(entry: Operation) -> list[dict[str, Any]]:
    if not entry.writes:
        return []
    text = (
        "A name of your choice for this request; sent again with it, the same answer comes and nothing happens twice."
    )
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[\x21-\x7e]+$"}
    return [{"in": "header", "name": HEADER, "required": False, "description": text, "schema": schema}]


def _headers(entry: Operation) -> dict[str, Any]:
    counts = {
        "RateLimit-Limit": "Requests this token may make in the present window.",
        "RateLimit-Remaining": "How many of them are left.",
        "RateLimit-Reset": "Seconds until the window ends.",
    }
    headers = {name: {"description": text, "schema": {"type": "integer"}} for name, text in counts.items()}
    if entry.writes:
        text = "`true` when this is the answer to an earlier request with the same key."
        headers["Idempotency-Replayed"] = {"description": text, "schema": {"type": "string"}}
    return headers


def _refusals(entry: Operation) -> list[int]:
    never = {413, 415, 409} if entry.method == "GET" else set()
    if "<" not in entry.path and entry.method == "GET":
        never.add(404)
    return [status for status in PROBLEMS if status not in never]


def _problem(status: int) -> dict[str, Any]:
    schema: type[Schema] = ProblemSchema
    return {"description": PROBLEMS[status], "content": {"application/problem+json": {"schema": schema}}}
