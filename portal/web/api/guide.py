"""The API described: for machines as OpenAPI, for people as a page made from the same description."""

from typing import Any

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from portal.web.api.blueprint import blueprint
from portal.web.api.operations import OPERATIONS, Operation
from portal.web.api.spec import PROBLEMS, description
from portal.web.identity import current_settings
from portal.web.pages import page
from portal.web.problem_kinds import KINDS


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description in OpenAPI 3.1."""
    return jsonify(description())


@blueprint.get("/")
def guide() -> ResponseReturnValue:
    """The description as a page."""
    described = description()
    entries = [_entry(entry, described) for entry in OPERATIONS.values()]
    base = current_settings().base_url.rstrip("/") + "/api/v1"
    return page("api/guide/guide.html", described=described, entries=entries, problems=PROBLEMS, base=base)


@blueprint.get("/problems")
def problems() -> ResponseReturnValue:
    """Where `type` of a problem points: every kind, and what can be done about it."""
    return page("api/guide/problems.html", kinds=KINDS)


def _entry(entry: Operation, described: dict[str, Any]) -> dict[str, Any]:
    """One operation as the page shows it."""
    path = entry.path.replace("<", "{").replace(">", "}")
    operation = described["paths"][path][entry.method.lower()]
    schemas = described["components"]["schemas"]
    answered = operation["responses"][str(entry.status)]["content"]["application/json"]["schema"]
    taken = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return {
        "operation": operation,
        "method": entry.method,
        "path": path,
        "scope": entry.scope,
        "body": _fields(taken, schemas) if taken else [],
        "answer": _fields(answered, schemas),
    }


def _fields(schema: dict[str, Any], schemas: dict[str, Any], before: str = "", depth: int = 0) -> list[dict[str, Any]]:
    """Every field with its dotted name, type and meaning; lists and objects are followed into."""
    found: list[dict[str, Any]] = []
    whole = schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    required = whole.get("required", [])
    for name, part in whole.get("properties", {}).items():
        label = before + name
        found.append(
            {
                "name": label,
                "type": _type(part),
                "required": name in required,
                "text": part.get("description", ""),
            }
        )
        inner, suffix = (part["items"], "[].") if "items" in part else (part, ".")
        if "$ref" in inner and depth < 4:
            found += _fields(inner, schemas, label + suffix, depth + 1)
    return found


def _type(part: dict[str, Any]) -> str:
    if "$ref" in part:
        return "object"
    kind = part.get("type", "")
    words = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({part['format']})" if "format" in part else words
