"""What a segment definition must look like when it comes in."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from portal.segments.rules import NUMBER, OPS, OPS_OF_KIND, Tree, feature, kind_of, leaves
from portal.sentences import Sentence

MAX_DEPTH, MAX_LEAVES, MAX_NUMBER, MAX_TEXT = 6, 60, 2**31 - 1, 200
KEY = validate.Regexp(
    r"^[a-z][a-z0-9_-]{1,59}$", error=Sentence("Use small letters, digits, - and _, beginning with a letter.")
)


class LeafSchema(Schema):
    """One condition on one feature."""

    class Meta:
        unknown = RAISE

    feature = fields.String(required=True, validate=validate.Length(max=100))
    op = fields.String(required=True, validate=validate.OneOf([*OPS, "in"]))
    value = fields.Raw(required=True)

    @validates_schema
    def fits(self, data: dict[str, Any], **_: Any) -> None:
        """The feature exists, and operator and value suit it."""
        found = feature(data["feature"])
        if found is None:
            raise ValidationError("There is no such feature.", "feature")
        values = data["value"] if data["op"] == "in" else [data["value"]]
        if not isinstance(values, list) or not 0 < len(values) <= 100:
            raise ValidationError("Give a list of 1 to 100 values.", "value")
        for value in values:
            _check_value(value, found.kinds, data["op"])


def _check_value(value: Any, kinds: tuple[str, ...], op: str) -> None:
    if not isinstance(value, bool | int | str):
        raise ValidationError("Use a whole number, a text, or yes or no.", "value")
    kind = kind_of(value)
    if kind not in kinds:
        raise ValidationError(Sentence("This feature takes a %(kinds)s.", kinds=" or a ".join(kinds)), "value")
    if op not in OPS_OF_KIND[kind]:
        raise ValidationError(
            Sentence(
                "Use one of %(ops_of_kind)s with a %(kind)s.", ops_of_kind=", ".join(OPS_OF_KIND[kind]), kind=kind
            ),
            "op",
        )
    if kind == NUMBER and abs(int(value)) > MAX_NUMBER:
        raise ValidationError("That number is too large.", "value")
    if isinstance(value, str) and (len(value) > MAX_TEXT or not value.isprintable()):
        raise ValidationError(Sentence("Use at most %(max_text)s printable characters.", max_text=MAX_TEXT), "value")


class InSegmentSchema(Schema):
    """Membership of another segment."""

    class Meta:
        unknown = RAISE

    in_segment = fields.String(required=True, validate=KEY)


class Condition(fields.Field[Tree]):
    """A condition tree, checked to the last leaf."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Tree:
        tree = check(value)
        if sum(1 for _ in leaves(tree)) > MAX_LEAVES:
            raise ValidationError(Sentence("Use at most %(max_leaves)s conditions.", max_leaves=MAX_LEAVES))
        return tree


def check(value: Any, depth: int = 1) -> Tree:
    """The tree when it is well formed.

    :raises ValidationError: saying what is wrong.
    """
    if not isinstance(value, dict):
        raise ValidationError("A condition is an object.")
    if depth > MAX_DEPTH:
        raise ValidationError(
            Sentence("Conditions may lie at most %(max_depth)s deep in each other.", max_depth=MAX_DEPTH)
        )
    for name in ("all", "any"):
        if set(value) == {name}:
            if not isinstance(value[name], list) or not value[name]:
                raise ValidationError(Sentence("“%(name)s” needs at least one condition.", name=name))
            return {name: [check(part, depth + 1) for part in value[name]]}
    if set(value) == {"not"}:
        return {"not": check(value["not"], depth + 1)}
    schema = InSegmentSchema() if "in_segment" in value else LeafSchema()
    return dict(schema.load(value))


class SegmentSchema(Schema):
    """A segment as somebody defines it."""

    class Meta:
        unknown = RAISE

    key = fields.String(required=True, validate=KEY)
    name = fields.String(required=True, validate=validate.Length(min=2, max=120))
    why = fields.String(load_default="", validate=validate.Length(max=1000))
    tree = Condition(required=True)


def checked_tree(tree: Any) -> Tree:
    """A tree from outside, checked.

    :raises ValidationError: saying what is wrong.
    """
    checked: Tree = Condition().deserialize(tree)
    return checked
