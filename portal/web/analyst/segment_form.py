"""The form that builds a segment: rows of conditions, and the tree itself for what rows cannot say."""

import json
from typing import Any

from flask_babel import gettext as _
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from portal import segments
from portal.segments import Tree
from portal.web.field_words import about_field
from portal.web.forms import Submitted

BLANK_ROWS = 2
INSIDE = "in_segment:"
Row = dict[str, str]


class SegmentFormSchema(Schema):
    """A segment as the form sends it: lists of equal length, one entry for each row."""

    class Meta:
        unknown = RAISE

    key = fields.String(load_default="", validate=validate.Length(max=60))
    name = fields.String(load_default="", validate=validate.Length(max=120))
    why = fields.String(load_default="", validate=validate.Length(max=1000))
    join = fields.String(load_default="all", validate=validate.OneOf(["all", "any"]))
    sense = fields.List(fields.String(validate=validate.OneOf(["is", "not"])), load_default=list)
    feature = fields.List(fields.String(validate=validate.Length(max=100)), load_default=list)
    op = fields.List(fields.String(validate=validate.OneOf([*segments.OPS, "in"])), load_default=list)
    value = fields.List(fields.String(validate=validate.Length(max=500)), load_default=list)
    tree = fields.String(load_default="", validate=validate.Length(max=20_000))
    act = fields.String(load_default="try", validate=validate.OneOf(["try", "more", "save"]))


def tree_of(form: Submitted) -> Tree | None:
    """The tree a form stands for; None after adding to the form's errors what is wrong with it."""
    values = form.values
    try:
        if values["tree"].strip():
            return segments.checked_tree(json.loads(values["tree"]))
        leaves = [_leaf(row) for row in rows_of(values) if row["feature"]]
        if not leaves:
            raise ValidationError(_("Choose at least one condition."))
        return segments.checked_tree(leaves[0] if len(leaves) == 1 else {values["join"]: leaves})
    except (json.JSONDecodeError, RecursionError):
        form.refuse("tree", _("This is not JSON."))
    except ValidationError as error:
        form.refuse("tree" if values["tree"].strip() else "conditions", " ".join(_texts(error.messages)))
    return None


def rows_of(values: dict[str, Any]) -> list[Row]:
    """The rows of a form, as many as have every part."""
    parts = zip(values["sense"], values["feature"], values["op"], values["value"], strict=False)
    return [
        {"sense": sense, "feature": feature, "op": op, "value": value.strip()} for sense, feature, op, value in parts
    ]


def filled(rows: list[Row]) -> list[Row]:
    """These rows and some blank ones."""
    blank = {"sense": "is", "feature": "", "op": ">=", "value": ""}
    return [*rows, *(dict(blank) for _ in range(BLANK_ROWS))]


def _leaf(row: Row) -> Tree:
    if row["feature"].startswith(INSIDE):
        if row["value"].lower() in ("no", "false"):
            row = {**row, "sense": "is" if row["sense"] == "not" else "not"}
        leaf: Tree = {"in_segment": row["feature"].removeprefix(INSIDE)}
    else:
        leaf = {"feature": row["feature"], "op": row["op"], "value": _value(row)}
    return {"not": leaf} if row["sense"] == "not" else leaf


def _value(row: Row) -> Any:
    known = segments.feature(row["feature"])
    kinds = known.kinds if known is not None else ()
    if row["op"] == "in":
        return [_typed(part.strip(), kinds) for part in row["value"].split(",") if part.strip()]
    return _typed(row["value"], kinds)


def _typed(text: str, kinds: tuple[str, ...]) -> Any:
    if "truth" in kinds:
        words = {"": True, "yes": True, "true": True, "no": False, "false": False}
        return words.get(text.lower(), text)
    if "number" in kinds and text.removeprefix("-").isdecimal() and len(text) < 12:
        return int(text)
    return text


def rows_from(tree: Tree) -> tuple[str, list[Row]] | None:
    """How rows would say this tree: all or any, and the rows; None when it is nested deeper than rows can say."""
    for join in ("all", "any"):
        if join in tree:
            rows = [_row(part) for part in tree[join]]
            return None if None in rows else (join, [row for row in rows if row is not None])
    row = _row(tree)
    return None if row is None else ("all", [row])


def _row(tree: Tree) -> Row | None:
    sense, leaf = ("not", tree["not"]) if "not" in tree else ("is", tree)
    if "in_segment" in leaf:
        return {"sense": sense, "feature": INSIDE + leaf["in_segment"], "op": "==", "value": "yes"}
    if "feature" not in leaf:
        return None
    values = leaf["value"] if isinstance(leaf["value"], list) else [leaf["value"]]
    words = {True: "yes", False: "no"}
    shown = ", ".join(words[value] if isinstance(value, bool) else str(value) for value in values)
    return {"sense": sense, "feature": leaf["feature"], "op": leaf["op"], "value": shown}


def _texts(messages: Any) -> list[str]:
    if isinstance(messages, dict):
        return [text for value in messages.values() for text in _texts(value)]
    if isinstance(messages, list):
        return [text for value in messages for text in _texts(value)]
    return [about_field(messages)]
