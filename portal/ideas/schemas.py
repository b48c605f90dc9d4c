"""What may come in about ideas: one schema for each act and list, used by pages and API alike."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from portal.ideas.listing import SORTS
from portal.ideas.models import STATUSES, STRENGTHS
from portal.ideas.queries import OUTCOMES
from portal.sentences import Sentence

TITLE, TEXT, COMMENT, ANSWER = 120, 4_000, 2_000, 4_000
_NEVER_CHARACTERS = "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
_UNSHOWABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NEVER_CHARACTERS}]")


class Words(fields.String):
    """What somebody wrote: line ends made one kind, blanks around it removed, characters that cannot be shown refused.

    :param least, most: how many characters it must and may have.
    :param one_line: whether line ends become blanks.
    """

    def __init__(self, least: int, most: int, *, one_line: bool = False, **options: Any) -> None:
        super().__init__(error_messages={"required": Sentence("Write something here.")}, **options)
        self.least, self.most, self.one_line = least, most, one_line

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **options))
        if _UNSHOWABLE.search(text):
            raise ValidationError("This holds a character that cannot be shown. Remove it and send again.")
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if self.one_line:
            text = " ".join(text.split())
        if len(text) < self.least:
            raise ValidationError(
                Sentence("Write at least %(least)s characters.", least=self.least) if text else "Write something here."
            )
        if len(text) > self.most:
            raise ValidationError(
                Sentence(
                    "This has %(length)s characters; at most %(most)s fit.",
                    length=f"{len(text):,}",
                    most=f"{self.most:,}",
                )
            )
        return text


def _key() -> fields.String:
    return fields.String(load_default=None, validate=validate.Length(max=60))


class ProposeSchema(Schema):
    """An idea somebody proposes. `seen`: similar ideas were shown already."""

    title = Words(4, TITLE, one_line=True, required=True)
    text = Words(10, TEXT, required=True)
    board = Words(1, 60, one_line=True, required=True)
    show_name = fields.Boolean(load_default=False)
    seen = fields.Boolean(load_default=False)
    submission_key = _key()


class ReviseSchema(Schema):
    """New words for one's own idea; `version` is the one the author saw."""

    title = Words(4, TITLE, one_line=True, required=True)
    text = Words(10, TEXT, required=True)
    version = fields.Integer(required=True, validate=validate.Range(min=1))


class VoteSchema(Schema):
    """Back an idea or take that back; `next` is the page to return to."""

    act = fields.String(load_default="back", validate=validate.OneOf(("back", "undo")))
    strength = fields.String(load_default="important", validate=validate.OneOf(STRENGTHS))
    version = fields.Integer(load_default=None, validate=validate.Range(min=1))
    next = fields.String(load_default="")


class CommentSchema(Schema):
    """Something said below an idea."""

    text = Words(2, COMMENT, required=True)
    show_name = fields.Boolean(load_default=False)
    submission_key = _key()


class SimilarSchema(Schema):
    """A text for which similar ideas are wanted, however unfinished."""

    text = Words(0, TEXT + TITLE, load_default="")


class IdeasQuery(Schema):
    """Search, filters, order and place in the list of ideas."""

    q = Words(0, 200, one_line=True, load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    board = Words(0, 60, one_line=True, load_default=None)
    sort = fields.String(load_default="trending", validate=validate.OneOf(tuple(SORTS)))
    after = fields.String(load_default=None)


class IdeaQuery(Schema):
    """Where in the comments somebody is, a vote begun before signing in, and what was just sent from here."""

    after = fields.String(load_default=None)
    sent = fields.String(load_default=None, validate=validate.OneOf(("idea", "comment")))
    back = fields.String(load_default=None, validate=validate.OneOf(STRENGTHS))


class ChangesQuery(Schema):
    """Which outcomes, and the place in their list."""

    kind = fields.String(load_default=None, validate=validate.OneOf(OUTCOMES))
    after = fields.String(load_default=None)


class AnswerSchema(Schema):
    """An official answer with the status it gives."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES, error=Sentence("Choose a status.")))
    text = Words(10, ANSWER, required=True)
    planned_for: fields.Field[date] = fields.Date(
        load_default=None, error_messages={"invalid": Sentence("Write a date like 2027-03-01.")}
    )
    submission_key = _key()


class HideSchema(Schema):
    """Why an idea is taken out of sight; its author reads this."""

    reason = Words(5, 500, required=True)


class OtherIdeaSchema(Schema):
    """The public name of another idea."""

    other = fields.String(required=True, validate=validate.Length(max=40))


class TeamIdeasQuery(Schema):
    """The team's list: like the public one, and hidden ideas as a state."""

    q = Words(0, 200, one_line=True, load_default=None)
    status = fields.String(load_default=None, validate=validate.OneOf((*STATUSES, "hidden")))
    board = Words(0, 60, one_line=True, load_default=None)
    sort = fields.String(load_default="top", validate=validate.OneOf(tuple(SORTS)))
    after = fields.String(load_default=None)
