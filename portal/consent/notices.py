"""Purposes and their words: what an administrator writes. Published words never change; new words are a new version."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit
from portal.consent.chain import words_hash
from portal.consent.models import Notice, Purpose
from portal.consent.published import notice_by_id
from portal.errors import Conflict, Invalid, NotFound
from portal.sentences import Sentence

CHANGES = ("editorial", "narrowing", "widening", "controller")


def add_purpose(session: Session, *, now: datetime, by: audit.Actor = audit.PORTAL, **values: Any) -> Purpose:
    """Add a purpose.

    :param values: the columns of `Purpose`: `key`, `sentence`, `lawful_basis`, `data_used`, `recipients`,
        `retention_days`, `honours_gpc`, `asks`, and optionally `position`, `expires_months`, `channels`, `topics`.
    :raises Conflict: code `purpose-exists`.
    """
    if values.get("position") is None:
        values["position"] = (session.scalar(select(func.max(Purpose.position))) or 0) + 1
    purpose = Purpose(**values, created_at=now)
    try:
        with session.begin_nested():
            session.add(purpose)
            session.flush()
    except IntegrityError:
        raise Conflict("There is already a purpose with this key.", code="purpose-exists") from None
    audit.record(session, act="purpose.added", by=by, subject=f"purpose:{purpose.key}", now=now)
    return purpose


def heed_gpc(session: Session, key: str, heeds: bool, *, now: datetime, by: audit.Actor) -> Purpose:
    """Say whether the browser's signal (Global Privacy Control) counts as an objection to a purpose.

    What was recorded before stays: an objection is lifted by its customer only.
    """
    purpose = session.get(Purpose, key)
    if purpose is None:
        raise NotFound("There is no such purpose.")
    if purpose.honours_gpc != heeds:
        purpose.honours_gpc = heeds
        audit.record(session, act="purpose.gpc", by=by, subject=f"purpose:{key}", detail={"heeds": heeds}, now=now)
    return purpose


def retire_purpose(session: Session, key: str, *, now: datetime, by: audit.Actor) -> Purpose:
    """Stop using a purpose: it allows nothing from now on. The ledger keeps what was said."""
    purpose = session.get(Purpose, key)
    if purpose is None:
        raise NotFound("There is no such purpose.")
    if purpose.retired_at is None:
        purpose.retired_at = now
        audit.record(session, act="purpose.retired", by=by, subject=f"purpose:{key}", now=now)
    return purpose


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
) -> Notice:
    """Write new words for a purpose; nobody sees them before they are published.

    :param change: `editorial` and `narrowing` let old grants stand, `widening` lets them stand for the old scope only,
        `controller` ends them. The first version is always `first`.
    :param version: of the words this is a translation of; a new version when left out.
    :raises Conflict: code `notice-exists`, when this version has words in this language.
    """
    if session.get(Purpose, purpose) is None:
        raise NotFound(Sentence("There is no purpose “%(purpose)s”.", purpose=purpose), code="no-such-purpose")
    newest = session.scalar(select(func.max(Notice.version)).where(Notice.purpose_key == purpose)) or 0
    version = version or newest + 1
    if version > 1 and change not in CHANGES:
        raise Invalid(Sentence("A change is one of %(changes)s.", changes=", ".join(CHANGES)), code="bad-change")
    values: dict[str, Any] = {
        "purpose_key": purpose,
        "version": version,
        "language": language,
        "change": "first" if version == 1 else change,
        "title": title,
        "summary": summary,
        "text": text,
    }
    draft = Notice(**values, sha256=words_hash(values), created_at=now, created_by=created_by)
    try:
        with session.begin_nested():
            session.add(draft)
            session.flush()
    except IntegrityError:
        raise Conflict("This version already has words in this language.", code="notice-exists") from None
    return draft


def edit_notice(
    session: Session, notice_id: int, *, title: str, summary: str, text: str, change: str | None = None
) -> Notice:
    """Change a draft.

    :raises Conflict: code `published`, since published words never change.
    """
    draft = notice_by_id(session, notice_id)
    _still_a_draft(draft)
    draft.title, draft.summary, draft.text = title, summary, text
    if change is not None and draft.version > 1:
        if change not in CHANGES:
            raise Invalid(Sentence("A change is one of %(changes)s.", changes=", ".join(CHANGES)), code="bad-change")
        draft.change = change
    draft.sha256 = words_hash(words_of(draft))
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
    """Put words into force. Nobody's permissions grow by it.

    :param effective_at: when they take effect; at once if left out.
    :param seen_sha256: hash of the draft the publisher read; publishing is refused if it was edited meanwhile.
    :raises Conflict: codes `published`, `stale`.
    """
    draft = notice_by_id(session, notice_id)
    _still_a_draft(draft)
    if seen_sha256 is not None and seen_sha256 != draft.sha256:
        raise Conflict("The draft was changed since you read it. Read it again before publishing.", code="stale")
    free = (Notice.id == draft.id, Notice.published_at.is_(None))
    values = {"published_at": now, "effective_at": effective_at or now, "sha256": words_hash(words_of(draft))}
    if not session.scalars(update(Notice).where(*free).values(**values).returning(Notice.id)).all():
        raise Conflict("These words are already published.", code="published")
    subject = f"notice:{draft.purpose_key}:{draft.version}:{draft.language}"
    audit.record(session, act="notice.published", by=by, subject=subject, detail={"sha256": values["sha256"]}, now=now)
    return draft


def words_of(notice: Notice) -> dict[str, Any]:
    """What the hash of a notice covers."""
    names = ("purpose_key", "version", "language", "change", "title", "summary", "text")
    return {name: getattr(notice, name) for name in names}


def _still_a_draft(draft: Notice) -> None:
    if draft.published_at is not None:
        raise Conflict("These words are published and never change. Write a new version.", code="published")
