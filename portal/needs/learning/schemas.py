"""What comes in from the queue and the page of the reader."""

from marshmallow import RAISE, Schema, fields, validate

LARGEST = 2**31 - 1


class QueueQuery(Schema):
    """Where in the queue: after which item, or at which one."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LARGEST))
    item = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))


class CardQuery(Schema):
    """Which model's figures to show; the newest one's when left out."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    model = fields.Integer(validate=validate.Range(min=1, max=LARGEST))


class MakeLiveSchema(Schema):
    """Let the model in shadow read, perhaps after a look at what it changes."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    signed_off = fields.Boolean(load_default=False)


class GoBackSchema(Schema):
    """To which model to go back; left out for the rules alone. `sure` is the confirmation."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    number = fields.Integer(load_default=None, validate=validate.Range(min=1, max=LARGEST))
    sure = fields.Boolean(required=True, validate=validate.Equal(True))
