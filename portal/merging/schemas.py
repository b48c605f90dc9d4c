"""What comes in about two customers who are one."""

from marshmallow import RAISE, Schema, fields, validate

from portal.accounts import Line


class PairSchema(Schema):
    """Which two, and which of them stays."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    keep = Line(required=True, longest=20)
    merge = Line(required=True, longest=20)


class MergeSchema(PairSchema):
    """The merge itself: how it is known, and the word that confirms it."""

    verified = fields.Boolean(required=True)
    how = Line(required=True, longest=500)
    word = fields.String(load_default="", validate=validate.Length(max=40))
