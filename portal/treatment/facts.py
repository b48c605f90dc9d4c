"""What a decision is made from, as values that can be recorded and read back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

CLASSES = ("mandatory", "service", "answer", "research", "marketing", "repermission")
OWED = ("mandatory", "service", "answer")
COUNTED = ("marketing", "research", "repermission")
QUIET_CHANNELS = ("in_app", "post")
"""Channels that wait for the customer to look, and so disturb nobody at night."""

DEFAULT_POLICY: dict[str, Any] = {
    "complaint_days": 30,
    "promise_days": 60,
    "caps": {"marketing": [[2, 7], [6, 30]], "research": [[1, 30]], "repermission": [[1, 365]]},
    "quiet_from": "20:00",
    "quiet_until": "08:00",
    "zone_if_unknown": "",
    "ask_again_hours": 24,
    "lease_seconds": 60,
}
"""Caps are pairs of at most so many in so many days. With no zone for strangers, what is not owed waits for one."""


def plain(value: Any) -> Any:
    """The value as JSON knows it: instants as ISO text in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _record(values: Any) -> dict[str, Any]:
    found: dict[str, Any] = plain(asdict(values))
    return found


@dataclass(frozen=True)
class IntentFacts:
    """What somebody wants to send.

    :ivar key: names this wish, so that it is claimed once. :ivar template: key and version of the words.
    :ivar segment_key: the segment that selected the customer, when one did.
    :ivar expires_at: from when it makes no sense any more.
    """

    key: str
    customer_id: int
    channel: str
    message_class: str
    purpose: str
    topic: str = "*"
    template: str = ""
    campaign: str = ""
    reason: str = ""
    segment_key: str | None = None
    subject_ref: str = ""
    expires_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return _record(self)


@dataclass(frozen=True)
class Facts:
    """What is known of the customer when deciding, as far as it matters for one intent.

    :ivar suppressed: `hard_bounce` or `spam_complaint` when a provider told so about the address of this channel.
    :ivar address: `verified`, `unverified`, `none`, or `not-needed` where the channel is the portal itself.
    :ivar restrictions: what the ledger says against the purpose on this channel and topic; empty when it is allowed.
    :ivar profiling: the same for being grouped by need; None when no segment selected the customer.
    :ivar allowed_since: when the purpose was allowed. :ivar allowed_seq: the ledger entry that allowed it.
    :ivar rights_open_since: when the oldest request about personal data was made that is not settled.
    :ivar complaint_answered_at: when the last answered complaint was answered.
    :ivar claims: moment and class of each claim of the last year that counts against the caps.
    :ivar zones: the zones the customer may be in; :ivar zone_source: `stated`, `country`, `policy` or `unknown`.
    """

    erased: bool = False
    suppressed: str = ""
    address: str = "verified"
    restrictions: tuple[str, ...] = ()
    profiling: tuple[str, ...] | None = None
    allowed_since: datetime | None = None
    allowed_seq: int = 0
    paused: bool = False
    paused_until: datetime | None = None
    complaint_open_since: datetime | None = None
    complaint_answered_at: datetime | None = None
    complaint_ref: str = ""
    rights_open_since: datetime | None = None
    rights_ref: str = ""
    distress_since: datetime | None = None
    distress_ref: str = ""
    promise_broken_at: datetime | None = None
    promise_ref: str = ""
    claims: tuple[tuple[datetime, str], ...] = ()
    max_per_week: int | None = None
    zones: tuple[str, ...] = ()
    zone_source: str = "unknown"
    quiet_from: str | None = None
    quiet_until: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the record; `facts_from` reads it back."""
        return _record(self)


@dataclass(frozen=True)
class Result:
    """What one rule says. `until` is the first instant at which it would not, None when that is not a matter of time.

    :ivar remedy: what would change a deny that time alone does not.
    """

    rule: str
    number: int
    result: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    until: datetime | None = None
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return _record(self)


@dataclass(frozen=True)
class Outcome:
    """What all rules together say."""

    outcome: str
    hold_until: datetime | None
    decisive: str | None
    results: tuple[Result, ...]


_MOMENTS = (
    "allowed_since", "paused_until", "complaint_open_since", "complaint_answered_at", "distress_since",
    "promise_broken_at", "rights_open_since",
)  # fmt: skip


def facts_from(data: Mapping[str, Any]) -> Facts:
    """Facts as they were recorded, for deciding again."""
    values = dict(data)
    for name in _MOMENTS:  # a record from before a fact was known does not have it
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    values["claims"] = tuple((datetime.fromisoformat(at), kind) for at, kind in values["claims"])
    values["restrictions"], values["zones"] = tuple(values["restrictions"]), tuple(values["zones"])
    values["profiling"] = None if values["profiling"] is None else tuple(values["profiling"])
    return Facts(**values)


def intent_from(data: Mapping[str, Any]) -> IntentFacts:
    """An intent as it was recorded."""
    ends = data.get("expires_at")
    return IntentFacts(**{**data, "expires_at": datetime.fromisoformat(ends) if ends else None})
