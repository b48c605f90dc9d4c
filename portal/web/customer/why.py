"""Why: from the words to what we read in them, to the groups, to what was given, sent or not sent."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import RAISE, Schema, fields, validate

from portal import clock, consent, entitlements, needs, outreach, segments, treatment
from portal.accounts import Customer
from portal.consent import Permission
from portal.segments import Contest, Membership, Segment, SignalBehind, Tree
from portal.treatment import Decision
from portal.web import gateway_words, quotes, segment_words, wording
from portal.web.acting import note
from portal.web.customer.blueprint import blueprint
from portal.web.database import db
from portal.web.forms import submitted
from portal.web.identity import current_customer
from portal.web.message_names import message_name
from portal.web.pages import onward, page

SHOWN = 30


class ContestSchema(Schema):
    """Why a group is not somebody, in their own words; may be empty."""

    class Meta:
        unknown = RAISE

    said = fields.String(load_default="", validate=validate.Length(max=500))


@dataclass(frozen=True)
class Read:
    """One thing that was read in somebody's words: the need, whether it is met, how sure, and on which yes it rests."""

    need: str
    state: str
    sure: str
    reader: str
    allowed_at: datetime
    tag_id: int


@dataclass
class Words:
    """Some of the customer's own words, and what was read in them."""

    quote: Markup
    at: datetime
    conversation: str
    reads: list[Read] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """A decision as its customer reads it; `way` says how far it came where a gateway sends it."""

    decision: Decision
    title: str
    headline: str
    change: str
    way: str = ""


@dataclass(frozen=True)
class Group:
    """A group the customer is in or was in, from the words to what followed."""

    membership: Membership
    segment: Segment
    people: int
    because: list[Markup]
    words: list[Words]
    given: list[entitlements.Remainder]
    told: list[Told]
    contest: Contest | None


@blueprint.get("/why", endpoint="why")
def why_page() -> ResponseReturnValue:
    """Everything we conclude about the customer, why, and what came of it."""
    customer, now = current_customer(), clock.utc_now()
    signals = segments.open_signals_of(db.session, customer.id)
    memberships = segments.memberships_of(db.session, customer.id)
    told = _told(customer, treatment.decisions_of(db.session, customer.id, limit=SHOWN))
    groups = _groups(customer, [row for row in memberships if row[0].valid_to is None], told, now)
    used = {number for group in groups for number in segments.signals_in(group.membership.evidence)}
    chosen = {group.segment.key for group in groups}
    permission = consent.allows(db.session, customer.id, "needs", now=now)
    return page(
        "customer/why/why.html",
        permission=permission,
        cut=_cut(customer, permission),
        groups=groups,
        past=[row for row in memberships if row[0].valid_to is not None][:SHOWN],
        loose=_words([signal for signal in signals if signal.signal.id not in used])[:SHOWN],
        told=[one for one in told if one.decision.intent["segment_key"] not in chosen],
        wording=wording,
    )


@blueprint.get("/why/decisions/<ref>")
def why_decision(ref: str) -> ResponseReturnValue:
    """Why one message was sent or not: the whole line, and every rule."""
    customer, now = current_customer(), clock.utc_now()
    found = treatment.decision(db.session, ref, customer_id=customer.id)
    key = found.intent["segment_key"]
    at = [
        (membership, segment)
        for membership, segment in segments.memberships_of(db.session, customer.id)
        if segment.key == key
        and membership.valid_from <= found.decided_at
        and (membership.valid_to is None or membership.valid_to > found.decided_at)
    ]
    return page(
        "customer/why/decision.html",
        one=_told(customer, [found])[0],
        stopped=_was_stopped(found),
        groups=_groups(customer, at[:1], [], now),
        sent=outreach.dispatch_of(db.session, found.id),
        wording=wording,
    )


@blueprint.post("/why/groups/<int:membership_id>/contest")
def why_contest(membership_id: int) -> ResponseReturnValue:
    """Say that a group is not you. A person here looks at it; it is written down at once."""
    form, customer = submitted(ContestSchema()), current_customer()
    if not form.good:
        return onward("customer.why", _("That was too long. Use at most 500 characters."))
    if segments.contest(db.session, customer.id, membership_id, said=form.values["said"], now=clock.utc_now()):
        note("membership.contested", f"membership:{membership_id}")
    return onward("customer.why", _("It is written down. A person here sees it beside the group and will look at it."))


def _cut(customer: Customer, permission: Permission) -> tuple[int, int, datetime] | None:
    """How many signs and groups ended with the consent and since when it is gone; None while it stands."""
    if permission.allowed or permission.since is None:
        return None
    signals, groups = segments.cut_by_consent(db.session, customer.id)
    return (signals, groups, permission.since)


