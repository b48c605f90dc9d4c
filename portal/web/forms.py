"""HTML forms through marshmallow: the same schema serves page, API and import."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict

from portal.sentences import Sentence
from portal.web.field_words import about_field, translated

UNKNOWN = Sentence("This list has nothing by that name.")
NOT_OURS = frozenset({"csrf_token"})
WHOLE = "form"
NEVER_CHARACTERS = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
UNSHOWABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{NEVER_CHARACTERS}]")


@dataclass
class Submitted:
    """What came in: `values` when it is good, `errors` by field when not, `raw` to fill the form again.

    `unseen` are the fields with errors that the page does not show.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether every field was understood."""
        return not self.errors

    def refuse(self, name: str, message: str) -> "Submitted":
        """Add an error found by a business rule; returns itself, so that the view can render it."""
        self.errors.setdefault(name, []).append(translated(message))
        return self


@dataclass
class Asked(Submitted):
    """What an address asks for: `values` of every filter that is known; `left_out`, by name, what is not.

    `without` is the address that asks for the same without what is not known.
    """

    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def without(self) -> str:
        """The address of this page with the filters that are known."""
        kept = [(name, value) for name, value in request.args.items(multi=True) if name not in self.left_out]
        return f"{request.path}?{urlencode(kept)}" if kept else request.path

    def leave_out(self, name: str) -> None:
        """Go on without a filter whose value turned out not to be known."""
        self.left_out[name] = str(self.raw.get(name, ""))[:60]
        self.errors.setdefault(name, []).append(translated(UNKNOWN))
        self.values[name] = None


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


def query(schema: Schema) -> Asked:
    """Read the address's query with `schema`, for filters; what is not known is reported, and the rest counts."""
    raw = _plain(request.args, schema)
    asked = Asked(raw=_showable(raw))
    try:
        asked.values = dict(schema.load(raw))
    except ValidationError as error:
        asked.errors = _by_field(error.messages, schema)
        asked.left_out = {name: str(asked.raw[name])[:60] for name in map(str, error.messages_dict) if name in raw}
        with suppress(ValidationError):  # something that must be there is not: then there is nothing to go on with
            asked.values = dict(schema.load({name: value for name, value in raw.items() if name not in asked.left_out}))
    return asked


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
