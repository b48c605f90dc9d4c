"""What another system calls the words it wants to send: one known here is what a second person confirmed."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.outreach.models import MessageTemplate
from portal.sentences import Sentence

BOUND = ("message_class", "purpose", "topic", "channel")
"""What the confirmation of a version settles for whatever goes out as it."""
NEWEST_VERSION = 1_000_000


def as_named(session: Session, wish: Mapping[str, Any]) -> dict[str, Any]:
    """A wish as it is stated elsewhere, with how its template stands here.

    :param wish: values of `IntentFacts`; its `template`, `name@version`, may be of another system.
    :raises Invalid: code `template-differs`, when the version was confirmed as something else, or uses less data than
        the wish; `template-refused`, when it was turned down.
    """
    found = named(session, str(wish.get("template") or ""))
    if found is None:
        return {**wish, "template_state": "unknown"}
    if found.state == "turned_down":
        raise Invalid(
            Sentence("%(template)s was turned down: nothing goes out as it.", template=wish["template"]),
            code="template-refused",
        )
    if found.state == "confirmed":
        _agree(found, wish)
    uses = tuple(sorted(found.data_used)) or wish.get("data_used", ())  # what its author said of it, not less
    return {**wish, "template_state": found.state, "data_used": uses}


def named(session: Session, name: str) -> MessageTemplate | None:
    """The version that is called `name@version`; None for one that is not known here."""
    key, _at, version = name.rpartition("@")
    if not version.isascii() or not version.isdigit() or int(version) > NEWEST_VERSION or not key.isprintable():
        return None
    here = (MessageTemplate.key == key, MessageTemplate.version == int(version))
    return session.scalar(sa.select(MessageTemplate).where(*here))


def _agree(found: MessageTemplate, wish: Mapping[str, Any]) -> None:
    settled: dict[str, Any] = {part: getattr(found, part) for part in BOUND if getattr(found, part) != wish[part]}
    if found.data_used and not set(wish.get("data_used") or ()) <= set(found.data_used):
        settled["data_used"] = "; ".join(found.data_used)
    for part, told in settled.items():
        said = Sentence(
            "%(template)s was confirmed with another %(part)s, %(settled)s: this may not go out as it.",
            template=wish["template"], part=part, settled=told,
        )  # fmt: skip
        raise Invalid(said, code="template-differs")
