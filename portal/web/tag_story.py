"""The page behind a tag: why we think so, for its author, for who holds the receipt, and for the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal import needs
from portal.consent import Permission
from portal.needs import Explained, Review, TagBehind
from portal.web import consent_words, margin, need_words, why_words
from portal.web.language import day
from portal.web.marks import marked
from portal.web.pages import page

ENDED = {
    "consent": _l("the consent ended"),
    "correction": _l("somebody said that it is not right"),
    "reader": _l("a newer reading took its place"),
    "erasure": _l("the data was erased"),
    "expiry": _l("it had grown too old"),
}
OWN_NOTHING = {
    "not-a-need": _l(
        "Nothing about you as a person. It helps us to answer; only needs can become a sign about somebody."
    ),
    "nobody": _l("Nothing. This conversation is not linked to anybody."),
    "wrong": _l("Nothing any more. It was said not to be right, and that counts at once."),
    "not-allowed": _l("Nothing about you as a person. It helps us to answer you, and that is all."),
    "earlier-words": _l("Nothing. You wrote this before you said yes, and your yes does not reach back."),
    "unsure": _l("Nothing. It is too unsure to be used unless a person says that it is right."),
}
TEAM_NOTHING = {
    **OWN_NOTHING,
    "not-a-need": _l("Nothing about the customer. It helps to answer; only needs can become a sign about somebody."),
    "not-allowed": _l("Nothing about the customer: they do not allow us to understand their needs."),
    "earlier-words": _l("Nothing. It was written before the customer said yes, and that yes does not reach back."),
}
PARTS = {"reader": _l("reader"), "taxonomy": _l("needs"), "sentiment": _l("feelings")}
"""What the parts of a reader's version stand for."""
FROM_HERE: dict[str, Any] = {"from": "why"}
"""What the address of a review carries that is sent from this page."""


@dataclass(frozen=True, slots=True)
class Side:
    """Who looks, and where their ways lead.

    :param team: whether somebody of the team looks: then personal data is covered.
    :param thread: address of the conversation.
    :param endpoint: endpoint of this page for another tag, and the values of its address.
    :param act: address that takes a review, None for who may not review.
    :param permission: what the customer allows for the purpose `needs`; None when nobody owns the conversation.
    """

    team: bool
    thread: str
    endpoint: str
    values: dict[str, Any]
    act: str | None
    permission: Permission | None


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a person did about the tag, and the tag it leads to."""

    text: str
    at: datetime
    leads_to: int | None = None
    note: str = ""


def asked_here() -> bool:
    """Whether a review was sent from this page, so that its answer leads back to it."""
    return "why" in request.args.getlist("from")


def show(behind: TagBehind, side: Side) -> Response:
    """The page."""
    tag, found = behind.tag, needs.explained(behind.message.text)
    personal = _personal(behind, found) if side.team else []

    def quote(spans: Sequence[tuple[int, int]]) -> list[str]:
        return [margin.covered_words(found.text, personal, [span]) for span in needs.stretches(spans)]

    now = found.claim(tag.kind, tag.value)
    return page(
        "layout/tag.html",
        side=side,
        behind=behind,
        letter=_letter(behind, personal),
        covered=bool(personal),
        claim=why_words.claim(tag.kind, tag.value, tag.need_state),
        sure=why_words.sure(tag.confidence, tag.is_estimate, tag.source),
        source=need_words.source(tag.source),
        version=versioned(tag.reader_version),
        today=versioned(found.reading.version),
        reread=_reread(behind, found),
        stages=why_words.stages(found, quote, (tag.kind, tag.value)),
        changes=why_words.changes(found, now, quote) if now is not None else [],
        claimed_now=now is not None,
        followed=_followed(behind, side),
        said=[_said(one, behind, side) for one in behind.about_it],
        standing=tag.ended_at is None if side.team else behind.stands,
        disputed=behind.own and tag.ended_at is not None,
        words=need_words,
        here=lambda tag_id: url_for(side.endpoint, tag_id=tag_id, **side.values),
    )


def _personal(behind: TagBehind, found: Explained) -> list[tuple[int, int, str]]:
    """Everything that is covered: what was found when it was read, and what today's reader finds besides."""
    kept = [(int(start), int(end), str(kind)) for start, end, kind in (behind.reading.pii if behind.reading else [])]
    seen = sorted({*kept, *((one.span.start, one.span.end, one.kind) for one in found.reading.pii)})
    joined: list[tuple[int, int, str]] = []
    for start, end, kind in seen:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end), joined[-1][2])
        else:
            joined.append((start, end, kind))
    return joined


