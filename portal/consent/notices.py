"""The words shown when asking: a draft in each language, then published together; published words never change.

A version names the data it is about and who gets them. What a customer said yes to is what their version named: words
that are wider reach nobody who has not said yes to them.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit
from portal.consent.chain import TERMS, WORDS, words_hash
from portal.consent.models import Notice, Purpose
from portal.consent.published import notice_by_id
from portal.consent.rules import added, parts
from portal.errors import Conflict, Invalid, NotFound
from portal.sentences import Sentence

CHANGES = ("editorial", "narrowing", "widening", "controller")
MAY_ADD = ("first", "widening", "controller")
"""Changes under which words may name data or recipients that were not named before."""


def draft_notice(
    session: Session,
    *,
    purpose: str,
    title: str,
    summary: str,
    text: str,
    now: datetime,
    change: str = "editorial",
    language: str = "en",
    version: int | None = None,
    created_by: str = "portal",
    data_used: str | None = None,
    recipients: str | None = None,
) -> Notice:
    """Write new words for a purpose; nobody sees them before they are published.

    :param change: `editorial` and `narrowing` let old grants stand, `widening` lets them stand for the old scope only,
        `controller` ends them. The first version is always `first`.
    :param version: of the words this is a translation of; a new version when left out. A translation has the change
        and the terms of what it translates.
    :param data_used: what the words are about, separated by semicolons; as the purpose has it when left out.
    :raises Conflict: code `notice-exists`, when this version has words in this language; `published`, when it is in
        force: then another language comes with a new version.
    """
    asked = session.get(Purpose, purpose)
    if asked is None:
        raise NotFound(Sentence("There is no purpose “%(purpose)s”.", purpose=purpose), code="no-such-purpose")
    newest = session.scalar(select(func.max(Notice.version)).where(Notice.purpose_key == purpose)) or 0
    version = version or newest + 1
    others = languages_of(session, purpose, version)
    for other in others:
        _still_a_draft(other)
    change = "first" if version == 1 else others[0].change if others else change
    _known_change(change, version)
    values: dict[str, Any] = {
        "purpose_key": purpose, "version": version, "language": language, "change": change, "title": title,
        "summary": summary, "text": text, "data_used": data_used or asked.data_used,
        "recipients": recipients or asked.recipients,
    }  # fmt: skip
    values |= {name: getattr(others[0], name) for name in TERMS} if others else {}
    draft = Notice(**values, sha256=words_hash(values), created_at=now, created_by=created_by)
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        raise Conflict("This version already has words in this language.", code="notice-exists") from None
    return draft


def edit_notice(
    session: Session, notice_id: int, *, title: str, summary: str, text: str, change: str | None = None,
    data_used: str | None = None, recipients: str | None = None,
) -> Notice:  # fmt: skip
    """Change a draft; what kind of change it is and its terms hold for each of its languages.

    :raises Conflict: code `published`, since published words never change.
    """
    draft = notice_by_id(session, notice_id)
    _still_a_draft(draft)
    draft.title, draft.summary, draft.text = title, summary, text
    for each in _drafts(session, draft):
        if change is not None and draft.version > 1:
            _known_change(change, draft.version)
            each.change = change
        each.data_used, each.recipients = data_used or each.data_used, recipients or each.recipients
        each.sha256 = words_hash(words_of(each))
    session.flush()
    return draft


def publish_notice(
    session: Session,
    notice_id: int,
    *,
    now: datetime,
    by: audit.Actor = audit.PORTAL,
    effective_at: datetime | None = None,
    seen_sha256: str | None = None,
) -> Notice:
    """Put a version into force, in all its languages at once. Nobody's permissions grow by it.

    :param effective_at: when it takes effect; at once if left out.
    :param seen_sha256: `version_sha256` of the drafts the publisher read; refused if one was edited since.
    :raises Conflict: codes `published`, `stale`.
    :raises Invalid: codes `widens`, when an editorial or narrowing change names something new; `in-the-past`; and
        `before-scheduled`, when it would take effect before an earlier version does.
    """
    draft = notice_by_id(session, notice_id)
    _still_a_draft(draft)
    drafts = _drafts(session, draft)
    if seen_sha256 is not None and seen_sha256 != version_sha256(drafts):
        raise Conflict("The draft was changed since you read it. Read it again before publishing.", code="stale")
    purpose = session.get_one(Purpose, draft.purpose_key)
    newest = _newest_published(session, draft)
    _not_too_early(newest, effective_at or now, now)
    before: Notice | Purpose = newest or purpose
    more = added(before.data_used, draft.data_used) + added(before.recipients, draft.recipients)
    if more and draft.change not in MAY_ADD:
        raise Invalid(
            Sentence("This names something new (%(more)s), so it is wider.", more="; ".join(more)), code="widens"
        )
    for each in drafts:
        _put_into_force(session, each, effective_at or now, now=now, by=by)
    if effective_at is None or effective_at <= now:
        purpose.data_used, purpose.recipients = draft.data_used, draft.recipients
    session.flush()
    return draft


def take_back(session: Session, notice_id: int, *, now: datetime, by: audit.Actor) -> Notice:
    """Make a version that has not taken effect a draft again, in all its languages. Nobody was asked with it yet.

    :raises Conflict: codes `in-force`, when it has taken effect; `not-scheduled`, when it is a draft.
    """
    found = notice_by_id(session, notice_id)
    for each in languages_of(session, found.purpose_key, found.version):
        free = (Notice.id == each.id, Notice.effective_at > now)
        values = {"published_at": None, "effective_at": None}
        if not session.scalars(update(Notice).where(*free).values(**values).returning(Notice.id)).all():
            if each.published_at is None:
                raise Conflict("This is a draft; there is nothing to take back.", code="not-scheduled")
            raise Conflict("These words have taken effect and never change. Write a new version.", code="in-force")
        subject = f"notice:{each.purpose_key}:{each.version}:{each.language}"
        audit.record(session, act="notice.taken-back", by=by, subject=subject, detail={"sha256": each.sha256}, now=now)
    session.flush()
    session.refresh(found)
    return found


def _newest_published(session: Session, draft: Notice) -> Notice | None:
    here = (Notice.purpose_key == draft.purpose_key, Notice.published_at.is_not(None))
    return session.scalars(select(Notice).where(*here).order_by(Notice.version.desc()).limit(1)).first()


def _not_too_early(newest: Notice | None, at: datetime, now: datetime) -> None:
    """The version with the highest number is the one in force, so it cannot take effect before one that is lower."""
    if at < now:
        raise Invalid("A day that is past cannot be chosen.", code="in-the-past")
    if newest is not None and newest.effective_at is not None and at < newest.effective_at:
        raise Invalid(
            Sentence(
                "Version %(number)s takes effect later than that. Take it back first, or choose a later day.",
                number=str(newest.version),
            ),
            code="before-scheduled",
        )


def languages_of(session: Session, purpose: str, version: int) -> Sequence[Notice]:
    """The words of one version in each of its languages."""
    here = (Notice.purpose_key == purpose, Notice.version == version)
    return session.scalars(select(Notice).where(*here).order_by(Notice.language)).all()


def _drafts(session: Session, draft: Notice) -> list[Notice]:
    return [one for one in languages_of(session, draft.purpose_key, draft.version) if one.published_at is None]


def version_sha256(notices: Sequence[Notice]) -> str:
    """One fingerprint of a version: of its words, or of the fingerprints of its languages."""
    prints = [one.sha256 for one in sorted(notices, key=lambda one: one.language)]
    return prints[0] if len(prints) == 1 else hashlib.sha256("".join(prints).encode()).hexdigest()


def words_of(notice: Notice) -> dict[str, Any]:
    """What the hash of a notice covers."""
    return {name: getattr(notice, name) for name in (*WORDS, *TERMS)}


def scope_of(notice: Notice | None, purpose: Purpose) -> dict[str, Any]:
    """What a yes to these words covers."""
    source: Notice | Purpose = notice or purpose
    return {"data_used": source.data_used, "recipients": source.recipients}


def covers(scope: dict[str, Any], uses: Sequence[str]) -> bool:
    """Whether every one of these data and recipients is named in what somebody said yes to."""
    named = {part.casefold() for name in TERMS for part in parts(str(scope.get(name, "")))}
    return all(one.strip().casefold() in named for one in uses)


def _put_into_force(session: Session, draft: Notice, at: datetime, *, now: datetime, by: audit.Actor) -> None:
    free = (Notice.id == draft.id, Notice.published_at.is_(None))
    values = {"published_at": now, "effective_at": at, "sha256": words_hash(words_of(draft))}
    if not session.scalars(update(Notice).where(*free).values(**values).returning(Notice.id)).all():
        raise Conflict("These words are already published.", code="published")
    subject = f"notice:{draft.purpose_key}:{draft.version}:{draft.language}"
    audit.record(session, act="notice.published", by=by, subject=subject, detail={"sha256": values["sha256"]}, now=now)


def _known_change(change: str, version: int) -> None:
    if version > 1 and change not in CHANGES:
        raise Invalid(Sentence("A change is one of %(changes)s.", changes=", ".join(CHANGES)), code="bad-change")


def _still_a_draft(draft: Notice) -> None:
    if draft.published_at is not None:
        raise Conflict("These words are published and never change. Write a new version.", code="published")