def _told(customer: Customer, decisions: Iterable[Decision]) -> list[Told]:
    found = list(decisions)
    wishes = outreach.intents_by_key(db.session, [decision.intent_key for decision in found])
    lines, sent = [], set[str]()
    for decision in found:
        wish = wishes.get(decision.intent_key)
        if decision.outcome == "allow":
            if decision.intent_key in sent:
                continue  # claimed anew before it left: one message all the same
            sent.add(decision.intent_key)
        subject = message_name(decision, wish, customer)
        if decision.outcome == "allow" and wish is not None and wish[0].state != "sent":
            title = str(_("Why “%(subject)s” was allowed at first", subject=subject))
            headline = str(_("No rule spoke against it then. It was looked at again before it left, and stopped."))
        else:
            title, headline = _title(decision, subject), wording.outcome(decision)
        message = wish[2] if wish is not None and decision.outcome == "allow" else None
        if message is not None and message.state in ("waiting", "leased"):
            title = str(_("Why “%(subject)s” may go to you", subject=subject))
        way = gateway_words.told(message) if message is not None else ""
        lines.append(Told(decision, title, headline, wording.change(decision.counterfactual), way))
    return lines


def _was_stopped(decision: Decision) -> bool:
    """Whether it was allowed and then stopped before it left."""
    wish = outreach.intents_by_key(db.session, [decision.intent_key]).get(decision.intent_key)
    return decision.outcome == "allow" and wish is not None and wish[0].state != "sent"


def _title(decision: Decision, subject: str) -> str:
    if decision.outcome == "allow":
        return str(_("Why we sent you “%(subject)s”", subject=subject))
    if decision.outcome == "hold":
        return str(_("Why “%(subject)s” waits", subject=subject))
    return str(_("Why we did not send you “%(subject)s”", subject=subject))


def _groups(customer: Customer, rows: list[tuple[Membership, Segment]], told: list[Told], now: datetime) -> list[Group]:
    if not rows:
        return []
    everything = segments.segments_page(db.session)
    people = {segment.id: count for segment, _definition, count in everything}
    names = {segment.key: segment.name for segment, _definition, _count in everything}
    behind = segments.signals_behind(
        db.session, [number for membership, _segment in rows for number in segments.signals_in(membership.evidence)]
    )
    rules: dict[str, str] = {rule.key: rule.segment_key for rule in treatment.rules_page(db.session)}
    given = entitlements.remainders(db.session, customer.id, now)
    contests = segments.contests_of(db.session, customer.id)
    return [
        Group(
            membership=membership,
            segment=segment,
            people=people[segment.id],
            because=_because(membership.evidence, names),
            words=_words(
                behind[number]
                for number in segments.signals_in(membership.evidence)
                if number in behind and behind[number].signal.ended_at is None
            ),
            given=[one for one in given if rules.get(one.grant.source_ref) == segment.key],
            told=[one for one in told if one.decision.intent["segment_key"] == segment.key],
            contest=contests.get(membership.id),
        )
        for membership, segment in rows
    ]


def _because(evidence: Tree, names: dict[str, str]) -> list[Markup]:
    """The conditions that held when the customer entered, as short sentences."""
    for join in ("all", "any"):
        if join in evidence:
            return [text for part in evidence[join] if part.get("holds") for text in _because(part, names)]
    return [segment_words.condition(evidence, names)] if evidence else []


def _words(signals: Iterable[SignalBehind]) -> list[Words]:
    """The words behind these signals, each message once, with everything that was read in it."""
    by_message: dict[int, list[SignalBehind]] = defaultdict(list)
    for one in signals:
        by_message[one.message.id].append(one)
    found = []
    for same in by_message.values():
        first = same[0]
        spans = sorted(tuple(span[:2]) for one in same for span in one.tag.spans)
        words = Words(quotes.excerpt(first.message.text, spans), first.message.written_at, first.conversation.ref)
        words.reads = [_read(one) for one in same]
        found.append(words)
    return sorted(found, key=lambda words: words.at, reverse=True)


def _read(one: SignalBehind) -> Read:
    sure = needs.sureness(one.tag.confidence, one.tag.is_estimate, one.tag.source)
    return Read(
        need=segment_words.need_name(one.signal.need),
        state=str(wording.NEED_STATES[one.signal.need_state]),
        sure=str(wording.SURENESS[sure]),
        reader=one.signal.reader_version.split(";")[0],
        allowed_at=one.consent.occurred_at,
        tag_id=one.tag.id,
    )
