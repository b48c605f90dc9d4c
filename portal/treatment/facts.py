"""What a decision is made from, as values that can be recorded and read back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple


def plain(value: Any) -> Any:
    """The value as JSON knows it: instants as ISO text in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value


def _record(values: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in vars(values).items()}


@dataclass(frozen=True)
class IntentFacts:
    """What somebody wants to send.

    :ivar key: names this wish, so that it is claimed once. :ivar template: key and version of the words.
    :ivar template_state: `confirmed` when a second person set the class of these words, else `draft` or `unknown`;
        empty in records from before that was known.
    :ivar segment_key: the segment that selected the customer, when one did.
    :ivar not_before: it waits until then. :ivar expires_at: from when it makes no sense any more.
    :ivar contact_point: the address or number it would go to; empty for the one we know for the channel.
    :ivar product_line: what it is about, one of `PRODUCT_LINES`; empty when that is not said, and then it counts as
        about every line. :ivar cross_sell: whether it offers something to somebody who does not have it yet.
    :ivar data_used: which data of the customer chose or fill it, and who gets them, in the words of the notice; empty
        when that is not said, and then it counts as all that the words in force name.
    :ivar priority: which of several waiting ones is decided first; more is sooner.
    :ivar caller: who wishes it: a system, a job or a person.
    :ivar control: the campaign that keeps this customer as one who gets nothing, to compare; empty when none does.
    :ivar proves: it brings the code that the customer asked for to confirm the contact point it goes to.
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
    contact_point: str = ""
    product_line: str = ""
    cross_sell: bool = False
    data_used: tuple[str, ...] = ()
    priority: int = 0
    not_before: datetime | None = None
    caller: str = ""
    control: str = ""
    proves: bool = False
    template_state: str = "unknown"

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return _record(self)


class Claim(NamedTuple):
    """A contact that was allowed before and counts against the limits."""

    at: datetime
    message_class: str
    channel: str = ""
    topic: str = "*"
    purpose: str = ""


class Complaint(NamedTuple):
    """A complaint: since when, about which product lines (none: unknown, so about all), when it was answered."""

    ref: str
    since: datetime
    lines: tuple[str, ...] = ()
    answered: datetime | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of the customer when deciding, as far as it matters for one intent.

    :ivar suppressed: `hard_bounce` or `spam_complaint` when a provider told so about the address of this channel.
    :ivar marks: what the team recorded: `bereaved`, `court`, `minor`, `guardian`, `vulnerable`.
    :ivar address: `verified`, `unverified`, `none`, or `not-needed` where the channel is the portal itself; `proving`
        where it is not confirmed, and the message is the code with which its customer wants to confirm it.
    :ivar restrictions: what the ledger says against the purpose on this channel and topic; empty when it is allowed.
    :ivar carries: the classes of messages that may go under the purpose; None in records from before that was known.
    :ivar profiling: the same for being grouped by need; None when no segment selected the customer.
    :ivar allowed_since: when the purpose was allowed. :ivar allowed_seq: the ledger entry that allowed it.
    :ivar affirmed_at: when the customer last said yes to the purpose. :ivar notice_version: to which words.
    :ivar grade: how well that yes is proved, A to C; empty when it was said here.
    :ivar authority: by whom the yes was said: `self`, `guardian`, `joint`.
    :ivar holders: of a joint relationship, each holder with `approved`, `revoked` or `asked`; empty when there is one.
    :ivar call_register: `listed`, `free` or `none` (no register was ever brought in); empty when it does not matter.
    :ivar call_list_at: of which day the newest register is.
    :ivar complaints: those open and those answered, see `Complaint`.
    :ivar rights_open_since: when the oldest request about personal data was made that is not settled.
    :ivar negative_at: when negative feedback was written that a person confirmed. :ivar spam_at: last spam report.
    :ivar rated_at: when the customer said last that something was bad, as :ivar rated_score: of 1 to 5.
    :ivar promise_broken_at: the day of the last promise that was neither kept nor apologised for.
    :ivar apologised_due: the day of the last that was not kept, but apologised for at :ivar apologised_at: that moment.
    :ivar claims: each contact of the last year that counts against the limits.
    :ivar zones: the zones the customer may be in; :ivar zone_source: `stated`, `country`, `policy` or `unknown`.
    :ivar trust: the trust index from 0 to 1, None when it is not known.
    :ivar trust_floors: floors (`cross_sell`, `offers`) the index fell below and has not risen clear of since.
    :ivar campaign_sent: of the campaign in the last 24 hours; :ivar campaign_left: who left because of it in them.
    :ivar campaign_usual: the daily share that leaves, over 90 days; None when there is no such past.
    :ivar control: the pilot or campaign that keeps this customer as one who gets nothing, to compare.
    :ivar reader: the version of the reader that read what the customer wrote last; empty when nothing was read.
    """

    erased: bool = False
    suppressed: str = ""
    marks: tuple[str, ...] = ()
    address: str = "verified"
    restrictions: tuple[str, ...] = ()
    carries: tuple[str, ...] | None = None
    profiling: tuple[str, ...] | None = None
    allowed_since: datetime | None = None
    allowed_seq: int = 0
    affirmed_at: datetime | None = None
    notice_version: int | None = None
    grade: str = ""
    authority: str = "self"
    holders: tuple[tuple[str, str], ...] = ()
    call_register: str = ""
    call_list_at: datetime | None = None
    paused: bool = False
    paused_until: datetime | None = None
    complaints: tuple[Complaint, ...] = ()
    rights_open_since: datetime | None = None
    rights_ref: str = ""
    distress_since: datetime | None = None
    distress_ref: str = ""
    negative_at: datetime | None = None
    negative_ref: str = ""
    rated_at: datetime | None = None
    rated_score: int = 0
    rated_ref: str = ""
    spam_at: datetime | None = None
    promise_broken_at: datetime | None = None
    promise_ref: str = ""
    apologised_due: datetime | None = None
    apologised_at: datetime | None = None
    apologised_ref: str = ""
    claims: tuple[Claim, ...] = ()
    max_per_week: int | None = None
    zones: tuple[str, ...] = ()
    zone_source: str = "unknown"
    quiet_from: str | None = None
    quiet_until: str | None = None
    trust: float | None = None
    trust_floors: tuple[str, ...] = ()
    campaign_sent: int = 0
    campaign_left: int = 0
    campaign_usual: float | None = None
    control: str = ""
    reader: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the record; `facts_from` reads it back."""
        return _record(self)


def facts_like(base: Facts, own: Mapping[str, Any]) -> Facts:
    """The same facts but for some. As `dataclasses.replace`, in a tenth of the time: so it is done for many people.

    :param own: names of facts with their values; a name that is none would go unnoticed.
    """
    made = object.__new__(Facts)
    vars(made).update(vars(base))
    vars(made).update(own)
    return made


@dataclass(frozen=True)
class Result:
    """What one rule says. `until` is the first instant at which it would not, None when that is not a matter of time.

    :ivar remedy: what would change a deny or a hold that time alone does not.
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
    "allowed_since", "affirmed_at", "call_list_at", "paused_until", "rights_open_since", "distress_since",
    "negative_at", "rated_at", "spam_at", "promise_broken_at", "apologised_due", "apologised_at",
)  # fmt: skip
_TUPLES = ("marks", "restrictions", "zones", "trust_floors")


