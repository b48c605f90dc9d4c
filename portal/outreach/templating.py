"""Writes message templates: a draft by one person, its class set by another, and from then on it may be sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import consent
from portal.audit import Actor
from portal.errors import Conflict, Invalid, NotAllowed, NotFound
from portal.outreach.lint import Finding, findings, length_findings
from portal.outreach.models import CLASSES, MessageTemplate
from portal.outreach.queries import template, template_version
from portal.outreach.schemas import TRANSLATED
from portal.sentences import Sentence


def add_template(
    session: Session,
    *,
    key: str,
    message_class: str,
    purpose: str,
    channel: str,
    subject: str,
    text: str,
    by: str,
    now: datetime,
    topic: str = "*",
    data_used: Sequence[str] = (),
) -> MessageTemplate:
    """Add words that were looked at elsewhere and may be sent at once: what the portal ships, what a loader brings.

    People write with `draft_template`; then a second person sets the class.

    :param message_class: mandatory, service, answer (what we owe), research, marketing or repermission.
    :param text: may have blanks such as `$name`, filled when it is sent.
    :param data_used: the data and recipients it uses, as the notices of its purpose name them; empty: all of them.
    :raises Invalid: when the class is unknown.
    """
    if message_class not in CLASSES:
        raise Invalid(Sentence("A message is one of %(classes)s.", classes=", ".join(CLASSES)), code="bad-class")
    values: dict[str, Any] = {"message_class": message_class, "purpose": purpose, "topic": topic, "channel": channel}
    values |= {"data_used": list(data_used)}
    made = _new_version(session, key, by, now, **values, subject=subject, text=text)
    made.confirmed_at, made.confirmed_by = now, by
    session.flush()
    return made


def kept_template(session: Session, words: Mapping[str, str], now: datetime) -> MessageTemplate:
    """The newest words of a template of ours; the company may have put its own in their place.

    :param words: what the portal ships, as `add_template` takes it.
    """
    try:
        return template(session, words["key"])
    except NotFound:
        return add_template(session, by="portal", now=now, **words)


def draft_template(
    session: Session, *, key: str, author: Actor, now: datetime, fresh: bool = False, **values: Any
) -> MessageTemplate:
    """Write a new version, which nothing can send before somebody else has set its class.

    :param fresh: the key must not be there yet. :param values: as `TemplateWordsSchema` gives them.
    :raises Conflict: when it shall be fresh and is not.
    :raises Invalid: code `bad-words`, when the words are refused; the message names them.
    :raises Invalid: code `no-such-purpose`; `not-carried`, when messages of this class do not go under the purpose;
        `not-named`, when it uses something that no words of the purpose name.
    """
    if fresh and session.scalar(sa.select(MessageTemplate.id).where(MessageTemplate.key == key).limit(1)):
        raise Conflict(Sentence("There is a message called “%(key)s” already.", key=key), code="template-exists")
    check_carried(session, values["purpose"], values["message_class"])
    _check_named(session, values["purpose"], values.get("data_used", ()))
    pairs = {name: (values.pop(f"subject_{name}", ""), values.pop(f"text_{name}", "")) for name in TRANSLATED}
    values["translations"] = {
        TRANSLATED[name]: {"subject": subject, "text": text} for name, (subject, text) in pairs.items() if subject
    }
    pairs = {"en": (values["subject"], values["text"])} | {
        name: (said["subject"], said["text"]) for name, said in values["translations"].items()
    }
    _refuse(length_findings(values["channel"], pairs))
    texts = texts_in(values["subject"], values["text"], values["translations"])
    _refuse(findings(key, values["message_class"], values.get("topic", "*"), texts))
    return _new_version(session, key, author.name, now, author_id=author.id, **values)


def confirm_template(
    session: Session, key: str, version: int, *, message_class: str, by: Actor, now: datetime
) -> MessageTemplate:
    """Set the class of a draft, which is then what may be sent under this key; its words never change.

    :raises NotFound: when there is no such version. :raises NotAllowed: when its author tries.
    :raises Conflict: when it is no draft any more, or a newer version was confirmed meanwhile.
    :raises Invalid: when the words do not go with the class; the message names them. Codes as for drafting, too.
    """
    found = _draft(session, key, version, by)
    newer = sa.select(MessageTemplate.id).where(
        MessageTemplate.key == key, MessageTemplate.version > version, MessageTemplate.confirmed_at.is_not(None)
    )
    if session.scalar(newer.limit(1)):
        raise Conflict("A newer version is in use already.", code="template-state")
    check_carried(session, found.purpose, message_class)
    _refuse(warnings_of(found, message_class))
    found.message_class, found.confirmed_at, found.confirmed_by = message_class, now, by.name
    session.flush()
    return found


def check_carried(session: Session, purpose: str, message_class: str) -> None:
    """Refuse a class that does not go under a purpose; rule 4 would deny each such message.

    :raises Invalid: codes `no-such-purpose`, `not-carried`.
    """
    found = next((one for one in consent.purposes(session) if one.key == purpose), None)
    if found is None:
        raise Invalid(Sentence("There is no such purpose."), code="no-such-purpose")
    if message_class not in found.carries:
        raise Invalid(
            Sentence("Messages of this kind do not go under this purpose: choose the purpose that they are for."),
            code="not-carried",
        )


def check_sent_by_rule(session: Session, kind: str, template_key: str | None) -> None:
    """Refuse a rule that would send what its purpose does not carry, or what is not there.

    :raises NotFound: code `no-template`. :raises Invalid: see `check_carried`.
    """
    if kind == "contact" and template_key:
        words = template(session, template_key)
        check_carried(session, words.purpose, words.message_class)


def _check_named(session: Session, purpose: str, uses: Sequence[str]) -> None:
    named = {one.casefold() for one in consent.named_by(session, purpose).get(purpose, ())}
    more = [one for one in uses if one.casefold() not in named]
    if more:
        raise Invalid(Sentence("No words of this purpose name this: %(more)s.", more="; ".join(more)), code="not-named")


def turn_down_template(
    session: Session, key: str, version: int, *, because: str, by: Actor, now: datetime
) -> MessageTemplate:
    """Say that a draft is not to be sent, and why; its author reads it and may write another version.

    :raises NotFound, NotAllowed, Conflict: as for confirming.
    """
    found = _draft(session, key, version, by)
    found.turned_down_at, found.turned_down_by, found.note = now, by.name, because
    session.flush()
    return found


def texts_in(subject: str, text: str, translations: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Everything a version says, by language, the subject and the text as one."""
    more = {name: f"{said['subject']}\n{said['text']}" for name, said in translations.items()}
    return {"en": f"{subject}\n{text}", **more}


