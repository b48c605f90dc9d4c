"""Groups of customers with like needs: what they mean, who is in them and why, and building new ones."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from marshmallow import ValidationError

from portal import clock, needs, segments, treatment
from portal.accounts import Customer
from portal.errors import CandourError
from portal.segments import Membership, Segment, Tree
from portal.web import quotes, segment_words, wording
from portal.web.acting import note
from portal.web.analyst.blueprint import blueprint
from portal.web.analyst.segment_form import SegmentFormSchema, filled, rows_from, rows_of, tree_of
from portal.web.cursors import seal, unseal
from portal.web.database import db
from portal.web.field_words import about_field
from portal.web.forms import Submitted, empty, submitted
from portal.web.identity import current_account
from portal.web.language import short_day
from portal.web.pages import onward, page
from portal.web.sheets import csv_answer

MEMBERS, RECENT, MOST_IN_CSV = 50, 8, 100_000


@dataclass(frozen=True)
class Line:
    """One membership as a row: whose, why in words, and the words it rests on with their date."""

    membership: Membership
    customer: Customer
    because: str
    found: list[Markup]
    quote: Markup | None


@blueprint.get("")
def home() -> ResponseReturnValue:
    """What there is to look at: coverage, segments, rules, and what was decided of late."""
    now = clock.utc_now()
    return page(
        "analyst/segments/home.html",
        coverage=needs.coverage(db.session, now),
        segments=[row for row in segments.segments_page(db.session) if row[0].state == "live"],
        outcomes=treatment.outcomes_since(db.session, now - timedelta(days=30)),
        rules=treatment.rules_page(db.session),
        wording=wording,
    )


@blueprint.get("/segments", endpoint="segments")
def segments_list() -> ResponseReturnValue:
    """All segments with their definitions as sentences."""
    rows = segments.segments_page(db.session)
    names = {found.key: found.name for found, _definition, _count in rows}
    shown = [(found, segment_words.definition(row.tree, names), count) for found, row, count in rows]
    return page("analyst/segments/list.html", rows=shown, wording=wording)


@blueprint.get("/segments/new")
def segment_new() -> ResponseReturnValue:
    """The form for a new segment; `?clone=` starts from another one."""
    form = empty(join="all")
    source = request.args.get("clone", "")
    if source:
        found = segments.segment(db.session, source)
        form = _as_form(found, segments.definition(db.session, found).tree)
        form.raw |= {"name": _("Copy of %(name)s", name=found.name), "key": f"{found.key}_copy"}
    return _show_form(form, None)


@blueprint.post("/segments/new")
def segment_add() -> ResponseReturnValue:
    """Show the size, add rows, or save a new segment as a draft."""
    form = submitted(SegmentFormSchema())
    tree = tree_of(form) if form.good and form.values["act"] != "more" else None
    if tree is None or not form.good or form.values["act"] != "save":
        return _show_form(form, None, tree)
    try:
        made = segments.define(
            db.session, key=form.values["key"], name=form.values["name"], why=form.values["why"], tree=tree,
            by=current_account().name, now=clock.utc_now(),
        )  # fmt: skip
    except (CandourError, ValidationError) as error:
        return _show_form(_refused(form, error), None, tree)
    note("segment.defined", made.key, version=made.version)
    return onward("analyst.segment", _("Saved as a draft. Nobody is placed before it goes live."), key=made.key)


@blueprint.get("/segments/<key>/edit")
def segment_edit(key: str) -> ResponseReturnValue:
    """The form for the next version of a segment."""
    found = segments.segment(db.session, key)
    return _show_form(_as_form(found, segments.definition(db.session, found).tree), found)


@blueprint.post("/segments/<key>/edit")
def segment_save(key: str) -> ResponseReturnValue:
    """Show the size against the version in force, add rows, or save the next version."""
    found = segments.segment(db.session, key)
    form = submitted(SegmentFormSchema())
    tree = tree_of(form) if form.good and form.values["act"] != "more" else None
    if tree is None or not form.good or form.values["act"] != "save":
        return _show_form(form, found, tree)
    try:
        segments.redefine(
            db.session, key, tree=tree, name=form.values["name"] or None, why=form.values["why"],
            by=current_account().name, now=clock.utc_now(),
        )  # fmt: skip
    except (CandourError, ValidationError) as error:
        return _show_form(_refused(form, error), found, tree)
    note("segment.redefined", key, version=found.version)
    return onward("analyst.segment", _("Version %(number)d is saved.", number=found.version), key=key)


@blueprint.post("/segments/<key>/live")
def segment_live(key: str) -> ResponseReturnValue:
    """Let a draft place customers."""
    found = segments.go_live(db.session, key, now=clock.utc_now())
    note("segment.live", key, version=found.version)
    return onward("analyst.segment", _("It is live. Customers are being placed, usually within 10 seconds."), key=key)


@blueprint.post("/segments/<key>/retire")
def segment_retire(key: str) -> ResponseReturnValue:
    """End a segment; its history stays readable."""
    segments.retire(db.session, key, now=clock.utc_now())
    note("segment.retired", key)
    return onward("analyst.segment", _("It is retired. Its members left it; its history stays."), key=key)


@blueprint.get("/segments/<key>")
def segment(key: str) -> ResponseReturnValue:
    """What a segment means, how large it is and was, who came and went and why, and whom of them we may reach."""
    now = clock.utc_now()
    found = segments.segment(db.session, key)
    row = segments.definition(db.session, found)
    names = _names()
    history = segments.size_history(db.session, found.id, now)
    return page(
        "analyst/segments/segment.html",
        segment=found,
        sentence=segment_words.definition(row.tree, names),
        versions=segments.definitions(db.session, found),
        now=now,
        labels=[short_day(at) for at, _size in history],
        sizes=[size for _at, size in history],
        title=_finding([size for _at, size in history]),
        causes=segments.causes_since(db.session, found.id, now - timedelta(days=90)),
        allowed=segments.grouping_allowed(db.session, now),
        placing=found.state == "live" and found.placed_at is None,
        pending=segments.preview_size(db.session, row.tree, now, replaces=found) if _waits(found) else None,
        reach=segments.reach(db.session, found.id, now),
        entered=_lines(segments.changes_page(db.session, found.id, left=False, limit=RECENT), names, left=False),
        gone=_lines(segments.changes_page(db.session, found.id, left=True, limit=RECENT), names, left=True),
        contests=segments.contests_about(db.session, found.id),
        rules=[rule for rule in treatment.rules_page(db.session) if rule.segment_key == key],
        wording=wording,
    )


@blueprint.get("/segments/<key>/members")
def segment_members(key: str) -> ResponseReturnValue:
    """Who is in a segment now, newest first, each with what it rests on."""
    found = segments.segment(db.session, key)
    secret = str(current_app.secret_key)
    place = unseal(secret, request.args.get("after"), 2)
    after = int(place[1]) if place is not None and place[0] == key else None
    rows = segments.members_page(db.session, found.id, after=after, limit=MEMBERS + 1)
    more = rows[MEMBERS - 1][0].id if len(rows) > MEMBERS else None
    return page(
        "analyst/segments/members.html",
        segment=found,
        lines=_lines(rows[:MEMBERS], _names(), left=False),
        next_href=url_for("analyst.segment_members", key=key, after=seal(secret, [key, more])) if more else None,
        first_href=url_for("analyst.segment_members", key=key) if after is not None else None,
    )


@blueprint.get("/segments/<key>/members.csv")
def segment_members_csv(key: str) -> Response:
    """The members now, for a spreadsheet."""
    found = segments.segment(db.session, key)
    rows = segments.members_page(db.session, found.id, limit=MOST_IN_CSV)
    note_of = [
        (
            customer.ref,
            member.valid_from.isoformat(),
            member.cause,
            ", ".join(map(str, segments.signals_in(member.evidence))),
        )
        for member, customer in rows
    ]
    return csv_answer(f"members-{key}", ["customer", "since", "cause", "signals"], note_of)


@blueprint.get("/segments/<key>/sizes.csv")
def segment_sizes_csv(key: str) -> Response:
    """The numbers of the chart."""
    found = segments.segment(db.session, key)
    rows = segments.size_history(db.session, found.id, clock.utc_now())
    return csv_answer(f"sizes-{key}", ["at", "members"], [(at.isoformat(), size) for at, size in rows])


def _waits(found: Segment) -> bool:
    """Whether its newest definition has not placed anybody yet."""
    return found.state == "draft" or (found.state == "live" and found.placed_at is None)


def _names() -> dict[str, str]:
    return {found.key: found.name for found, _definition, _count in segments.segments_page(db.session)}


def _finding(sizes: list[int]) -> str:
    first, last = sizes[0], sizes[-1]
    if last > first:
        return str(_("Grew from %(first)d to %(last)d in 26 weeks", first=first, last=last))
    if last < first:
        return str(_("Shrank from %(first)d to %(last)d in 26 weeks", first=first, last=last))
    return str(_("As many as 26 weeks ago: %(last)d", last=last))


def _lines(rows: list[tuple[Membership, Customer]], names: dict[str, str], *, left: bool) -> list[Line]:
    wanted = [segments.signals_in(membership.evidence)[-1:] for membership, _customer in rows]
    behind = segments.signals_behind(db.session, [number for ids in wanted for number in ids])
    lines = []
    for (membership, customer), ids in zip(rows, wanted, strict=True):
        proof = behind.get(ids[0]) if ids else None
        quote = (
            quotes.masked_excerpt(proof.message.text, proof.tag.spans) if proof and not proof.signal.ended_at else None
        )
        cause = membership.end_cause if left else membership.cause
        lines.append(
            Line(
                membership, customer, str(wording.CAUSES[cause or "manual"]), _found(membership.evidence, names), quote
            )
        )
    return lines


def _found(evidence: Tree, names: dict[str, str]) -> list[Markup]:
    """The conditions that held, as short sentences."""
    for join in ("all", "any"):
        if join in evidence:
            return [text for part in evidence[join] if part.get("holds") for text in _found(part, names)]
    return [segment_words.condition(evidence, names)] if evidence else []


def _as_form(found: Segment, tree: Tree) -> Submitted:
    known = rows_from(tree)
    raw: dict[str, Any] = {"key": found.key, "name": found.name, "why": found.why, "join": "all"}
    if known is None:
        return empty(**raw, tree=json.dumps(tree, indent=1, ensure_ascii=False))
    parts = {name: [row[name] for row in known[1]] for name in ("sense", "feature", "op", "value")}
    return empty(**{**raw, "join": known[0], **parts})


def _refused(form: Submitted, error: Exception) -> Submitted:
    messages = getattr(error, "messages", None)
    if isinstance(messages, dict):
        for name, texts in messages.items():
            form.refuse(name, " ".join(map(about_field, texts)))
        return form
    place = "key" if getattr(error, "code", "") == "segment-exists" else "form"
    return form.refuse(place, getattr(error, "message", str(error)))


def _show_form(form: Submitted, found: Segment | None, tree: Tree | None = None) -> Response:
    names = {
        live.key: live.name for live in segments.live_segments(db.session) if found is None or live.key != found.key
    }
    size, now = None, clock.utc_now()
    if tree is not None and form.good:
        try:
            size = segments.preview_size(db.session, tree, now, replaces=found)
        except CandourError as error:
            form.refuse("form", error.message)
    parts = {name: form.raw.get(name, []) for name in ("sense", "feature", "op", "value")}
    return page(
        "analyst/segments/form.html",
        form=form,
        segment=found,
        rows=filled([row for row in rows_of(parts) if row["feature"]]),
        choices=segment_words.feature_choices(*segments.known_facts(db.session), names),
        ops=segment_words.OPS,
        size=size,
        sentence=segment_words.definition(tree, _names()) if tree is not None and size is not None else None,
        as_of=now,
    )