def _letter(behind: TagBehind, personal: Sequence[tuple[int, int, str]]) -> Markup:
    places = [(start, end, "") for start, end in margin.spans_of(behind.tag)]
    text, places = margin.cover(behind.message.text, personal, places)
    return marked(text, places)


def versioned(version: str) -> str:
    """A reader's version as people read it: `reader 3.0 · needs bank.en/1`."""
    parts = [part.strip().partition(" ") for part in version.split(";")]
    return " · ".join(f"{PARTS.get(name, name)} {rest}".strip() for name, _space, rest in parts)


def _reread(behind: TagBehind, found: Explained) -> list[str]:
    """How what is shown below relates to the tag: said plainly when it is not the same reading."""
    tag, now = behind.tag, found.claim(behind.tag.kind, behind.tag.value)
    told = []
    if tag.source == "human":
        told.append(
            _("A person said this; the reader did not conclude it. Below stands how the reader reads the words.")
        )
    elif tag.reader_version != found.reading.version:
        told.append(_("An older version of the reader said this. Below stands how today’s reads the same words."))
    if now is None:
        told.append(_("Today’s reader does not say this of these words."))
    elif now.need_state != tag.need_state:
        state = need_words.NEED_STATES[now.need_state or "unmet"]
        told.append(_("Today’s reader sees the same need, but as: %(state)s.", state=state))
    return told


def _followed(behind: TagBehind, side: Side) -> list[str]:
    """What rests or rested on the tag, and why nothing does."""
    told = [_sign(signal, entry, side) for signal, entry in behind.signals]
    if any(signal.ended_at is None for signal, _entry in behind.signals):
        return told
    reason = behind.no_signal(side.permission)
    if reason is None:
        return told or [_("Nothing rests on it at the moment.")]
    told.append(str((TEAM_NOTHING if side.team else OWN_NOTHING)[reason]))
    if reason == "not-allowed" and not side.team and side.permission is not None:
        told.append(str(consent_words.REASONS.get(side.permission.reason, "")))
    return told


def _sign(signal: Any, entry: Any, side: Side) -> str:
    blanks = {"strength": round(signal.strength / 10), "day": day(entry.occurred_at), "seq": entry.seq}
    if signal.ended_at is not None:
        blanks |= {"end": day(signal.ended_at), "why": str(ENDED[signal.ended_cause])}
        if side.team:
            told = _("It was a sign about the customer, under their yes of %(day)s, until %(end)s: %(why)s.", **blanks)
        else:
            told = _("It was a sign about you, under your yes of %(day)s, until %(end)s: %(why)s.", **blanks)
    elif side.team:
        told = _(
            "It is a sign about the customer, %(strength)d of 100 strong, under their yes of %(day)s"
            " (entry %(seq)d of the ledger).",
            **blanks,
        )
    else:
        told = _(
            "It is a sign about you, %(strength)d of 100 strong, under your yes of %(day)s"
            " (entry %(seq)d of your ledger).",
            **blanks,
        )
    return str(told)


def _said(one: Review, behind: TagBehind, side: Side) -> Said:
    who = _who(one, side)
    is_its_origin = one.new_tag_id == behind.tag.id
    if one.verdict == "add":
        return Said(_("%(who)s put this down.", who=who), one.at, note=_note(one, side))
    if one.verdict == "accept":
        return Said(_("%(who)s said that it is right.", who=who), one.at, note=_note(one, side))
    if one.verdict == "reject":
        return Said(_("%(who)s said that it is not right. It was dropped.", who=who), one.at, note=_note(one, side))
    if is_its_origin and one.tag_id != behind.tag.id:
        text = _("%(who)s put this in the place of another reading.", who=who)
        return Said(text, one.at, one.tag_id, _note(one, side))
    what = need_words.value(behind.tag.kind, one.corrected_to or behind.tag.value)
    if one.corrected_state:
        what = f"{what}, {need_words.NEED_STATES[one.corrected_state]}"
    text = _("%(who)s said that it is not right, and put this in its place: %(what)s.", who=who, what=what)
    return Said(text, one.at, one.new_tag_id, _note(one, side))


def _who(one: Review, side: Side) -> str:
    if one.by_type == "customer":
        return str(_("The customer") if side.team else _("You"))
    return one.by_name if side.team else str(_("A person in the team"))


def _note(one: Review, side: Side) -> str:
    """What was noted with a review; notes of the team are for the team."""
    return one.note if side.team or one.by_type == "customer" else ""