def warnings_of(found: MessageTemplate, message_class: str | None = None) -> list[Finding]:
    """What whoever confirms a version should look at, under its class or another."""
    texts = texts_in(found.subject, found.text, found.translations)
    return findings(found.key, message_class or found.message_class, found.topic, texts)


def _draft(session: Session, key: str, version: int, by: Actor) -> MessageTemplate:
    found = template_version(session, key, version)
    if found.state != "draft":
        raise Conflict("Somebody has settled this version already.", code="template-state")
    if found.author_id is not None and found.author_id == by.id:
        raise NotAllowed("You wrote it, so somebody else sets its kind.", code="second-person")
    return found


def _new_version(session: Session, key: str, by: str, now: datetime, **values: Any) -> MessageTemplate:
    newest = session.scalar(sa.select(sa.func.max(MessageTemplate.version)).where(MessageTemplate.key == key)) or 0
    values.setdefault("translations", {})
    made = MessageTemplate(key=key, version=newest + 1, created_at=now, created_by=by, note="", **values)
    session.add(made)
    session.flush()
    return made


def _refuse(found: list[Finding]) -> None:
    """:raises Invalid: when one of the findings refuses the words."""
    against = next((one for one in found if one.refuses), None)
    if against is not None:
        raise Invalid(against.sentence, code=f"bad-{against.code}")
