"""HTML forms through marshmallow: the same schema serves page, API and import."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from portal.web.field_words import about_field, translated

NOT_OURS = frozenset({"csrf_token"})
WHOLE = "form"
NEVER_CHARACTERS = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
UNSHOWABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{NEVER_CHARACTERS}]")


@dataclass
class Submitted:
    """What came in: `values` when it is good, `errors` by field when not, `raw` to fill the form again."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether every field was understood."""
        return not self.errors

    def refuse(self, name: str, message: str) -> "Submitted":
        """Add an error found by a business rule; returns itself, so that the view can render it."""
        self.errors.setdefault(name, []).append(translated(message))
        return self


def empty(**raw: Any) -> Submitted:
    """A form nobody has sent yet, filled with `raw`."""
    return Submitted(raw=raw)


def submitted(schema: Schema) -> Submitted:
    """Read the request's form with `schema`; blank optional fields count as not given, list fields keep all values."""
    raw = _plain(request.form, schema)
    try:
        return Submitted(values=dict(schema.load(raw)), raw=_showable(raw))
    except ValidationError as error:
        return Submitted(errors=_by_field(error.messages, schema), raw=_showable(raw))


def query(schema: Schema) -> Submitted:
    """Read the address's query with `schema`, for filters; unknown or bad values are reported like in a form."""
    raw = _plain(request.args, schema)
    try:
        return Submitted(values=dict(schema.load(raw)), raw=_showable(raw))
    except ValidationError as error:
        return Submitted(errors=_by_field(error.messages, schema), raw=_showable(raw))


def _plain(form: MultiDict[str, str], schema: Schema) -> dict[str, Any]:
    raw: dict[str, Any] = {}
    for name in form:
        if name in NOT_OURS:
            continue
        wants_list = name in schema.fields and type(schema.fields[name]).__name__ == "List"
        value: Any = form.getlist(name) if wants_list else form.get(name, "")
        if value == "" and name in schema.fields and not schema.fields[name].required:
            continue
        raw[name] = value
    return raw


def _showable(raw: dict[str, Any]) -> dict[str, Any]:
    """What was typed without characters that no page can show, so that the form can be filled again."""
    return {name: UNSHOWABLE.sub("", value) if isinstance(value, str) else value for name, value in raw.items()}


def _by_field(messages: Any, schema: Schema) -> dict[str, list[str]]:
    """Messages by field; those about no field of the form stand under `WHOLE`."""
    found: dict[str, list[str]] = {}
    for name, value in dict(messages).items():
        parts = list(value.values()) if isinstance(value, dict) else [value]
        texts = [about_field(text) for part in parts for text in (part if isinstance(part, list) else [part])]
        found.setdefault(name if name in schema.fields else WHOLE, []).extend(texts)
    return found