def facts_from(data: Mapping[str, Any]) -> Facts:
    """Facts as they were recorded, for deciding again; those of a record from before a fact was known are left out."""
    values = _earlier(dict(data))
    for name in _MOMENTS:
        values[name] = moment_from(values.get(name))
    for name in _TUPLES:
        values[name] = tuple(values.get(name) or ())
    for name in ("profiling", "carries"):
        values[name] = None if values.get(name) is None else tuple(values[name])
    values["holders"] = tuple((who, state) for who, state in values.get("holders") or ())
    values["claims"] = tuple(Claim(datetime.fromisoformat(at), *rest) for at, *rest in values["claims"])
    values["complaints"] = tuple(
        Complaint(ref, datetime.fromisoformat(since), tuple(lines), moment_from(answered))
        for ref, since, lines, answered in values["complaints"]
    )
    return Facts(**values)


def _earlier(values: dict[str, Any]) -> dict[str, Any]:
    """A record that told of one open and one answered complaint, as one that tells of each complaint."""
    began, ended = values.pop("complaint_open_since", None), values.pop("complaint_answered_at", None)
    ref = values.pop("complaint_ref", "")
    told = [(ref, began, (), None)] if began else []
    return {"complaints": told + ([(ref, ended, (), ended)] if ended else []), **values}


def moment_from(text: str | None) -> datetime | None:
    """An instant as it was recorded."""
    return datetime.fromisoformat(text) if text else None


def intent_from(data: Mapping[str, Any]) -> IntentFacts:
    """An intent as it was recorded."""
    read = {
        "expires_at": moment_from(data.get("expires_at")),
        "not_before": moment_from(data.get("not_before")),
        "data_used": tuple(data.get("data_used") or ()),
    }
    return IntentFacts(**{"template_state": "", **data, **read})
