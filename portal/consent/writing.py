"""What an act becomes when it is written to the ledger: what it may say, and every value of its entry."""

import uuid
from datetime import datetime
from typing import Any, Protocol

from portal.clock import months_later
from portal.consent.chain import entry_hash, salted
from portal.consent.models import Notice, Purpose
from portal.consent.notices import scope_of
from portal.consent.parts import parts_of
from portal.consent.rules import AFFIRMATIVE, ANY, NewEntry, grade_of
from portal.errors import Invalid, NotFound
from portal.sentences import Sentence


class Whose(Protocol):
    """What of a customer an entry names."""

    @property
    def id(self) -> int:
        """Of the customer."""

    @property
    def ref(self) -> str:
        """The public name."""


def repeated(source: Any, *, since: datetime, earlier_words: bool) -> dict[str, Any]:
    """What an entry that says another one's yes again takes over from it, so that it is no younger, wider or longer.

    :param source: the entry, or its columns.
    :param since: since when that yes stands: it covers no way and no topic that came later.
    :param earlier_words: whether that yes covers words from before it.
    """
    covers = {name: value for name, value in source.scope.items() if name not in ("since", "earlier_words")}
    covers |= {"earlier_words": True} if earlier_words else {}
    return {
        "notice_id": source.notice_id, "language": source.language, "occurred_at": source.occurred_at,
        "valid_until": source.valid_until, "grade": source.grade, "authority": source.authority,
        "again": {**covers, "since": since.isoformat()},
    }  # fmt: skip


def check_purpose(entry: NewEntry, purpose: Purpose | None) -> None:
    """Refuse an act about a purpose that is not there, or a yes to what it does not ask for any more.

    :raises Invalid: codes `retired`, `no-such-channel`, `no-such-topic`.
    :raises NotFound: when there is no such purpose.
    """
    if entry.purpose == ANY:
        return
    if purpose is None:
        raise NotFound(Sentence("There is no purpose “%(purpose)s”.", purpose=entry.purpose), code="no-such-purpose")
    if entry.action not in AFFIRMATIVE or entry.again is not None:
        return
    if purpose.retired_at is not None:
        raise Invalid("We do not ask for this any more.", code="retired")
    if entry.channel not in (ANY, *purpose.channels):
        raise Invalid("This purpose does not use this channel.", code="no-such-channel")
    if entry.topic not in (ANY, *purpose.topics):
        raise Invalid("This purpose has no such topic.", code="no-such-topic")


def check_notice(notice: Notice | None, purpose: Purpose | None, now: datetime) -> Notice:
    """The words an act names, when they may be named: those in force, or those that were.

    :raises Invalid: code `bad-notice`.
    """
    if notice is None or notice.published_at is None or purpose is None or notice.purpose_key != purpose.key:
        raise Invalid("These words belong to another purpose or are not published.", code="bad-notice")
    if notice.effective_at is not None and notice.effective_at > now:
        raise Invalid("These words have not taken effect yet.", code="bad-notice")
    return notice


def entry_values(
    customer: Whose,
    entry: NewEntry,
    newest: tuple[int, str],
    purpose: Purpose | None,
    notice: Notice | None,
    now: datetime,
) -> dict[str, Any]:
    """Every value of the entry but its `global_seq`, which the database gives.

    :param newest: position and hash of the customer's newest entry; 0 and `START` before the first.
    """
    purpose_key, channel, topic = entry.key
    salt, proof = salted(entry.evidence) if entry.evidence is not None else (None, None)
    values: dict[str, Any] = {
        "customer_id": customer.id,
        "seq": newest[0] + 1,
        "event_id": entry.event_id or str(uuid.uuid4()),
        "purpose": purpose_key,
        "channel": channel,
        "topic": topic,
        "action": entry.action,
        "basis": purpose.lawful_basis if purpose else "consent",
        **_words(entry, notice),
        "scope": _scope(entry, purpose, notice),
        "occurred_at": entry.occurred_at or now,
        "recorded_at": now,
        "valid_until": _ends(entry, purpose, now),
        "actor_type": entry.actor_type,
        "actor": customer.ref if entry.actor_type == "customer" else entry.actor,  # a name could not be erased
        "method": entry.method,
        "evidence_sha256": proof,
        "source_system": entry.source_system,
        "authority": entry.authority,
        "grade": grade_of(entry, words=notice is not None),
        "prev_hash": newest[1],
    }
    return {**values, "evidence": entry.evidence, "evidence_salt": salt, "entry_hash": entry_hash(values)}


def _words(entry: NewEntry, notice: Notice | None) -> dict[str, Any]:
    """The words an act rests on: which version, in which language, and exactly which."""
    return {
        "notice_id": notice.id if notice else None,
        "notice_version": notice.version if notice else None,
        "notice_sha256": notice.sha256 if notice else None,
        "language": notice.language if notice else entry.language,
    }


def _ends(entry: NewEntry, purpose: Purpose | None, now: datetime) -> datetime | None:
    """When the act's effect is over: as given, else as long after a yes as its purpose says."""
    if entry.again is not None:
        return entry.valid_until
    if entry.valid_until is None and purpose is not None and purpose.expires_months and entry.action in AFFIRMATIVE:
        return months_later(entry.occurred_at or now, purpose.expires_months)
    return entry.valid_until


def _scope(entry: NewEntry, purpose: Purpose | None, notice: Notice | None) -> dict[str, Any]:
    """What an affirmative act covers, in the words of its day: a wider purpose later does not widen it."""
    if purpose is None or entry.action not in AFFIRMATIVE:
        return {}
    if entry.again is not None:
        return dict(entry.again)
    if notice is None and entry.occurred_at is not None:
        return {}  # there were no words that day; those of today would be more than anybody said yes to
    scope = scope_of(notice, purpose)
    since = stood_since(purpose, entry.occurred_at)
    scope |= {"since": since.isoformat()} if since else {}
    return {**scope, "earlier_words": True} if entry.earlier_words else scope


def stood_since(purpose: Purpose, said_at: datetime | None) -> datetime | None:
    """Since when a yes stands that was said before a way or topic came to its purpose; None: since it is recorded."""
    if said_at is None:
        return None
    came = (part.added_at for part in parts_of(purpose.part_dates) if part.added_at is not None)
    return said_at if any(at > said_at for at in came) else None
